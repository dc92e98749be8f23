// Batches of a partition that were fetched and not read yet, in order. A paused partition still gets what was on
// its way, so it must be put somewhere; its bytes are bounded by the size of a fetch.
import type { Batch, LogRecord } from '../../kafka/log.ts';

export interface Inbox {
  add(batch: Batch): void;
  /** The next record, which stays until `drop`; undefined when there is none. */
  next(): LogRecord | undefined;
  drop(): void;
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
  let index = 0;
  let position: number | null = null;
  let end: number | null = null;

  return {
    add(batch) {
      if (batch.records.length > 0) batches.push(batch);
      end = batch.end;
    },
    next: () => batches[0]?.records[index],
    drop() {
      const first = batches[0];
      const record = first?.records[index];
      if (first === undefined || record === undefined) throw new RangeError('nothing to drop');
      position = record.offset + 1;
      index += 1;
      if (index < first.records.length) return;
      batches = batches.slice(1);
      index = 0;
    },
    isEmpty: () => batches.length === 0,
    position: () => position,
    end: () => end,
    noteEnd(heard) {
      end = heard;
    },
  };
}
