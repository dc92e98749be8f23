// Up to when the audit feed of each cluster is believed complete: the least over its live audit sources.
// Here, so that the gate can ask one question of one place. Never guesses: a source that says nothing holds
// its cluster back until it counts as silent, and that it was left out is told with every answer.
//
//   audit source ── hear ──▶ pending ── policy log read up to its offset ──▶ believed ──┐
//   audit source ── hear ──▶ pending ──▶ believed ───────────────────────────────────────┤ least over live
//   audit source   silent for idleTimeoutMs: left out, named in `silent`                 ▼ ClusterWatermark
import type { Event, Watermark } from '../model/event.ts';
import type { Micros } from '../model/time.ts';

/**
 *   absent   no source was ever heard
 *   moving   the source that holds the watermark goes on: what is missing is on its way
 *   stuck    it is heard, but has told nothing new for idleTimeoutMs
 *   silent   no source was heard for idleTimeoutMs
 */
export const FEED_STATES = ['absent', 'moving', 'stuck', 'silent'] as const;
export type FeedState = (typeof FEED_STATES)[number];

export interface ClusterWatermark {
  /** Changes at or before it have been read. -Infinity: nothing is believed yet. */
  readonly completeUntil: Micros;
  /** The same without what idle sources only assumed; at most `completeUntil`. */
  readonly provenUntil: Micros;
  readonly feed: FeedState;
  /** Sources left out, sorted by name, and when each was heard last. */
  readonly silent: readonly { readonly auditSource: string; readonly heardAtMs: number }[];
}

export interface Watermarks {
  /**
   * Takes a watermark in. It is believed once the policy log was read up to its `policyOffset` (the last
   * offset acknowledged before it, -1 for none). One that goes back is ignored, but shows that its source lives.
   */
  hear(event: Event<Watermark>, nowMs: number): void;
  /** The policy log was read up to this offset, it included. */
  policyLogRead(offset: number): void;
  of(cluster: string, nowMs: number): ClusterWatermark;
}

interface Source {
  completeUntil: Micros;
  provenUntil: Micros;
  /** The highest time told, believed or not. */
  told: Micros;
  heardAtMs: number;
  grewAtMs: number;
  /** Ascending by policy offset. */
  pending: Watermark[];
}

/** Of one source; when there are more, the newest but one is given up, which delays and loses nothing. */
const MAX_PENDING = 64;
const NOTHING = Number.NEGATIVE_INFINITY;

/** @param idleTimeoutMs a source that was not heard for so long holds nothing back any more. */
export function createWatermarks(idleTimeoutMs: number): Watermarks {
  const clusters = new Map<string, Map<string, Source>>();
  let read = -1;
  /** The last answer, until anything alters it: whoever reads a batch asks once for each record of it. */
  let last: { readonly cluster: string; readonly nowMs: number; readonly answer: ClusterWatermark } | null =
    null;

  function sourceOf(cluster: string, name: string, nowMs: number): Source {
    const sources = clusters.get(cluster) ?? new Map<string, Source>();
    clusters.set(cluster, sources);
    const fresh = { completeUntil: NOTHING, provenUntil: NOTHING, told: NOTHING, pending: [] };
    const source = sources.get(name) ?? { ...fresh, heardAtMs: nowMs, grewAtMs: nowMs };
    sources.set(name, source);
    return source;
  }

  return {
    hear({ cluster, body }, nowMs) {
      last = null;
      const source = sourceOf(cluster, body.auditSource, nowMs);
      source.heardAtMs = nowMs;
      if (body.completeUntil > source.told) {
        source.told = body.completeUntil;
        source.grewAtMs = nowMs;
      }
      if (source.pending.length >= MAX_PENDING) source.pending.pop();
      source.pending.push(body);
      believe(source, read);
    },
    policyLogRead(offset) {
      last = null;
      read = Math.max(read, offset);
      for (const sources of clusters.values()) for (const source of sources.values()) believe(source, read);
    },
    of(cluster, nowMs) {
      if (last?.cluster === cluster && last.nowMs === nowMs) return last.answer;
      const answer = leastOf(clusters.get(cluster) ?? new Map(), nowMs - idleTimeoutMs);
      last = { cluster, nowMs, answer };
      return answer;
    },
  };
}

function believe(source: Source, read: number): void {
  const isKnown = ({ policyOffset }: Watermark): boolean => policyOffset <= read;
  for (const { completeUntil, assumed } of source.pending.filter(isKnown)) {
    source.completeUntil = Math.max(source.completeUntil, completeUntil);
    if (!assumed) source.provenUntil = Math.max(source.provenUntil, completeUntil);
  }
  source.pending = source.pending.filter((watermark) => !isKnown(watermark));
}

/** Where every source is silent, the watermark stays at the least that they said. */
function leastOf(sources: ReadonlyMap<string, Source>, heardAfterMs: number): ClusterWatermark {
  const all = [...sources].sort(([a], [b]) => (a < b ? -1 : 1));
  const live = all.filter(([, source]) => source.heardAtMs > heardAfterMs);
  const counted = (live.length === 0 ? all : live).map(([, source]) => source);
  const silent = all
    .filter(([, source]) => source.heardAtMs <= heardAfterMs)
    .map(([auditSource, { heardAtMs }]) => ({ auditSource, heardAtMs }));
  if (counted.length === 0) return { completeUntil: NOTHING, provenUntil: NOTHING, feed: 'absent', silent };
  const completeUntil = Math.min(...counted.map((source) => source.completeUntil));
  const provenUntil = Math.min(...counted.map((source) => source.provenUntil));
  const holders = counted.filter((source) => source.completeUntil === completeUntil);
  const isStuck = holders.some(({ grewAtMs }) => grewAtMs <= heardAfterMs);
  return {
    completeUntil,
    provenUntil,
    feed: live.length === 0 ? 'silent' : isStuck ? 'stuck' : 'moving',
    silent,
  };
}
