// Gives equal label sets one small number, so that caches can be keyed by it. Bounded: when it is full it
// starts over with new numbers, and `generation` tells caches keyed by the old ones to let go.
import type { LabelSet } from '../model/labels.ts';

export interface Interner {
  /** Equal sets get equal numbers within one generation. */
  id(labels: LabelSet): number;
  /** Grows when numbers given before are void. */
  readonly generation: number;
}

export function createInterner(entries: number): Interner {
  const ids = new Map<string, number>();
  // The normaliser gives equal sets as one array, and then its text need not be built.
  let idsOfArrays = new WeakMap<LabelSet, number>();
  let next = 0;
  let generation = 0;

  function idOfText(text: string): number {
    const known = ids.get(text);
    if (known !== undefined) return known;
    if (ids.size >= entries) {
      ids.clear();
      idsOfArrays = new WeakMap();
      generation += 1;
    }
    next += 1;
    ids.set(text, next);
    return next;
  }

  return {
    id(labels) {
      const known = idsOfArrays.get(labels);
      if (known !== undefined) return known;
      const id = idOfText(labels.join('\n'));
      idsOfArrays.set(labels, id);
      return id;
    },
    get generation() {
      return generation;
    },
  };
}
