// Cilium's entities (cilium/cilium pkg/policy/api/entity.go): names for peers that are known by a
// reserved label instead of labels of their own. `cluster` and `cluster-mesh` hold pods too.

import { CLUSTER_KEY } from '../model/labels.ts';
import { carries, type PartyLabels, valueOf } from './partyLabels.ts';
import { or, type Truth, unknown } from './truth.ts';

export const ENTITIES = [
  'all',
  'world',
  'cluster',
  'cluster-mesh',
  'host',
  'init',
  'ingress',
  'unmanaged',
  'remote-node',
  'health',
  'none',
  'kube-apiserver',
] as const;
export type Entity = (typeof ENTITIES)[number];

export function isEntity(name: string): name is Entity {
  return (ENTITIES as readonly string[]).includes(name);
}

const IN_CLUSTER = [
  'reserved:host',
  'reserved:remote-node',
  'reserved:init',
  'reserved:ingress',
  'reserved:health',
  'reserved:unmanaged',
  'reserved:kube-apiserver',
] as const;

/** `localCluster` '' = not known. */
export function matchesEntity(entity: Entity, peer: PartyLabels, localCluster: string): Truth {
  switch (entity) {
    case 'all':
      return true;
    case 'world':
      return isWorld(peer);
    case 'cluster':
      return or(inClusterByLabel(peer), ofCluster(peer, localCluster));
    case 'cluster-mesh':
      return or(inClusterByLabel(peer), carries(peer, `k8s:${CLUSTER_KEY}`));
    case 'host':
    case 'init':
    case 'ingress':
    case 'unmanaged':
    case 'remote-node':
    case 'health':
    case 'none':
    case 'kube-apiserver':
      return carries(peer, `reserved:${entity}`);
  }
}

/** Whether the peer lies outside the cluster. Dual-stack clusters label the world by family. */
export function isWorld(peer: PartyLabels): Truth {
  return or(
    carries(peer, 'reserved:world'),
    or(carries(peer, 'reserved:world-ipv4'), carries(peer, 'reserved:world-ipv6')),
  );
}

/** Whether the peer carries the label of this cluster. */
export function ofCluster(peer: PartyLabels, localCluster: string): Truth {
  const value = valueOf(peer, `k8s:${CLUSTER_KEY}`);
  if (value === undefined) return false;
  if (typeof value !== 'string') return value;
  return localCluster === '' ? unknown('missing-labels') : value === localCluster;
}

function inClusterByLabel(peer: PartyLabels): Truth {
  let truth: Truth = false;
  for (const label of IN_CLUSTER) {
    truth = or(truth, carries(peer, label));
    if (truth === true) return true;
  }
  return truth;
}
