// Which of Cilium's entities an endpoint is when it is no pod.

import type { LabelSet } from '../model/labels.ts';

/**
 * Entities by reserved label, the first that an endpoint carries wins: a node that also runs the API server
 * carries both labels, and on the node itself being the host decides more (cilium/cilium pkg/labels).
 */
const BY_LABEL = [
  ['reserved:host', 'host'],
  ['reserved:kube-apiserver', 'kube-apiserver'],
  ['reserved:remote-node', 'remote-node'],
  ['reserved:health', 'health'],
  ['reserved:ingress', 'ingress'],
  ['reserved:init', 'init'],
  ['reserved:unmanaged', 'unmanaged'],
  ['reserved:world', 'world'],
  ['reserved:world-ipv4', 'world'],
  ['reserved:world-ipv6', 'world'],
] as const;

/** cilium/cilium pkg/identity/numericidentity.go. */
const BY_IDENTITY: readonly string[] = [
  '',
  'host',
  'world',
  'unmanaged',
  'health',
  'init',
  'remote-node',
  'kube-apiserver',
  'ingress',
  'world',
  'world',
];

/** Scopes of node-local identities: addresses by CIDR or DNS name, and remote nodes. */
const LOCAL_SCOPE = 2 ** 24;
const REMOTE_NODE_SCOPE = 2 ** 25;
const SCOPE_SIZE = 2 ** 24;

/** '' for pods, and for what neither labels nor identity tell. Labels win over the number. */
export function entityOf(labels: LabelSet, identity: number): string {
  return fromReserved(labels) || fromIdentity(identity) || (hasAddressLabel(labels) ? 'world' : '');
}

function fromReserved(labels: LabelSet): string {
  if (!labels.some((label) => label.startsWith('reserved:'))) return '';
  return BY_LABEL.find(([label]) => labels.includes(label))?.[1] ?? '';
}

function fromIdentity(identity: number): string {
  if (identity < BY_IDENTITY.length) return BY_IDENTITY[identity] ?? '';
  if (identity >= LOCAL_SCOPE && identity < LOCAL_SCOPE + SCOPE_SIZE) return 'world';
  if (identity >= REMOTE_NODE_SCOPE && identity < REMOTE_NODE_SCOPE + SCOPE_SIZE) return 'remote-node';
  return '';
}

/** Identities of addresses outside the cluster carry `cidr:` or `fqdn:` labels. */
function hasAddressLabel(labels: LabelSet): boolean {
  return labels.some((label) => label.startsWith('cidr:') || label.startsWith('fqdn:'));
}
