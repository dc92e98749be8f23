// How far the role `join` knows the policy log and the audit feeds, as metrics.
import { type ClusterWatermark, FEED_STATES } from '../../../join/watermarks.ts';
import { MICROS_PER_SECOND } from '../../../model/time.ts';
import { JOINING } from '../../../runtime/metrics/joining.ts';
import type { Metrics } from '../../../runtime/metrics/metrics.ts';
import type { PolicyLog } from '../../../workers/policyLog/policyLog.ts';

const ROLE = { role: 'join' } as const;
const MS_PER_SECOND = 1_000;

/** @param clusters that the policy log or a verdict names */
export function showPolicyLog(
  metrics: Metrics,
  policyLog: PolicyLog,
  clusters: () => readonly string[],
): void {
  metrics.gauge(JOINING.policyLogRead).from(() => [[ROLE, policyLog.readOffset()]]);
  metrics.gauge(JOINING.policyLogApplied).from(() => [[ROLE, policyLog.policyOffset()]]);
  const caches = () => clusters().map((cluster) => policyLog.joiner(cluster).stats().decisions);
  metrics
    .gauge(JOINING.cacheLookups)
    .from(() =>
      caches().flatMap(({ hits, misses }) => [
        [{ ...ROLE, result: 'hit' }, hits] as const,
        [{ ...ROLE, result: 'miss' }, misses] as const,
      ]),
    );
  metrics
    .gauge(JOINING.cacheEvictions)
    .from(() => caches().map(({ evictions }) => [ROLE, evictions] as const));
}

/** @param marks of each of them */
export function showWatermarks(
  metrics: Metrics,
  marks: () => readonly (ClusterWatermark & { readonly cluster: string })[],
): void {
  metrics
    .gauge(JOINING.watermark)
    .from(() =>
      marks().flatMap(({ cluster, completeUntil, provenUntil }) => [
        [{ cluster, belief: 'complete' }, completeUntil / MICROS_PER_SECOND] as const,
        [{ cluster, belief: 'proven' }, provenUntil / MICROS_PER_SECOND] as const,
      ]),
    );
  metrics
    .gauge(JOINING.feedState)
    .from(() =>
      marks().flatMap(({ cluster, feed }) =>
        FEED_STATES.map((state) => [{ cluster, state }, state === feed ? 1 : 0] as const),
      ),
    );
  metrics
    .gauge(JOINING.silentSources)
    .from(() =>
      marks().flatMap(({ cluster, silent }) =>
        silent.map(
          ({ auditSource, heardAtMs }) =>
            [{ cluster, source: auditSource }, heardAtMs / MS_PER_SECOND] as const,
        ),
      ),
    );
}
