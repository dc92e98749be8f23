// Decides from the beginning of an input how it is split, and splits it: into JSON texts that span lines when it
// begins with `[`, or with an object that does not end on its first line; else into lines. A log in which each
// line is a record is never taken for anything else, however broken its later lines are.
import { isBlank, JsonScanner } from './json-scanner.ts';
import { LineSplitter } from './lines.ts';
import type { Split, Splitter } from './raw-record.ts';
import { TextSplitter } from './texts.ts';

const [OPEN_ARRAY, OPEN_OBJECT] = [0x5b, 0x7b];
const NOTHING: Split = { records: [], overlong: [] };

export class InputSplitter implements Splitter {
  readonly #maxRecordBytes: number;
  readonly #scanner = new JsonScanner();
  #chosen: Splitter | undefined;
  /** What came before the decision; never more than the limit and one chunk. */
  #held = Buffer.alloc(0);
  /** Next byte to look at, and whether the first object has begun. */
  #at = 0;
  #inObject = false;

  constructor(maxRecordBytes: number) {
    this.#maxRecordBytes = maxRecordBytes;
  }

  get lines(): number {
    return this.#chosen?.lines ?? 0;
  }

  push(chunk: Buffer): Split {
    if (this.#chosen !== undefined) return this.#chosen.push(chunk);
    const beginning = Buffer.concat([this.#held, chunk]);
    this.#held = beginning;
    const chosen = this.#choose(beginning);
    return chosen === undefined ? NOTHING : this.#start(chosen);
  }

  finish(): Split {
    if (this.#chosen !== undefined) return this.#chosen.finish();
    const begun = this.#start(new LineSplitter(this.#maxRecordBytes));
    const rest = this.finish();
    return {
      records: [...begun.records, ...rest.records],
      overlong: [...begun.overlong, ...rest.overlong],
    };
  }

  #start(chosen: Splitter): Split {
    const beginning = this.#held;
    this.#chosen = chosen;
    this.#held = Buffer.alloc(0);
    return chosen.push(beginning);
  }

  /** @returns undefined while more of the input is needed. */
  #choose(beginning: Buffer): Splitter | undefined {
    if (!this.#inObject) {
      while (this.#at < beginning.length && isBlank(beginning[this.#at] ?? 0)) this.#at += 1;
      const first = beginning[this.#at];
      if (first === OPEN_ARRAY) return new TextSplitter(this.#maxRecordBytes);
      if (first !== undefined && first !== OPEN_OBJECT) return new LineSplitter(this.#maxRecordBytes);
      this.#inObject = first === OPEN_OBJECT;
    }
    if (this.#inObject) this.#at = this.#scanner.scan(beginning, this.#at);
    if (this.#scanner.newlines > 0) return new TextSplitter(this.#maxRecordBytes);
    const tooLong = beginning.length > this.#maxRecordBytes;
    return this.#scanner.state === 'more' && !tooLong ? undefined : new LineSplitter(this.#maxRecordBytes);
  }
}
