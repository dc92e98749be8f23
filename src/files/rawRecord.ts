// One record of an input as bytes, before anybody knows whether it is JSON. Both ways of splitting an input
// (lines.ts, texts.ts) give these, and both let a record that is too long pass by in parts.

export interface RawRecord {
  /** Without the line end. Valid until the next batch is asked for: copy what must stay. */
  readonly bytes: Uint8Array;
  /** From 1, where the record begins. */
  readonly line: number;
}

/** A piece of a record beyond the limit, which nobody ever holds whole. */
export interface OverlongPart {
  readonly bytes: Uint8Array;
  readonly line: number;
  readonly last: boolean;
}

/** What one chunk completed. Both lists are in input order. */
export interface Split {
  readonly records: readonly RawRecord[];
  readonly overlong: readonly OverlongPart[];
}

/** Takes an input chunk by chunk. Chunks may be reused by their owner once the split is used up. */
export interface Splitter {
  push(chunk: Buffer): Split;
  /** The input is at its end: what is left over. */
  finish(): Split;
  /** Complete lines seen so far. */
  readonly lines: number;
}

const LF = 10;
const CR = 13;

/** `bytes[from..to)` without one line end, LF or CR LF. */
export function withoutLineEnd(bytes: Buffer, from = 0, to = bytes.length): Buffer {
  let end = to;
  if (end > from && bytes[end - 1] === LF) end -= 1;
  if (end > from && bytes[end - 1] === CR) end -= 1;
  return bytes.subarray(from, end);
}
