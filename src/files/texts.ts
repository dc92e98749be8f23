// An input as JSON texts that may span lines: a pretty-printed array (`gcloud logging read --format json`), whose
// elements become records of their own, or pretty-printed objects one after another (`jq .`). Where a text is
// broken, it becomes a record as far as its last whole line, for the decoder to reject, and reading goes on with
// the line at which it broke: the rest is never swallowed.
import { isBlank, JsonScanner } from './jsonScanner.ts';
import { withoutLineEnd, type OverlongPart, type RawRecord, type Split, type Splitter } from './rawRecord.ts';
import { Window } from './window.ts';

const [LF, COMMA, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT] = [0x0a, 0x2c, 0x5b, 0x5d, 0x7b];

/** `line`: no JSON text can begin here, so the record is the rest of the line. */
type Within = 'nothing' | 'text' | 'line';

export class TextSplitter implements Splitter {
  readonly #maxRecordBytes: number;
  readonly #scanner = new JsonScanner();
  /** From the begin of the record under way (or what is left of it) to the last byte read. */
  readonly #window = new Window();
  /** Next byte to look at, in the window. */
  #at = 0;
  #within: Within = 'nothing';
  #overlong = false;
  /** Where the record under way begins, and its first line. */
  #start = 0;
  #line = 1;
  /** Line of the next byte, and where that line begins: before the window when negative. */
  #here = 1;
  #lineStart = 0;
  /** Line of the bracket of the array whose elements are being read; 0 outside. */
  #arrayLine = 0;
  #records: RawRecord[] = [];
  #parts: OverlongPart[] = [];

  constructor(maxRecordBytes: number) {
    this.#maxRecordBytes = maxRecordBytes;
  }

  get lines(): number {
    return this.#here - 1;
  }

  push(chunk: Buffer): Split {
    this.#forget(this.#within === 'nothing' ? this.#at : this.#start);
    this.#window.add(chunk);
    this.#read();
    if (this.#within !== 'nothing' && this.#at - this.#start > this.#maxRecordBytes) this.#letPass();
    return this.#take();
  }

  finish(): Split {
    if (this.#within !== 'nothing') this.#emit(this.#window.bytes.length);
    if (this.#arrayLine > 0) this.#records.push({ bytes: Buffer.from('['), line: this.#arrayLine });
    this.#arrayLine = 0;
    return this.#take();
  }

  #take(): Split {
    const split = { records: this.#records, overlong: this.#parts };
    this.#records = [];
    this.#parts = [];
    return split;
  }

  #read(): void {
    const bytes = this.#window.bytes;
    while (this.#at < bytes.length) {
      if (this.#within === 'nothing') this.#between(bytes);
      else if (this.#within === 'line') this.#restOfLine(bytes);
      else this.#text(bytes);
    }
  }

  #between(bytes: Buffer): void {
    const byte = bytes[this.#at] ?? 0;
    const inArray = this.#arrayLine > 0;
    if (isBlank(byte) || (inArray && byte === COMMA)) {
      this.#at += 1;
      if (byte === LF) this.#newLine(1, this.#at);
    } else if (!inArray && byte === OPEN_ARRAY) {
      this.#arrayLine = this.#here;
      this.#at += 1;
    } else if (inArray && byte === CLOSE_ARRAY) {
      this.#arrayLine = 0;
      this.#at += 1;
    } else {
      this.#within = inArray || byte === OPEN_OBJECT ? 'text' : 'line';
      this.#start = this.#at;
      this.#line = this.#here;
      this.#scanner.reset();
    }
  }

  #restOfLine(bytes: Buffer): void {
    const end = bytes.indexOf(LF, this.#at);
    this.#at = end < 0 ? bytes.length : end;
    if (end >= 0) this.#emit(end);
  }

  #text(bytes: Buffer): void {
    const before = this.#scanner.newlines;
    this.#at = this.#scanner.scan(bytes, this.#at);
    const passed = this.#scanner.newlines - before;
    if (passed > 0) this.#newLine(passed, this.#scanner.lastNewline + 1);
    if (this.#scanner.state === 'done') this.#emit(this.#at);
    else if (this.#scanner.state === 'broken') this.#breakOff();
  }

  /** What came before the line that does not fit is one record; that line is read again as a beginning. */
  #breakOff(): void {
    if (this.#lineStart <= this.#start) {
      this.#within = 'line';
      return;
    }
    this.#emit(this.#lineStart);
    this.#at = this.#lineStart;
  }

  #newLine(count: number, start: number): void {
    this.#here += count;
    this.#lineStart = start;
  }

  #emit(end: number): void {
    const bytes = withoutLineEnd(this.#window.bytes, this.#start, end);
    if (this.#overlong || bytes.length > this.#maxRecordBytes)
      this.#parts.push({ bytes, line: this.#line, last: true });
    else this.#records.push({ bytes, line: this.#line });
    this.#within = 'nothing';
    this.#overlong = false;
  }

  #letPass(): void {
    const bytes = this.#window.bytes.subarray(this.#start, this.#at);
    this.#parts.push({ bytes, line: this.#line, last: false });
    this.#overlong = true;
    this.#start = this.#at;
  }

  #forget(bytes: number): void {
    this.#window.drop(bytes);
    this.#at -= bytes;
    this.#start -= bytes;
    this.#lineStart -= bytes;
  }
}
