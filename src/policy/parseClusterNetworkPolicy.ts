// ClusterNetworkPolicy of policy.networking.k8s.io (v1alpha2) → tier, priority and one compiled spec, as
// the API's own words have it (kubernetes-sigs/network-policy-api apis/v1alpha2/
// clusternetworkpolicy_types.go). It never switches on default deny. What the CRD refuses is a problem.

import type { PolicyRef } from '../model/refs.ts';
import type { Direction } from '../model/verdict.ts';
import type { CompiledRule, CompiledSection, CompiledSpec, Tier } from './compiled.ts';
import {
  MAX_ITEMS,
  namespaceSelector,
  type Parsed,
  parseClusterPeer,
  podSelector,
} from './parseClusterPeers.ts';
import { parseClusterProtocol } from './parseClusterProtocols.ts';
import { child, complain, integerHere, isObjectHere, itemsWithin, type Place, textHere } from './place.ts';
import type { Requirement } from './requirements.ts';

const MAX_NAME = 100;

const TIERS = new Map<string, Tier>([
  ['Admin', 'admin'],
  ['Baseline', 'baseline'],
]);
const ACTIONS = new Map<string, CompiledRule['effect']>([
  ['Accept', 'allow'],
  ['Deny', 'deny'],
  ['Pass', 'pass'],
]);

export interface ClusterSpec {
  readonly tier: Tier;
  readonly priority: number;
  readonly spec: CompiledSpec;
}

export function parseClusterSpec(spec: Place, ref: PolicyRef): ClusterSpec {
  if (!isObjectHere(spec)) complain(spec, 'must be given');
  const tier = TIERS.get(textHere(child(spec, 'tier')) ?? '');
  if (tier === undefined) complain(child(spec, 'tier'), 'must be Admin or Baseline');
  const priority = child(spec, 'priority');
  if (priority.value === undefined) complain(priority, 'must be given');
  return {
    tier: tier ?? 'admin',
    priority: integerHere(priority, 0, 1000) ?? 0,
    spec: {
      scope: 'endpoint',
      subject: parseSubject(child(spec, 'subject')),
      ingress: parseSection(spec, 'ingress', ref),
      egress: parseSection(spec, 'egress', ref),
    },
  };
}

function parseSubject(place: Place): readonly Requirement[] {
  const namespaces = child(place, 'namespaces');
  const pods = child(place, 'pods');
  if (!isObjectHere(place) || (namespaces.value === undefined) === (pods.value === undefined))
    complain(place, 'must have exactly one of namespaces and pods');
  return pods.value === undefined ? namespaceSelector(namespaces) : podSelector(pods);
}

/** A policy without rules in a direction does not affect it. */
function parseSection(spec: Place, direction: Direction, ref: PolicyRef): CompiledSection | null {
  const place = child(spec, direction);
  const rules = itemsWithin(place, 0, MAX_ITEMS).map((rule, index) =>
    parseRule(rule, direction, `${ref}#${direction}[${index}]`),
  );
  return rules.length === 0 ? null : { isolates: false, rules };
}

function parseRule(rule: Place, direction: Direction, ref: string): CompiledRule {
  isObjectHere(rule);
  const name = textHere(child(rule, 'name')) ?? '';
  if (name.length > MAX_NAME) complain(child(rule, 'name'), `must not be longer than ${MAX_NAME} characters`);
  const action = child(rule, 'action');
  const effect = ACTIONS.get(textHere(action) ?? '');
  if (effect === undefined) complain(action, 'must be Accept, Deny or Pass');
  const place = child(rule, direction === 'ingress' ? 'from' : 'to');
  const peers = all(itemsWithin(place, 1, MAX_ITEMS).map((peer) => parseClusterPeer(peer, direction)));
  const protocols = child(rule, 'protocols');
  const limited = protocols.value !== undefined;
  const ports = all((limited ? itemsWithin(protocols, 1, MAX_ITEMS) : []).map(parseClusterProtocol));
  if (peers !== 'unknown' && ports !== 'unknown') {
    if (effect !== 'allow' && peers.some(({ kind }) => kind === 'fqdn'))
      complain(place, 'may hold domainNames in Accept rules only');
    if (ports.some(({ match }) => match.kind === 'name') && peers.some(({ kind }) => kind !== 'labels'))
      complain(rule, 'networks, nodes and domainNames have no named ports');
  }
  const known = { ref, effect: effect ?? 'deny', authentication: false };
  if (peers === 'unknown' || ports === 'unknown') return failClosed(known);
  return { ...known, peers, ports: limited ? ports : 'any' };
}

/**
 * A rule with a field that this version of the API does not know: Accept matches no traffic, Deny and
 * Pass count as a Deny of all traffic (as the API says of peers; protocols are taken alike).
 */
function failClosed(rule: Pick<CompiledRule, 'ref' | 'effect' | 'authentication'>): CompiledRule {
  if (rule.effect === 'allow') return { ...rule, peers: [], ports: 'any' };
  return { ...rule, effect: 'deny', peers: 'any', ports: 'any' };
}

/** One entry of an unknown shape makes the whole list unknown. */
function all<T>(parsed: readonly Parsed<T>[]): Parsed<T> {
  const found: T[] = [];
  for (const one of parsed) {
    if (one === 'unknown') return 'unknown';
    found.push(...one);
  }
  return found;
}
