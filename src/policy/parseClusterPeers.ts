// Peers and subjects of a ClusterNetworkPolicy → peer clauses (kubernetes-sigs/network-policy-api apis/
// v1alpha2). Exactly one field names a peer; one that this version does not know is no problem of the
// object but a value of its own, because the API says what then holds.

import { CLUSTER_KEY, NAMESPACE_KEY } from '../model/labels.ts';
import type { Direction } from '../model/verdict.ts';
import type { PeerClause } from './compiled.ts';
import { dnsName, dnsPattern } from './dnsPattern.ts';
import { parsePrefix } from './parsePrefixes.ts';
import { kubernetesKeys, NAMESPACE_KEYS, POD_KEYS, parseSelector, requirementsOf } from './parseSelector.ts';
import { child, complain, isObjectHere, itemsWithin, type Place, textHere } from './place.ts';
import { exists, hasKey, type Requirement } from './requirements.ts';

/** What a list entry stands for, or that it names nothing that this version knows. */
export type Parsed<T> = readonly T[] | 'unknown';

type Parser = (value: Place) => readonly PeerClause[];

/** Most entries that the CRD allows in any one list. */
export const MAX_ITEMS = 25;

const NODE_KEYS = kubernetesKeys('node:');
const DOMAIN_NAME =
  /^(\*\.)?([a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-Z0-9]([-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$/;

const INGRESS_FIELDS: readonly (readonly [string, Parser])[] = [
  // Where the API speaks of one cluster only, the reach is Cilium's (pkg/k8s/cluster_network_policy.go):
  // `namespaces` every cluster of the mesh, `pods` and `nodes` the own one unless they name another.
  ['namespaces', (value) => [{ kind: 'labels', requirements: namespaceSelector(value), ownCluster: false }]],
  ['pods', (value) => [podClause(podSelector(value))]],
];
const EGRESS_FIELDS: readonly (readonly [string, Parser])[] = [
  ...INGRESS_FIELDS,
  ['nodes', parseNodes],
  ['networks', (value) => itemsWithin(value, 1, MAX_ITEMS).flatMap(parseNetwork)],
  ['domainNames', (value) => itemsWithin(value, 1, MAX_ITEMS).flatMap(parseDomainName)],
];

export function parseClusterPeer(peer: Place, direction: Direction): Parsed<PeerClause> {
  if (!isObjectHere(peer)) return [];
  const fields = direction === 'ingress' ? INGRESS_FIELDS : EGRESS_FIELDS;
  const given = fields.filter(([name]) => child(peer, name).value !== undefined);
  const [only, ...others] = given;
  if (others.length > 0) complain(peer, `${given.map(([name]) => name).join(' and ')} exclude each other`);
  if (only !== undefined) return only[1](child(peer, only[0]));
  if (Object.keys(peer.value ?? {}).length > 0) return 'unknown';
  complain(peer, `must have exactly one of ${fields.map(([name]) => name).join(', ')}`);
  return [];
}

/** All pods of the namespaces; {} means every namespace. What is in no namespace is no pod. */
export function namespaceSelector(place: Place): readonly Requirement[] {
  return [exists(`k8s:${NAMESPACE_KEY}`), ...requirementsOf(parseSelector(place, NAMESPACE_KEYS))];
}

/** Namespaces AND pods. */
export function podSelector(place: Place): readonly Requirement[] {
  isObjectHere(place);
  const pods = child(place, 'podSelector');
  if (place.value !== undefined && pods.value === undefined) complain(pods, 'must be given');
  return [
    ...namespaceSelector(child(place, 'namespaceSelector')),
    ...requirementsOf(parseSelector(pods, POD_KEYS)),
  ];
}

function podClause(requirements: readonly Requirement[]): PeerClause {
  return { kind: 'labels', requirements, ownCluster: !hasKey(requirements, `k8s:${CLUSTER_KEY}`) };
}

/** By the addresses of the nodes, the subject's own one included; {} means every node. */
function parseNodes(value: Place): readonly PeerClause[] {
  const requirements = requirementsOf(parseSelector(value, NODE_KEYS));
  const ownCluster = !hasKey(requirements, `node:${CLUSTER_KEY}`);
  return [{ kind: 'nodes', requirements, ownCluster, localHost: true }];
}

function parseNetwork(item: Place): readonly PeerClause[] {
  const cidr = parsePrefix(item);
  return cidr === undefined ? [] : [{ kind: 'network', cidr }];
}

/** A leading `*.` stands for one or more labels, as `**.` does in a toFQDNs pattern. */
function parseDomainName(item: Place): readonly PeerClause[] {
  const name = textHere(item) ?? '';
  if (name.length > 255 || !DOMAIN_NAME.test(name)) {
    complain(item, 'must be a DNS name of at most 255 characters, with a wildcard only as its first label');
    return [];
  }
  return [{ kind: 'fqdn', pattern: name.startsWith('*') ? dnsPattern(`*${name}`) : dnsName(name) }];
}
