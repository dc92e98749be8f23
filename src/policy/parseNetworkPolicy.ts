// NetworkPolicy of networking.k8s.io/v1 as Cilium enforces it (cilium/cilium pkg/k8s/network_policy.go),
// after the API server's defaulting of policyTypes, so that objects straight from Git count the same.
// Where Cilium differs from the upstream words, Cilium's way is compiled.

import { CLUSTER_KEY, NAMESPACE_KEY } from '../model/labels.ts';
import type { PolicyRef } from '../model/refs.ts';
import type { Direction } from '../model/verdict.ts';
import { covers } from './cidr.ts';
import type { CompiledRule, CompiledSection, CompiledSpec, PeerClause } from './compiled.ts';
import { parseNetworkPolicyPorts } from './parsePorts.ts';
import { parseExcept, parsePrefix } from './parsePrefixes.ts';
import { NAMESPACE_KEYS, POD_KEYS, parseSelector, requirementsOf } from './parseSelector.ts';
import { child, complain, isObjectHere, items, type Place, textHere } from './place.ts';
import { exists, hasKey, type Requirement } from './requirements.ts';

export function parseNetworkPolicySpec(spec: Place, ref: PolicyRef, namespace: string): CompiledSpec {
  isObjectHere(spec);
  const types = parsePolicyTypes(child(spec, 'policyTypes'));
  const sections = {
    ingress: parseRules(spec, 'ingress', ref, namespace),
    egress: parseRules(spec, 'egress', ref, namespace),
  };
  // No types: Ingress, and Egress where there are egress rules. Rules of a direction that the types leave
  // out count all the same, and isolate (Cilium; upstream Kubernetes ignores them).
  const has = (type: 'Ingress' | 'Egress') =>
    types.length === 0 ? type === 'Ingress' : types.includes(type);
  return {
    scope: 'endpoint',
    subject: podRequirements(child(spec, 'podSelector'), namespace),
    ingress: sectionOf(sections.ingress, has('Ingress')),
    egress: sectionOf(sections.egress, has('Egress')),
  };
}

function sectionOf(rules: readonly CompiledRule[], named: boolean): CompiledSection | null {
  return named || rules.length > 0 ? { isolates: true, rules } : null;
}

function parsePolicyTypes(place: Place): readonly string[] {
  return (items(place) ?? []).flatMap((item) => {
    const type = textHere(item);
    if (type === 'Ingress' || type === 'Egress') return [type];
    complain(item, 'must be Ingress or Egress');
    return [];
  });
}

function parseRules(
  spec: Place,
  direction: Direction,
  ref: PolicyRef,
  namespace: string,
): readonly CompiledRule[] {
  return (items(child(spec, direction)) ?? []).map((rule, index) => {
    isObjectHere(rule);
    const peers = items(child(rule, direction === 'ingress' ? 'from' : 'to')) ?? [];
    return {
      ref: `${ref}#${direction}[${index}]`,
      effect: 'allow',
      peers: peers.length === 0 ? 'any' : peers.flatMap((peer) => parsePeer(peer, namespace) ?? []),
      ports: parseNetworkPolicyPorts(child(rule, 'ports')),
      authentication: false,
    };
  });
}

/** A podSelector alone stays in the policy's namespace; with a namespaceSelector both must hold. */
function parsePeer(peer: Place, namespace: string): PeerClause | undefined {
  if (!isObjectHere(peer)) return undefined;
  const pods = child(peer, 'podSelector');
  const namespaces = child(peer, 'namespaceSelector');
  const block = child(peer, 'ipBlock');
  const selects = pods.value !== undefined || namespaces.value !== undefined;
  if (block.value !== undefined) {
    if (selects) complain(peer, 'ipBlock excludes podSelector and namespaceSelector');
    return parseIpBlock(block);
  }
  if (!selects) complain(peer, 'must name a podSelector, a namespaceSelector or an ipBlock');
  const requirements =
    namespaces.value === undefined
      ? podRequirements(pods, namespace)
      : [...namespaceRequirements(namespaces), ...requirementsOf(parseSelector(pods, POD_KEYS))];
  const ownCluster = !hasKey(requirements, `k8s:${CLUSTER_KEY}`);
  return { kind: 'labels', requirements, ownCluster };
}

/** The policy's namespace replaces one named by matchLabels. */
function podRequirements(place: Place, namespace: string): readonly Requirement[] {
  const selector = parseSelector(place, POD_KEYS);
  selector.labels.set(`k8s:${NAMESPACE_KEY}`, namespace);
  return requirementsOf(selector);
}

/** {} means every namespace: whatever has one. */
function namespaceRequirements(place: Place): readonly Requirement[] {
  const requirements = requirementsOf(parseSelector(place, NAMESPACE_KEYS));
  return requirements.length === 0 ? [exists(`k8s:${NAMESPACE_KEY}`)] : requirements;
}

function parseIpBlock(block: Place): PeerClause | undefined {
  if (!isObjectHere(block)) return undefined;
  const cidr = parsePrefix(child(block, 'cidr'));
  const except = parseExcept(
    child(block, 'except'),
    (part) => cidr === undefined || (covers(cidr, part) && part.length > cidr.length),
  );
  return cidr === undefined ? undefined : { kind: 'cidr', cidr, except };
}
