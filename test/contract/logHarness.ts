// What the contract of the log needs of an implementation: workers that connect, topics, and the few things that
// only the broker's owner can do.
import type { Log, LogRecord, TopicPartition } from '../../src/kafka/log.ts';

export interface LogHarness {
  /** One worker. Closed after the test. */
  connect(): Log;
  /** A name for a topic or group that nobody else has. */
  name(what: string): string;
  /** Retention: what is below `before` is gone. */
  trim(place: TopicPartition, before: number): Promise<void>;
  /** Closes every log, deletes what was named. */
  close(): Promise<void>;
}

export function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('utf8');
}

export function valuesOf(records: readonly LogRecord[]): (string | null)[] {
  return records.map(({ value }) => textOf(value));
}

export function message(value: string, key: string | null = null) {
  return { key: key === null ? null : Buffer.from(key), value: Buffer.from(value) };
}

/** `count` messages with the values `from`, `from + 1`, … */
export function messages(from: number, count: number) {
  return Array.from({ length: count }, (_, index) => message(String(from + index)));
}
