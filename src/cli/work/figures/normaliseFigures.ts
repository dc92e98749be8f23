// What the role `normalise` tells, as metrics.
import { MICROS_PER_SECOND, type Micros } from '../../../model/time.ts';
import { INTAKE } from '../../../runtime/metrics/intake.ts';
import type { Metrics } from '../../../runtime/metrics/metrics.ts';
import type { NormaliseMetrics } from '../../../workers/normalise/parts.ts';

const ROLE = { role: 'normalise' } as const;
/** Clusters and feeds whose newest record is remembered; names come out of the data. */
const MOST_FEEDS = 2_000;

export function normaliseFigures(metrics: Metrics): NormaliseMetrics {
  const records = metrics.counter(INTAKE.records);
  const letters = metrics.counter(INTAKE.deadLetters);
  const sent = metrics.counter(INTAKE.eventsSent);
  const lost = metrics.counter(INTAKE.lostEvents);
  const commits = metrics.counter(INTAKE.commits);
  const shares = new Map<string, number>();
  metrics
    .gauge(INTAKE.rejectShare)
    .from(() => [...shares].map(([topic, share]) => [{ topic }, share] as const));
  const newest = new Map<string, { readonly cluster: string; readonly feed: string; readonly at: Micros }>();
  metrics
    .gauge(INTAKE.feedNewest)
    .from(() =>
      [...newest.values()].map(
        ({ cluster, feed, at }) => [{ cluster, feed }, at / MICROS_PER_SECOND] as const,
      ),
    );
  return {
    records: (feed, outcome, reason, count) => records.add({ feed, outcome, reason }, count),
    deadLetters: (reason, count) => letters.add({ stage: 'parse', reason }, count),
    sent: (kind, count) => sent.add({ kind }, count),
    rejectShare: (topic, share) => void shares.set(topic, share),
    newest(feed, cluster, at) {
      const key = JSON.stringify([feed, cluster]);
      const known = newest.get(key);
      if (known === undefined && newest.size >= MOST_FEEDS) return;
      if (known === undefined || known.at < at) newest.set(key, { cluster, feed, at });
    },
    lost: (cluster, events) => lost.add({ cluster, feed: 'flows' }, events),
    committed: (result) => commits.add({ ...ROLE, result }),
  };
}
