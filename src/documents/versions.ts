// Which of two documents with one id wins: the only place that knows how `_version` is made. Stores compare it
// as `external_gte`: equal or higher replaces, lower is refused. All stay below 2^53.
import type { JoinStatus } from '../rollup/blockContent.ts';

const RECORDS = 2 ** 37;
const FINAL = 2 ** 52;

/**
 * Orders by records included first: an owner that was superseded may have seen newer policies but fewer
 * records, and must not overwrite a fuller block.
 * @param records how many records of the block are included, at most BLOCK_OFFSETS.
 * @param policyOffset below 2^37 - 1; -1 when none is known.
 */
export function rollupVersion(records: number, policyOffset: number): number {
  return records * RECORDS + policyOffset + 1;
}

/** How many records of its block a rollup's version says are included. */
export function recordsOf(version: number): number {
  return Math.floor(version / RECORDS);
}

/** The policy offset in the version of a rollup. */
export function policyOffsetOf(version: number): number {
  return (version % RECORDS) - 1;
}

/** Orders by status first. A verdict that was final once is therefore never written as provisional again. */
export function verdictVersion(status: JoinStatus, policyOffset: number): number {
  return (status === 'final' ? FINAL : 0) + policyOffset + 1;
}
