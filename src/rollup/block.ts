// A block: the verdicts of one partition (of one file) that share an aligned run of offsets (lines). It is
// the unit in which rollups are made, so that a block computed twice gives the same rollups under the same
// ids. Within a block the copies of one event collapse; beyond it they count.
import type { Enriched } from '../join/enriched.ts';
import { createRecentFlows } from '../join/recentFlows.ts';
import { createAttempts, type Streams } from './attempts.ts';
import {
  addToRollup,
  closedRollup,
  openRollup,
  type OpenRollup,
  type Rollup,
  windowStart,
} from './rollup.ts';
import { rollupKey } from './rollupKey.ts';

/** Records of one partition per block. */
export const BLOCK_OFFSETS = 32_768;
/** Keys of one block; beyond it new peers are folded into `other`. */
export const BLOCK_KEYS = 8_000;

/** The block that an offset belongs to. */
export function blockNumber(offset: number): number {
  return Math.floor(offset / BLOCK_OFFSETS);
}

export interface KeyedRollup {
  readonly key: string;
  readonly rollup: Rollup;
}

export interface BlockRollups {
  readonly partition: string;
  readonly number: number;
  /** Sorted by key. */
  readonly rollups: readonly KeyedRollup[];
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

/** @param keyOf the key of a verdict whose peer is not folded; given where keys are remembered */
export function openBlock(
  partition: string,
  number: number,
  keyOf: (verdict: Enriched) => string = wholeKey,
): Block {
  const rollups = new Map<string, OpenRollup>();
  const isNew = createSeen();
  const attempts = createAttempts<OpenRollup>();
  const recent = createRecentFlows<Counting>(BLOCK_OFFSETS);
  let copies = 0;
  let folded = 0;

  /** Where a verdict counts that is like none before. */
  function countingOf(verdict: Enriched): Counting {
    const whole = keyOf(verdict);
    const fold = !rollups.has(whole) && rollups.size >= BLOCK_KEYS;
    if (fold) folded += 1;
    const key = fold ? rollupKey(verdict, true) : whole;
    const streams = attempts.streamsOf(verdict.event);
    const known = rollups.get(key);
    if (known !== undefined) addToRollup(known, verdict);
    const rollup = known ?? openRollup(key, verdict, fold);
    rollups.set(key, rollup);
    const counting = { verdict, rollup, streams };
    if (!fold) recent.add(verdict.event, counting);
    return counting;
  }

  return {
    add(verdict) {
      if (!isNew(verdict)) {
        copies += 1;
        return null;
      }
      const known = recent.find(verdict.event, (counting) => isCountedAlike(counting.verdict, verdict));
      if (known !== undefined) addToRollup(known.rollup, verdict);
      const { rollup, streams } = known ?? countingOf(verdict);
      attempts.add(verdict.event, streams, rollup);
      return rollup.key;
    },
    close() {
      const counts = attempts.count();
      const sorted = [...rollups.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
      return {
        partition,
        number,
        rollups: sorted.map((rollup) => ({
          key: rollup.key,
          rollup: closedRollup(rollup, counts.get(rollup) ?? 0),
        })),
        copies,
        folded,
      };
    },
  };
}

/** Whether a verdict is no copy of one asked for before. */
function createSeen(): (verdict: Enriched) => boolean {
  /** By cluster and node, since agents give ids without knowing of each other. */
  const seen = new Map<string, Map<string, Set<string>>>();
  return ({ event: { id, cluster, body } }) => {
    const nodes = seen.get(cluster) ?? new Map<string, Set<string>>();
    const ids = nodes.get(body.node) ?? new Set();
    if (ids.size === 0) seen.set(cluster, nodes.set(body.node, ids));
    const before = ids.size;
    return ids.add(id).size > before;
  };
}

/** Where the verdicts count that are alike. */
interface Counting {
  /** One of them. */
  readonly verdict: Enriched;
  readonly rollup: OpenRollup;
  readonly streams: Streams<OpenRollup>;
}

/** Of two flows that are alike: their keys and nodes are the same. */
function isCountedAlike(a: Enriched, b: Enriched): boolean {
  return (
    windowStart(a.event.observedAt) === windowStart(b.event.observedAt) &&
    a.event.body.node === b.event.body.node &&
    a.event.body.matchType === b.event.body.matchType &&
    a.decision === b.decision &&
    a.cause === b.cause &&
    a.drift === b.drift &&
    a.history === b.history &&
    a.confidence === b.confidence
  );
}

export function wholeKey(verdict: Enriched): string {
  return rollupKey(verdict, false);
}
