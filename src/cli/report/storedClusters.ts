// The clusters of a store, as `analyze` had them: each with its timeline and what judges by it.

import { JOIN_DEFAULTS } from '../../join/enriched.ts';
import { createJoiner } from '../../join/join.ts';
import { NO_POD_PORTS } from '../../policy/podPorts.ts';
import type { AuditRange, HistoryRow } from '../../queries/history.ts';
import type { ClusterState } from '../analyze/clusters.ts';
import { isShownPolicy, storedTimeline } from '../why/storedTimeline.ts';

/**
 * Sorted by name.
 * @param withFlows names of the clusters that have verdicts
 */
export function storedClusters(
  withFlows: ReadonlySet<string>,
  history: readonly HistoryRow[],
  ranges: readonly AuditRange[],
): readonly ClusterState[] {
  const names = [
    ...withFlows,
    ...history.map(({ change }) => change.cluster),
    ...ranges.map(({ cluster }) => cluster),
  ];
  return [...new Set(names)].toSorted().map((name) => {
    const rows = history.filter(({ change }) => change.cluster === name);
    const timeline = storedTimeline(name, rows, ranges.find(({ cluster }) => cluster === name) ?? null);
    const hasSnapshot = rows.some(isShownPolicy);
    return {
      name,
      // A snapshot was given; that the store does not keep all of it is another matter.
      timeline: { ...timeline, hasSnapshot: () => hasSnapshot },
      joiner: createJoiner(timeline, JOIN_DEFAULTS),
      ports: NO_POD_PORTS,
      hasFlows: withFlows.has(name),
    };
  });
}
