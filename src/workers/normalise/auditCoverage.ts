// How far the audit log of each cluster reaches, for the policy log: decisions depend on it (whether a snapshot is
// older than the log, whether a cause can be named), so every worker must learn it at one place in the order of
// changes. Told at once for a cluster that is new to this worker, then rarely, since the policy log is kept for
// ever.
import type { Event, FeedStatus, Origin } from '../../model/event.ts';
import { hashHex } from '../../model/hash.ts';
import type { Micros } from '../../model/time.ts';

export interface AuditCoverage {
  /** A record of any kind; '' = no cluster is known, nothing is said. */
  readonly see: (cluster: string, at: Micros) => void;
  /** What is to be told now: each stretch of a cluster begins where this worker began to read it. */
  readonly due: (nowMs: number, origin: Origin) => readonly Event<FeedStatus>[];
  /** At a graceful stop: all that has grown. */
  readonly rest: (origin: Origin) => readonly Event<FeedStatus>[];
}

interface Reach {
  from: Micros;
  until: Micros;
  toldUntil: Micros;
  toldAtMs: number;
}

/** Names come from the data; of more clusters than this nothing is said. */
const MAX_CLUSTERS = 1_000;

export function createAuditCoverage(intervalMs: number): AuditCoverage {
  const reaches = new Map<string, Reach>();

  const tell = (origin: Origin, isDue: (reach: Reach) => boolean, nowMs: number): Event<FeedStatus>[] => {
    const told: Event<FeedStatus>[] = [];
    for (const [cluster, reach] of reaches) {
      if (reach.until <= reach.toldUntil || !isDue(reach)) continue;
      reach.toldUntil = reach.until;
      reach.toldAtMs = nowMs;
      told.push(statusOf(cluster, reach, { ...origin, index: origin.index + told.length }));
    }
    return told;
  };

  return {
    see: (cluster, at) => {
      if (cluster === '') return;
      const reach = reaches.get(cluster);
      if (reach !== undefined) {
        reach.from = Math.min(reach.from, at);
        reach.until = Math.max(reach.until, at);
      } else if (reaches.size < MAX_CLUSTERS)
        reaches.set(cluster, { from: at, until: at, toldUntil: -Infinity, toldAtMs: -Infinity });
    },
    due: (nowMs, origin) => tell(origin, ({ toldAtMs }) => nowMs - toldAtMs >= intervalMs, nowMs),
    rest: (origin) => tell(origin, () => true, Infinity),
  };
}

function statusOf(cluster: string, { from, until }: Reach, origin: Origin): Event<FeedStatus> {
  return {
    id: hashHex(128, ['audit-coverage', cluster, String(from), String(until)]),
    cluster,
    observedAt: until,
    observedAtNanos: 0,
    origin,
    body: {
      kind: 'FeedStatus',
      feed: 'audit',
      reporter: '',
      lost: 0,
      lostSource: '',
      from,
      until,
      counts: [],
    },
  };
}
