// One spec of a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy → compiled spec (cilium/cilium
// pkg/policy/api/rule_validation.go, pkg/policy/utils). What the CRD or the agent refuses is a problem,
// and then the whole object is not enforced. Unknown fields are pruned by the CRD, so they are no problem.

import { NAMESPACE_KEY } from '../model/labels.ts';
import type { PolicyRef } from '../model/refs.ts';
import type { Direction } from '../model/verdict.ts';
import type { CompiledRule, CompiledSection, CompiledSpec } from './compiled.ts';
import { type PeerScope, parseCiliumPeers } from './parseCiliumPeers.ts';
import { parseCiliumPorts } from './parsePorts.ts';
import { CILIUM_KEYS, parseSelector, requirementsOf } from './parseSelector.ts';
import { child, complain, flagHere, isObjectHere, items, type Place, textHere } from './place.ts';
import { hasKey, type Requirement } from './requirements.ts';

/** @param ref what the rule refs begin with: `Kind/ns/name#` or, with `specs`, `Kind/ns/name#spec[2].` */
export function parseCiliumSpec(spec: Place, ref: PolicyRef, namespace: string): CompiledSpec {
  isObjectHere(spec);
  const { scope, subject } = parseSubject(spec, namespace);
  const peers: PeerScope = { namespace, subjectIsInit: hasKey(subject, 'reserved:init') };
  const rules = {
    ingress: parseDirection(spec, 'ingress', ref, peers),
    egress: parseDirection(spec, 'egress', ref, peers),
  };
  if (rules.ingress.length === 0 && rules.egress.length === 0)
    complain(spec, 'must have at least one rule in ingress, ingressDeny, egress or egressDeny');
  isObjectHere(child(spec, 'log'));
  items(child(spec, 'labels'));
  textHere(child(spec, 'description'));
  const defaultDeny = child(spec, 'enableDefaultDeny');
  isObjectHere(defaultDeny);
  return {
    scope,
    subject,
    ingress: sectionOf(rules.ingress, flagHere(child(defaultDeny, 'ingress'))),
    egress: sectionOf(rules.egress, flagHere(child(defaultDeny, 'egress'))),
  };
}

/** enableDefaultDeny counts only where the direction has rules. */
function sectionOf(rules: readonly CompiledRule[], enabled: boolean | undefined): CompiledSection | null {
  return rules.length === 0 ? null : { isolates: enabled ?? true, rules };
}

function parseSubject(
  spec: Place,
  namespace: string,
): { scope: CompiledSpec['scope']; subject: readonly Requirement[] } {
  const endpoints = child(spec, 'endpointSelector');
  const nodes = child(spec, 'nodeSelector');
  if ((endpoints.value === undefined) === (nodes.value === undefined))
    complain(spec, 'must have exactly one of endpointSelector and nodeSelector');
  if (nodes.value !== undefined) {
    if (namespace !== '') complain(nodes, 'is allowed in cluster-wide policies only');
    return { scope: 'node', subject: requirementsOf(parseSelector(nodes, CILIUM_KEYS)) };
  }
  const selector = parseSelector(endpoints, CILIUM_KEYS);
  // The own namespace replaces another one in matchLabels; expressions and any: keys stay beside it.
  if (namespace !== '') selector.labels.set(`k8s:${NAMESPACE_KEY}`, namespace);
  return { scope: 'endpoint', subject: requirementsOf(selector) };
}

function parseDirection(
  spec: Place,
  direction: Direction,
  ref: string,
  scope: PeerScope,
): readonly CompiledRule[] {
  return (['allow', 'deny'] as const).flatMap((effect) => {
    const section = effect === 'allow' ? direction : `${direction}Deny`;
    return (items(child(spec, section)) ?? []).map((rule, index) => {
      isObjectHere(rule);
      return {
        ref: `${ref}${section}[${index}]`,
        effect,
        ...parseClauses(rule, direction, effect, scope),
        authentication: effect === 'allow' && demandsAuthentication(child(rule, 'authentication')),
      };
    });
  });
}

function demandsAuthentication(place: Place): boolean {
  if (!isObjectHere(place)) return false;
  const mode = child(place, 'mode');
  const written = textHere(mode) ?? '';
  if (!['disabled', 'required', 'test-always-fail'].includes(written))
    complain(mode, 'must be disabled, required or test-always-fail');
  return written !== 'disabled';
}

/** No peers but ports: any peer. Neither peers nor ports (`- {}`): nobody. */
function parseClauses(
  rule: Place,
  direction: Direction,
  effect: 'allow' | 'deny',
  scope: PeerScope,
): Pick<CompiledRule, 'peers' | 'ports'> {
  const ports = parseCiliumPorts(rule, direction, effect);
  const peers = parseCiliumPeers(rule, direction, effect, scope);
  return { ports, peers: peers ?? (ports === 'any' ? [] : 'any') };
}
