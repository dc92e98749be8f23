// The model's words ↔ the symbols of Avro's enumerations: `l3-only` is `L3_ONLY` on the wire. A reader of
// an older schema finds UNKNOWN where a newer writer said something else; where the model has a word for
// that, it says `unknown`, elsewhere the event is refused by name rather than guessed at.

import { Fault } from '../model/fault.ts';

export interface Words<W extends string> {
  readonly symbolOf: (word: W) => string;
  /** @param raw the wire's own word, where the schema keeps it; for the message only. */
  readonly wordOf: (symbol: string, raw?: string) => W;
}

/** @param what the enumeration, as messages name it. */
export function wordsOf<W extends string>(what: string, words: readonly W[]): Words<W> {
  const symbols = new Map(words.map((word) => [word, symbolFor(word)]));
  const back = new Map(words.map((word) => [symbolFor(word), word]));
  return {
    symbolOf: (word) => symbols.get(word) ?? 'UNKNOWN',
    wordOf: (symbol, raw = '') => {
      const word = back.get(symbol);
      if (word !== undefined) return word;
      throw new Fault(
        'schema-unknown',
        `an event says ${what} ${raw === '' ? symbol : raw}, which this version does not know: it was written by a newer netpol-drift, update this one`,
      );
    },
  };
}

function symbolFor(word: string): string {
  return word.toUpperCase().replaceAll('-', '_');
}
