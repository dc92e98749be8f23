// Which clusters have both feeds. Audit events name no cluster unless an envelope does: then they are those of
// the one cluster that the flows name, and of nobody where the flows name several.

import { visible } from '../terminal/visible.ts';
import { listText } from '../terminal/wording.ts';
import type { DoctorFacts } from './facts.ts';

export interface ClusterFeeds {
  readonly both: readonly string[];
  readonly flowsOnly: readonly string[];
  readonly auditOnly: readonly string[];
}

/** Sorted; '' = the flows or the audit log name none. */
export function clusterFeeds({ flows, audit, cluster }: DoctorFacts): ClusterFeeds {
  const ofFlows = flows?.clusters ?? [];
  const ofAudit = audit?.clusters ?? [];
  if (cluster !== '') return oneCluster(cluster, ofFlows.length > 0, ofAudit.length > 0);
  const isAdopted = ofAudit.includes('') && ofFlows.length <= 1;
  const isLogged = (name: string): boolean => isAdopted || ofAudit.includes(name);
  return {
    both: ofFlows.filter(isLogged),
    flowsOnly: ofFlows.filter((name) => !isLogged(name)),
    auditOnly: ofAudit.filter((name) => !ofFlows.includes(name) && !(name === '' && ofFlows.length > 0)),
  };
}

function oneCluster(name: string, hasFlows: boolean, hasAudit: boolean): ClusterFeeds {
  return {
    both: hasFlows && hasAudit ? [name] : [],
    flowsOnly: hasFlows && !hasAudit ? [name] : [],
    auditOnly: hasAudit && !hasFlows ? [name] : [],
  };
}

/** '' is Cilium's own name for a cluster that nobody named. */
export function namesText(names: readonly string[]): string {
  return cutList(names.map((name) => visible(name || 'default')));
}

/** At most four, then how many more. */
export function cutList(items: readonly string[]): string {
  return items.length > 4 ? `${items.slice(0, 4).join(', ')} and ${items.length - 4} more` : listText(items);
}
