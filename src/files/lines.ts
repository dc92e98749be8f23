// An input as lines: the fast way, taken unless the input begins like a document that spans lines. A line inside
// one chunk is a view of it; only one that crosses a border is copied. The last line counts without a newline.
import {
  withoutLineEnd,
  type OverlongPart,
  type RawRecord,
  type Split,
  type Splitter,
} from './raw-record.ts';

const LF = 10;

export class LineSplitter implements Splitter {
  readonly #maxRecordBytes: number;
  readonly #carry = new Carry();
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
    if (this.#overlong || this.#carry.bytes > 0) {
      this.#complete(Buffer.alloc(0), records, overlong);
      this.#lines += 1;
    }
    return { records, overlong };
  }

  #complete(rest: Buffer, records: RawRecord[], overlong: OverlongPart[]): void {
    const line = this.#lines + 1;
    const whole = this.#carry.bytes === 0 ? rest : this.#carry.takeWith(rest);
    const bytes = withoutLineEnd(whole);
    if (!this.#overlong && bytes.length <= this.#maxRecordBytes) records.push({ bytes, line });
    else overlong.push({ bytes, line, last: true });
    this.#overlong = false;
  }

  /** The limit is passed for certain only one byte later: that byte may be the CR of the line end. */
  #begin(part: Buffer, overlong: OverlongPart[]): void {
    if (!this.#overlong && this.#carry.bytes + part.length <= this.#maxRecordBytes + 1) {
      this.#carry.add(part);
      return;
    }
    const bytes = this.#carry.bytes === 0 ? part : this.#carry.takeWith(part);
    overlong.push({ bytes, line: this.#lines + 1, last: false });
    this.#overlong = true;
  }
}

/** The beginning of a line whose end has not come yet. Grows by doubling, so that tiny chunks cost no more. */
class Carry {
  #buffer = Buffer.alloc(0);
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(part: Buffer): void {
    const needed = this.#bytes + part.length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(needed * 2);
      this.#buffer.copy(larger, 0, 0, this.#bytes);
      this.#buffer = larger;
    }
    part.copy(this.#buffer, this.#bytes);
    this.#bytes = needed;
  }

  /** Everything, the last part included. The bytes are the caller's: the next line gets a new buffer. */
  takeWith(last: Buffer): Buffer {
    this.add(last);
    const taken = this.#buffer.subarray(0, this.#bytes);
    this.#buffer = Buffer.alloc(0);
    this.#bytes = 0;
    return taken;
  }
}
