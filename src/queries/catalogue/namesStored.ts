// Which clusters and namespaces documents name at all, whenever: so that an answer without rows can be told from a
// name that nobody ever had.
import { textCell } from '../cells.ts';
import { any, type Condition, is, type PartRow, type Tally } from './part.ts';
import type { Parts } from './savedQuery.ts';

export function clustersStored(): Parts {
  return {
    rollups: byCluster('rollups', []),
    changes: byCluster('changes', []),
    policies: byCluster('policies', []),
    feeds: byCluster('feeds', []),
  };
}

/** Those in which documents name the namespace, at either end of a conversation or as that of a policy. */
export function clustersWithNamespace(namespace: string): Parts {
  return {
    rollups: byCluster('rollups', [any(is('subject.namespace', namespace), is('peer.namespace', namespace))]),
    changes: byCluster('changes', [is('policy.namespace', namespace)]),
    policies: byCluster('policies', [is('policy.namespace', namespace)]),
  };
}

function byCluster(from: Tally['from'], where: readonly Condition[]): Tally {
  return {
    kind: 'tally',
    from,
    where,
    by: { cluster: { field: 'orchestrator.cluster.name' } },
    measures: { documents: { kind: 'documents' } },
  };
}

/** Sorted; '' stands for documents without a cluster. @param rows of all these parts */
export function clusterNames(rows: readonly PartRow[]): readonly string[] {
  return [...new Set(rows.map((row) => textCell(row, 'cluster')))].toSorted();
}
