// How the join's bounded caches did, and when that is worth a person's while. They change no answer, only its
// price: what was forgotten and is asked again is made again.
import type { CacheFigures } from './findings.ts';

/**
 * To make a forgotten answer again costs about as much as to parse one line of the log. At a tenth of the
 * look-ups that is at most a tenth of the time; beyond it a person would notice, and can do something.
 */
const NOTICEABLE_SHARE = 0.1;

/** 0 to 1; 1 where nothing was asked. */
export function hitRate({ hits, misses }: CacheFigures): number {
  return hits + misses === 0 ? 1 : hits / (hits + misses);
}

/** Those that forgot so much that the join became slow. */
export function slowCaches(caches: readonly CacheFigures[]): readonly CacheFigures[] {
  return caches.filter(({ hits, misses, evictions }) => evictions > NOTICEABLE_SHARE * (hits + misses));
}
