// A topic in memory: partitions as arrays of records with their offsets, retention by hand. Time is the append time.
import type { Batch, LogRecord, OutgoingMessage, TopicPartition, TopicSpec } from '../log.ts';
import { ownRecord } from '../ownRecord.ts';

export interface MemoryPartition {
  readonly place: TopicPartition;
  /** The first retained offset. */
  start: number;
  end: number;
  /** Ascending offsets from `start` on; may have holes. */
  readonly records: LogRecord[];
}

export interface MemoryTopic {
  readonly spec: TopicSpec;
  readonly partitions: readonly MemoryPartition[];
  readonly maxMessageBytes: number;
}

const DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

export function createTopic(spec: TopicSpec): MemoryTopic {
  const { topic } = spec;
  const limit = Number(spec.config.get('max.message.bytes') ?? DEFAULT_MAX_MESSAGE_BYTES);
  const partitions = Array.from({ length: spec.partitions }, (_, partition) => ({
    place: { topic, partition },
    start: 0,
    end: 0,
    records: [],
  }));
  return { spec, partitions, maxMessageBytes: limit };
}

/** @returns the offset of the first */
export function append(
  partition: MemoryPartition,
  messages: readonly OutgoingMessage[],
  appendedAtMs: number,
): number {
  const first = partition.end;
  for (const { key, value, headers } of messages) {
    const bytes = new Map([...(headers ?? [])].map(([name, content]) => [name, Buffer.from(content)]));
    partition.records.push({
      offset: partition.end,
      appendedAtMs,
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers: bytes,
    });
    partition.end += 1;
  }
  return first;
}

/**
 * The records from `position` on, at most `maxBytes` of values but one at least; null when there are none.
 * A position below what is retained goes on at the first retained offset.
 */
export function read(partition: MemoryPartition, position: number, maxBytes: number): Batch | null {
  const from = Math.max(position, partition.start);
  const index = firstAt(partition.records, from);
  if (partition.end <= from) return null;
  const records: LogRecord[] = [];
  let bytes = 0;
  for (let i = index; i < partition.records.length; i += 1) {
    const record = partition.records[i];
    if (record === undefined) break;
    const own = (record.value?.byteLength ?? 0) + (record.key?.byteLength ?? 0);
    if (records.length > 0 && bytes + own > maxBytes) break;
    records.push(record);
    bytes += own;
  }
  const last = records.at(-1);
  const more = partition.records[index + records.length] !== undefined;
  const next = more && last !== undefined ? last.offset + 1 : partition.end;
  let copies = records.map(ownRecord);
  return {
    ...partition.place,
    get records() {
      return copies;
    },
    each: () => copies,
    release() {
      copies.forEach(scribble);
      copies = [];
    },
    bytes: bytes + records.length,
    next,
    end: partition.end,
  };
}

/** Whoever still reads what was released reads nonsense, and a test can tell. */
function scribble({ key, value, headers }: LogRecord): void {
  for (const bytes of [key, value, ...headers.values()]) bytes?.fill(0xfd);
}

/** Retention: what is below `before` is gone. */
export function trim(partition: MemoryPartition, before: number): void {
  partition.records.splice(0, firstAt(partition.records, before));
  partition.start = Math.min(Math.max(partition.start, before), partition.end);
}

/** Where the records with offset >= `offset` begin. */
function firstAt(records: readonly LogRecord[], offset: number): number {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((records[middle]?.offset ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
