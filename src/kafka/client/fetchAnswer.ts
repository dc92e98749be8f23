// A broker's answer to a fetch (Kafka protocol, Fetch version 11), partition by partition: an error of one partition is
// its own, the others' records are not lost with it.
import { unreadable } from '../faults.ts';
import type { LogRecord, TopicPartition } from '../log.ts';
import { nameOf } from '../place.ts';
import { type AbortedTransaction, type BatchHeader, recordsOf, splitBatches } from './recordBatch.ts';
import { readWire, type Wire } from './wire.ts';

export interface FetchFrom extends TopicPartition {
  readonly position: number;
}

export interface Fetched extends TopicPartition {
  /** Of the Kafka protocol; 0: none. */
  readonly errorCode: number;
  /** See `Batch`. */
  readonly bytes: number;
  /** Anew at each call. @throws Fault `kafka-refused` when they cannot be unpacked or decoded */
  readonly each: () => Iterable<LogRecord>;
  /** See `Batch`. */
  readonly release: () => void;
  /** All from the position up to here is in the records, or not for readers. */
  readonly next: number;
  /** The high watermark: what all in-sync replicas have ends here. */
  readonly end: number;
}

interface Answer extends TopicPartition {
  readonly errorCode: number;
  readonly end: number;
  readonly aborted: readonly AbortedTransaction[];
  readonly batches: Buffer;
}

/**
 * @param places what was asked for
 * @throws Fault `kafka-refused` when a partition's batches cannot be told apart
 */
export function fetchedIn(bytes: Buffer, places: readonly FetchFrom[]): readonly Fetched[] {
  const positions = new Map(places.map((place) => [nameOf(place), place.position]));
  const answers = answersOf(readWire(bytes));
  return answers.map((answer) => fetchedOf(answer, positions.get(nameOf(answer)) ?? 0));
}

/** How long the broker wants not to be asked again. */
export function throttleMsIn(bytes: Buffer): number {
  return readWire(bytes).int32();
}

function answersOf(wire: Wire): readonly Answer[] {
  wire.skip(4);
  const errorCode = wire.int16();
  if (errorCode !== 0) throw new Error(`Kafka answers a fetch with error ${errorCode}`);
  wire.skip(4);
  return repeated(wire, () => {
    const topic = wire.string();
    return repeated(wire, () => answerOf(wire, topic));
  }).flat();
}

function answerOf(wire: Wire, topic: string): Answer {
  const partition = wire.int32();
  const errorCode = wire.int16();
  const end = wire.int64();
  // The last stable offset and the start of the log.
  wire.skip(16);
  const aborted = repeated(wire, () => ({ producerId: wire.int64(), firstOffset: wire.int64() }));
  // The preferred replica: only told to who names a rack.
  wire.skip(4);
  const batches = wire.bytes(Math.max(0, wire.int32()));
  return { topic, partition, errorCode, end, aborted, batches };
}

function fetchedOf(answer: Answer, position: number): Fetched {
  const { topic, partition, errorCode, end, aborted } = answer;
  const at = { topic, partition, errorCode, end };
  if (errorCode !== 0) return { ...at, bytes: 0, each: () => [], release: () => {}, next: position };
  const failed = (cause: unknown) => unreadable({ topic, partition }, position, cause);
  const batches = batchesIn(answer.batches, failed);
  const next = Math.max(position, (batches.at(-1)?.lastOffset ?? -1) + 1);
  return { ...at, ...recordsOf(batches, aborted, { from: position, failed }), next };
}

function batchesIn(bytes: Buffer, failed: (cause: unknown) => Error): readonly BatchHeader[] {
  try {
    return splitBatches(bytes);
  } catch (cause) {
    throw failed(cause);
  }
}

/** An array: -1 for null. */
function repeated<T>(wire: Wire, one: () => T): T[] {
  const items: T[] = [];
  for (let count = wire.int32(); count > 0; count -= 1) items.push(one());
  return items;
}
