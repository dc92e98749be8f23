// A bounded cache that forgets what was used longest ago, and counts how often it helped. Losing an entry
// costs time, never an answer.

export interface CacheStats {
  readonly hits: number;
  readonly misses: number;
  readonly evictions: number;
  readonly size: number;
}

export interface Lru<V> {
  /** The cached value, else `make()`, which is kept. */
  get(key: string, make: () => V): V;
  clear(): void;
  stats(): CacheStats;
}

/**
 * Two generations of at most `entries / 2` each: a hit in the old one moves the entry to the young one,
 * and a full young one becomes the old. That is least-recently-used within a factor of two, for the price
 * of one look-up.
 */
export function createLru<V>(entries: number): Lru<V> {
  const half = Math.max(1, Math.floor(entries / 2));
  let young = new Map<string, V>();
  let old = new Map<string, V>();
  let hits = 0;
  let misses = 0;
  let evictions = 0;
  const keep = (key: string, value: V): V => {
    if (young.size >= half) {
      evictions += old.size;
      old = young;
      young = new Map();
    }
    young.set(key, value);
    return value;
  };
  return {
    get(key, make) {
      const fresh = young.get(key);
      if (fresh !== undefined) {
        hits += 1;
        return fresh;
      }
      const stale = old.get(key);
      if (stale !== undefined) {
        hits += 1;
        old.delete(key);
        return keep(key, stale);
      }
      misses += 1;
      return keep(key, make());
    },
    clear() {
      young.clear();
      old.clear();
    },
    stats: () => ({ hits, misses, evictions, size: young.size + old.size }),
  };
}
