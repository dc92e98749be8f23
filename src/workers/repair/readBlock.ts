// Reads a closed block from Kafka again. What it gives is exactly what the owner had counted, or nothing: a block
// of which anything is missing is not computed again, since what remains would count less than what is stored.
import type { Log, LogRecord, TopicPartition } from '../../kafka/log.ts';
import type { FlowEvent } from '../../model/event.ts';
import { runOfBlock } from '../../rollup/blockId.ts';
import { NO_ORIGINS, type Origins } from '../../rollup/origins.ts';
import type { EventsRecord } from '../join/eventRecord.ts';
import { type BlockScan, createBlockScan, createLastOrigins, latest } from './blockScan.ts';

export interface BlockSource {
  readonly log: Log;
  readonly readEvent: (record: LogRecord) => EventsRecord;
  readonly blockOffsets: number;
  readonly signal: AbortSignal;
}

/**
 *   whole   its verdicts in the order of their offsets, copies left out
 *   gone    its head has left Kafka's retention
 *   unlike  what the log holds is not what the owner counted
 */
export type BlockRead =
  | { readonly outcome: 'whole'; readonly verdicts: readonly FlowEvent[] }
  | { readonly outcome: 'gone' | 'unlike'; readonly detail: string };

/** @param accepted how many verdicts its owner counted: `recordsOf` the version of its rollups */
export async function readBlock(
  source: BlockSource,
  at: TopicPartition,
  number: number,
  accepted: number,
): Promise<BlockRead> {
  const { blockOffsets } = source;
  const offsets = await source.log.admin.offsets(at.topic);
  const start = offsets[at.partition]?.start ?? 0;
  const from = runOfBlock(number) * blockOffsets;
  if (start >= from + blockOffsets) return gone(start);
  const scan = await scanRun(source, at, number);
  if (start > from && !scan.hasHead()) return gone(start);
  const verdicts = await acceptedOf(source, at, scan, { from, start, accepted });
  if (verdicts.length === accepted) return { outcome: 'whole', verdicts };
  return {
    outcome: 'unlike',
    detail: `the log holds ${verdicts.length} verdicts of it, its owner had counted ${accepted}`,
  };
}

function gone(start: number): BlockRead {
  return { outcome: 'gone', detail: `Kafka retains the partition from offset ${start} on` };
}

async function scanRun(source: BlockSource, at: TopicPartition, number: number): Promise<BlockScan> {
  const scan = createBlockScan(number, source.blockOffsets);
  const from = runOfBlock(number) * source.blockOffsets;
  for await (const { offset, appendedAtMs, event } of events(source, at, from))
    if (!scan.take({ offset, appendedAtMs, event })) break;
  return scan;
}

/** Reads back, run by run, for as long as more is accepted than the owner had. */
async function acceptedOf(
  source: BlockSource,
  at: TopicPartition,
  scan: BlockScan,
  { from, start, accepted }: { readonly from: number; readonly start: number; readonly accepted: number },
): Promise<readonly FlowEvent[]> {
  let before: Origins = NO_ORIGINS;
  let found = scan.verdicts(before);
  for (let run = from; found.length > accepted && run > start; ) {
    run -= source.blockOffsets;
    const last = createLastOrigins();
    for await (const { event } of events(source, at, run)) last.note(event);
    before = latest(before, last.origins);
    found = scan.verdicts(before);
  }
  return found;
}

/** The usable records of one run. What cannot be used is passed over, as its owner did. */
async function* events(source: BlockSource, at: TopicPartition, from: number) {
  for await (const records of source.log.range(at, from, from + source.blockOffsets)) {
    source.signal.throwIfAborted();
    for (const record of records) {
      const read = source.readEvent(record);
      if (read.outcome === 'event') yield { ...record, event: read.event };
    }
  }
}
