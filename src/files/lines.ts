// An input as lines: the fast way, taken unless the input begins like a document that spans lines. A line inside
// one chunk is a view of it; only one that crosses a border is copied. The last line counts without a newline.
import { withoutLineEnd, type OverlongPart, type RawRecord, type Split, type Splitter } from './rawRecord.ts';
import { Window } from './window.ts';

const LF = 10;

export class LineSplitter implements Splitter {
  readonly #maxRecordBytes: number;
  /** The beginning of a line whose end has not come yet. */
  readonly #carry = new Window();
  /** The line under way is beyond the limit: its parts go out as they come. */
  #overlong = false;
  #lines = 0;

  constructor(maxRecordBytes: number) {
    this.#maxRecordBytes = maxRecordBytes;
  }

  get lines(): number {
    return this.#lines;
  }

  push(chunk: Buffer): Split {
    const records: RawRecord[] = [];
    const overlong: OverlongPart[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      this.#complete(chunk.subarray(start, end), records, overlong);
      this.#lines += 1;
      start = end + 1;
    }
    if (start < chunk.length) this.#begin(chunk.subarray(start), overlong);
    return { records, overlong };
  }

  finish(): Split {
    const records: RawRecord[] = [];
    const overlong: OverlongPart[] = [];
    if (this.#overlong || this.#carry.length > 0) {
      this.#complete(Buffer.alloc(0), records, overlong);
      this.#lines += 1;
    }
    return { records, overlong };
  }

  #complete(rest: Buffer, records: RawRecord[], overlong: OverlongPart[]): void {
    const line = this.#lines + 1;
    const whole = this.#withCarry(rest);
    const bytes = withoutLineEnd(whole);
    if (!this.#overlong && bytes.length <= this.#maxRecordBytes) records.push({ bytes, line });
    else overlong.push({ bytes, line, last: true });
    this.#overlong = false;
  }

  /** The limit is passed for certain only one byte later: that byte may be the CR of the line end. */
  #begin(part: Buffer, overlong: OverlongPart[]): void {
    if (!this.#overlong && this.#carry.length + part.length <= this.#maxRecordBytes + 1) {
      this.#carry.add(part);
      return;
    }
    const bytes = this.#withCarry(part);
    overlong.push({ bytes, line: this.#lines + 1, last: false });
    this.#overlong = true;
  }

  #withCarry(rest: Buffer): Buffer {
    if (this.#carry.length === 0) return rest;
    this.#carry.add(rest);
    return this.#carry.take();
  }
}
