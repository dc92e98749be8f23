// Decides from the beginning of an input how it is split, and splits it: into JSON texts that span lines when it
// begins with `[`, or with an object that does not end on its first line; else into lines. A log in which each
// line is a record is never taken for anything else, however broken its later lines are.
import { isBlank, JsonScanner } from './jsonScanner.ts';
import { LineSplitter } from './lines.ts';
import type { Split, Splitter } from './rawRecord.ts';
import { TextSplitter } from './texts.ts';
import { Window } from './window.ts';

const [OPEN_ARRAY, OPEN_OBJECT] = [0x5b, 0x7b];
const NOTHING: Split = { records: [], overlong: [] };

export class InputSplitter implements Splitter {
  readonly #maxRecordBytes: number;
  readonly #scanner = new JsonScanner();
  #chosen: Splitter | undefined;
  /** What came before the decision; never more than the limit and one chunk. */
  readonly #held = new Window();
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
    this.#held.add(chunk);
    const chosen = this.#choose(this.#held.bytes);
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
    this.#chosen = chosen;
    return chosen.push(this.#held.take());
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
