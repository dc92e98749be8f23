// Reads one input to its end as records: finds out how it is packed and split, and hands out batches, one for each
// chunk read. Nothing is parsed here. A record beyond the limit is never held in memory whole, and an input that
// is empty, cut off or damaged is a Fault, never a shorter input.
//
//   chunks ── unpack ── byte order mark ── lines or JSON texts ── batches
//                                                └─ beyond the limit: parts, to onOverlong
import { Fault } from '../model/fault.ts';
import type { ChunkOptions } from './chunks.ts';
import type { Input } from './inputs.ts';
import type { OverlongPart, RawRecord, Split } from './rawRecord.ts';
import { InputSplitter } from './splitter.ts';
import { shown, textChunks } from './textChunks.ts';

export const MAX_RECORD_BYTES = 16 * 1024 * 1024;

export interface ReadOptions extends ChunkOptions {
  /** Inclusive; without the line end. */
  readonly maxRecordBytes?: number;
  /**
   * Gets the parts of a record beyond the limit in order; all of them have the line at which it begins. A part is
   * valid until the returned promise settles. Between the parts of one record no batch is yielded.
   */
  readonly onOverlong: (part: Uint8Array, line: number, last: boolean) => void | Promise<void>;
}

/**
 * The records of an input, in order. Each batch is valid until the next is asked for. Empty lines are records of
 * no bytes; the last line counts without a newline. On `signal` the input ends after its last complete record.
 * @throws Fault `input-empty` (no byte at all), `input-broken`, `input-missing`, `input-unreadable`.
 */
export async function* readRecords(input: Input, options: ReadOptions): AsyncGenerator<readonly RawRecord[]> {
  const splitter = new InputSplitter(options.maxRecordBytes ?? MAX_RECORD_BYTES);
  let empty = true;
  for await (const chunk of textChunks(input, options, () => splitter.lines)) {
    empty = false;
    yield* deliver(splitter.push(chunk), options);
  }
  if (options.signal?.aborted === true) return;
  if (empty) throw new Fault('input-empty', `${shown(input)}: is empty; check what writes it`);
  yield* deliver(splitter.finish(), options);
}

/** A batch comes after the records that ended before it and before one that is still under way. */
async function* deliver(split: Split, options: ReadOptions): AsyncGenerator<readonly RawRecord[]> {
  const ended = split.overlong.findLastIndex((part) => part.last) + 1;
  for (const part of split.overlong.slice(0, ended)) await passOn(part, options);
  if (split.records.length > 0) yield split.records;
  for (const part of split.overlong.slice(ended)) await passOn(part, options);
}

async function passOn(part: OverlongPart, options: ReadOptions): Promise<void> {
  await options.onOverlong(part.bytes, part.line, part.last);
}
