// A block: the verdicts of one partition (of one file) that share an aligned run of offsets (lines). It is
// the unit in which rollups are made, so that a block computed twice gives the same rollups under the same
// ids. Within a block the copies of one event collapse; beyond it they count.
import type { Enriched } from '../join/enriched.ts';
import { createAttempts } from './attempts.ts';
import { addToRollup, type Rollup, startRollup } from './rollup.ts';
import { rollupKey } from './rollupKey.ts';

/** Records of one partition per block. */
export const BLOCK_OFFSETS = 32_768;
/** Keys of one block; beyond it new peers are folded into `other`. */
export const BLOCK_KEYS = 8_000;

/** The block that an offset belongs to. */
export function blockNumber(offset: number): number {
  return Math.floor(offset / BLOCK_OFFSETS);
}

export interface BlockRollups {
  readonly partition: string;
  readonly number: number;
  /** Sorted by key. */
  readonly rollups: readonly { readonly key: string; readonly rollup: Rollup }[];
  /** Verdicts that were copies of one in the same block. */
  readonly copies: number;
  /** Verdicts whose peer was folded into `other`. */
  readonly folded: number;
}

export interface Block {
  /** The key of the rollup that counts it; null when it is a copy of one already added, and not counted again. */
  add(verdict: Enriched): string | null;
  close(): BlockRollups;
}

export function openBlock(partition: string, number: number): Block {
  const rollups = new Map<string, Rollup>();
  /** By cluster and node, since agents give ids without knowing of each other. */
  const seen = new Map<string, Map<string, Set<string>>>();
  const attempts = createAttempts();
  let copies = 0;
  let folded = 0;

  function idsOf(cluster: string, node: string): Set<string> {
    const nodes = seen.get(cluster) ?? new Map<string, Set<string>>();
    const ids = nodes.get(node) ?? new Set();
    if (ids.size === 0) seen.set(cluster, nodes.set(node, ids));
    return ids;
  }

  return {
    add(verdict) {
      const { id, cluster, body } = verdict.event;
      const ids = idsOf(cluster, body.node);
      if (ids.has(id)) {
        copies += 1;
        return null;
      }
      ids.add(id);
      const whole = rollupKey(verdict, false);
      const fold = !rollups.has(whole) && rollups.size >= BLOCK_KEYS;
      if (fold) folded += 1;
      const key = fold ? rollupKey(verdict, true) : whole;
      const rollup = rollups.get(key);
      attempts.add(verdict.event, key);
      rollups.set(key, rollup === undefined ? startRollup(verdict, fold) : addToRollup(rollup, verdict));
      return key;
    },
    close() {
      const counts = attempts.count();
      const sorted = [...rollups].sort(([a], [b]) => (a < b ? -1 : 1));
      return {
        partition,
        number,
        rollups: sorted.map(([key, rollup]) => ({
          key,
          rollup: { ...rollup, attempts: counts.get(key) ?? 0 },
        })),
        copies,
        folded,
      };
    },
  };
}
