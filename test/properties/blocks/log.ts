// The two logs of the simulated cluster: the raw topic's two partitions, whose producer sends again when it
// dies, and the events partition that they end in. The broker's clock goes forward, and once back.
import { nextBlock, numberOfBlock, type BlockId } from '../../../src/rollup/blockId.ts';
import type { LogRecord } from '../../../src/rollup/openBlocks.ts';
import { isResent, NO_ORIGINS, rawPartition, type RawPosition } from '../../../src/rollup/origins.ts';
import type { FlowEvent } from '../../../src/model/event.ts';

export const BLOCK_OFFSETS = 6;
const HOUR_MS = 3_600_000;

export interface EventLog {
  readonly records: readonly LogEntry[];
  /** Sends the next record of a raw partition; false at its end. */
  send(partition: number): boolean;
  /** The producer notes how far it came. */
  note(partition: number): void;
  /** The producer dies, and will send again from what it noted. */
  die(partition: number): void;
  passHours(hours: number): void;
}

export interface LogEntry extends LogRecord {
  readonly event: FlowEvent;
}

export function createEventLog(raw: readonly (readonly FlowEvent[])[]): EventLog {
  const records: LogEntry[] = [];
  const next = raw.map(() => 0);
  const noted = raw.map(() => 0);
  let hour = 500_000;
  return {
    records,
    send(partition) {
      const offset = next[partition] ?? 0;
      const event = raw[partition]?.[offset];
      if (event === undefined) return false;
      next[partition] = offset + 1;
      const origin = { source: 'raw.flows', partition, offset, index: 0 };
      const entry = { offset: records.length, appendedAtMs: hour * HOUR_MS, event: { ...event, origin } };
      records.push(entry);
      return true;
    },
    note(partition) {
      noted[partition] = next[partition] ?? 0;
    },
    die(partition) {
      next[partition] = noted[partition] ?? 0;
    },
    passHours(hours) {
      hour += hours;
    },
  };
}

/** The blocks of the log, each with its verdicts, copies left out: what repair finds when it reads the log. */
export function cutIntoBlocks(
  records: readonly LogEntry[],
  isDroppingCopies: boolean,
): ReadonlyMap<number, { readonly start: number; readonly events: readonly FlowEvent[] }> {
  const blocks = new Map<number, { start: number; events: FlowEvent[] }>();
  const origins = new Map<string, RawPosition>(NO_ORIGINS);
  let id: BlockId | null = null;
  for (const record of records) {
    id = nextBlock(id, record, BLOCK_OFFSETS);
    const number = numberOfBlock(id);
    const block = blocks.get(number) ?? { start: record.offset, events: [] };
    blocks.set(number, block);
    if (isDroppingCopies && isResent(origins, record.event.origin)) continue;
    origins.set(rawPartition(record.event.origin), record.event.origin);
    block.events.push(record.event);
  }
  return blocks;
}
