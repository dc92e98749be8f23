// Batches of a partition that were fetched and not read yet, in order. A paused partition still gets what was on
// its way, so it must be put somewhere; its bytes are bounded by the size of a fetch.
import type { Batch, LogRecord } from '../../kafka/log.ts';

export interface Inbox {
  add(batch: Batch): void;
  /**
   * The next record, which stays until `drop`; undefined when there is none. Its bytes may be gone at the next call.
   * @throws Fault `kafka-refused` when it cannot be unpacked or decoded, from then on at each call
   */
  next(): LogRecord | undefined;
  drop(): void;
  /** Whether nothing is left to read. */
  isEmpty(): boolean;
  /** The next offset to read; null when nothing was ever added. */
  position(): number | null;
  /** The end of the partition, as far as was heard; null when nothing was. */
  end(): number | null;
  /** A paused partition brings no batch that would tell. */
  noteEnd(end: number): void;
}

export function createInbox(): Inbox {
  let batches: Batch[] = [];
  /** Of the first batch. */
  let records: Iterator<LogRecord> | null = null;
  let current: LogRecord | undefined;
  /** What could not be read, and all behind it with it: nothing may go on as if it were not there. */
  let broken: { readonly cause: unknown } | null = null;
  let position: number | null = null;
  let end: number | null = null;

  /** A generator that threw is at its end: it must not be asked again. */
  function step(from: Iterator<LogRecord>): IteratorResult<LogRecord> {
    try {
      return from.next();
    } catch (cause) {
      broken = { cause };
      throw cause;
    }
  }

  function next(): LogRecord | undefined {
    if (broken !== null) throw broken.cause;
    for (let [first] = batches; current === undefined && first !== undefined; [first] = batches) {
      records ??= first.each()[Symbol.iterator]();
      const found = step(records);
      if (found.done !== true) {
        current = found.value;
        continue;
      }
      first.release();
      batches = batches.slice(1);
      records = null;
    }
    return current;
  }

  return {
    add(batch) {
      if (batch.bytes > 0) batches.push(batch);
      else batch.release();
      end = batch.end;
    },
    next,
    drop() {
      const record = next();
      if (record === undefined) throw new RangeError('nothing to drop');
      position = record.offset + 1;
      current = undefined;
    },
    isEmpty: () => next() === undefined,
    position: () => position,
    end: () => end,
    noteEnd(heard) {
      end = heard;
    },
  };
}
