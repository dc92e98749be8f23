// Which block a record of a Kafka partition belongs to: an aligned run of offsets, cut where the hour of the
// broker's append time changes, so that the blocks of quiet partitions end, too. Anyone who reads a run from
// its start, or from the start of one of its blocks, finds the same blocks.
import { BLOCK_OFFSETS } from './block.ts';

const MS_PER_HOUR = 3_600_000;
/** Hours since 1970 stay below it until the year 2448. */
const HOURS = 2 ** 22;

export interface BlockId {
  /** floor(offset / block offsets) */
  readonly run: number;
  /** Hours since 1970 of the broker's append time. */
  readonly hour: number;
}

/** Where a record stands in its partition, and when the broker put it there. */
export interface Appended {
  readonly offset: number;
  readonly appendedAtMs: number;
}

/**
 * The block of a record, given that of the record before it in the same partition (null: none was read).
 * Should a broker's clock step back, the hour stays: within a run, hours only grow.
 */
export function nextBlock(before: BlockId | null, record: Appended, blockOffsets = BLOCK_OFFSETS): BlockId {
  const run = Math.floor(record.offset / blockOffsets);
  const hour = Math.floor(record.appendedAtMs / MS_PER_HOUR);
  return before === null || before.run !== run || hour > before.hour ? { run, hour } : before;
}

/** One number for a block, unique and ascending within its partition; below 2^53 for offsets below 2^46. */
export function numberOfBlock({ run, hour }: BlockId): number {
  return run * HOURS + hour;
}

/** The run of a block number: [run, run + 1) × block offsets is where its records are to be read. */
export function runOfBlock(number: number): number {
  return Math.floor(number / HOURS);
}
