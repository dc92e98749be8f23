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
  let next = 0;
  let generation = 0;
  return {
    id(labels) {
      const key = labels.join('\n');
      const known = ids.get(key);
      if (known !== undefined) return known;
      if (ids.size >= entries) {
        ids.clear();
        generation += 1;
      }
      next += 1;
      ids.set(key, next);
      return next;
    },
    get generation() {
      return generation;
    },
  };
}
