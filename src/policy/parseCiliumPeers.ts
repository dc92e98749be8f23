// The peers of a CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy rule → peer clauses (cilium/cilium
// pkg/k8s/apis/cilium.io/utils, pkg/policy/utils, pkg/policy/api/rule_validation.go): one kind of peers a
// rule, namespace and cluster added to selectors that name none. An empty list matches nobody for some
// kinds of peers and everybody for others; both are Cilium's own.

import { CLUSTER_KEY, NAMESPACE_KEY, NAMESPACE_LABEL_PREFIX } from '../model/labels.ts';
import type { Direction } from '../model/verdict.ts';
import { contains } from './cidr.ts';
import type { PeerClause } from './compiled.ts';
import { dnsName, dnsPattern } from './dnsPattern.ts';
import { isEntity } from './entities.ts';
import { parseExcept, parsePrefix } from './parsePrefixes.ts';
import { CILIUM_KEYS, kubernetesKeys, parseSelector, requirementsOf } from './parseSelector.ts';
import { child, complain, isObjectHere, items, type Place, textHere } from './place.ts';
import { exists, hasKey, hasKeyPrefix, type Requirement } from './requirements.ts';

/** What of the policy its peer selectors depend on. */
export interface PeerScope {
  /** '' for cluster-wide policies. */
  readonly namespace: string;
  /** The subject selector names `reserved:init`: pods without labels, so without a namespace either. */
  readonly subjectIsInit: boolean;
}

type Parser = (item: Place, scope: PeerScope) => PeerClause | undefined;

interface PeerKind {
  readonly suffix: string;
  /** What an empty list means: nobody, or (a quirk of Cilium's) the same as no list. */
  readonly whenEmpty: 'nobody' | 'absent';
  readonly parse: Parser;
}

const INGRESS_PEERS: readonly PeerKind[] = [
  { suffix: 'Endpoints', whenEmpty: 'nobody', parse: parseEndpoints },
  { suffix: 'Nodes', whenEmpty: 'nobody', parse: parseNodes },
  { suffix: 'Entities', whenEmpty: 'nobody', parse: parseEntity },
  { suffix: 'CIDR', whenEmpty: 'nobody', parse: parseCidrPeer },
  { suffix: 'CIDRSet', whenEmpty: 'nobody', parse: parseCidrSet },
  { suffix: 'Groups', whenEmpty: 'absent', parse: () => ({ kind: 'group', text: 'a cloud group' }) },
];
const EGRESS_DENY_PEERS: readonly PeerKind[] = [
  ...INGRESS_PEERS,
  { suffix: 'Services', whenEmpty: 'absent', parse: parseService },
];
const EGRESS_PEERS: readonly PeerKind[] = [
  ...EGRESS_DENY_PEERS,
  { suffix: 'FQDNs', whenEmpty: 'absent', parse: parseFqdn },
];

/** undefined = the rule names no peers. */
export function parseCiliumPeers(
  rule: Place,
  direction: Direction,
  effect: 'allow' | 'deny',
  scope: PeerScope,
): readonly PeerClause[] | undefined {
  const way = direction === 'ingress' ? 'from' : 'to';
  const kinds =
    direction === 'ingress' ? INGRESS_PEERS : effect === 'deny' ? EGRESS_DENY_PEERS : EGRESS_PEERS;
  let peers: PeerClause[] | undefined;
  let nobody = false;
  const filled: string[] = [];
  for (const { suffix, whenEmpty, parse } of kinds) {
    const list = items(child(rule, way + suffix));
    if (list === undefined) continue;
    if (list.length === 0) nobody ||= whenEmpty === 'nobody';
    else {
      filled.push(way + suffix);
      peers = [...(peers ?? []), ...list.flatMap((item) => parse(item, scope) ?? [])];
    }
  }
  if (filled.length > 1) complain(rule, `${filled.join(' and ')} exclude each other`);
  if ((items(child(rule, `${way}Requires`)) ?? []).length > 0)
    complain(child(rule, `${way}Requires`), 'is no longer supported');
  return nobody ? [] : peers;
}

/** cilium/cilium getEndpointSelector: reserved labels are left alone; else namespace, then cluster. */
function parseEndpoints(item: Place, scope: PeerScope): PeerClause | undefined {
  if (!isObjectHere(item)) return undefined;
  const requirements = [...requirementsOf(parseSelector(item, CILIUM_KEYS))];
  if (hasKeyPrefix(requirements, 'reserved:')) return { kind: 'labels', requirements, ownCluster: false };
  if (!hasKey(requirements, `k8s:${NAMESPACE_KEY}`, `any:${NAMESPACE_KEY}`)) {
    const added = namespaceTerm(requirements, scope);
    if (added !== undefined) requirements.push(added);
  }
  return { kind: 'labels', requirements, ownCluster: !namesCluster(requirements) };
}

function namespaceTerm(requirements: readonly Requirement[], scope: PeerScope): Requirement | undefined {
  const key = `k8s:${NAMESPACE_KEY}`;
  if (scope.namespace === '') return scope.subjectIsInit ? undefined : exists(key);
  if (hasKeyPrefix(requirements, `k8s:${NAMESPACE_LABEL_PREFIX}`, `any:${NAMESPACE_LABEL_PREFIX}`))
    return undefined;
  return { key, operator: 'in', values: [scope.namespace] };
}

function namesCluster(requirements: readonly Requirement[]): boolean {
  return hasKey(requirements, `k8s:${CLUSTER_KEY}`, `any:${CLUSTER_KEY}`);
}

function parseNodes(item: Place): PeerClause | undefined {
  if (!isObjectHere(item)) return undefined;
  const requirements = requirementsOf(parseSelector(item, CILIUM_KEYS));
  return { kind: 'nodes', requirements, ownCluster: !namesCluster(requirements), localHost: false };
}

function parseEntity(item: Place): PeerClause | undefined {
  const entity = textHere(item) ?? '';
  if (isEntity(entity)) return { kind: 'entity', entity };
  complain(item, `${JSON.stringify(entity.slice(0, 40))} is no entity`);
  return undefined;
}

function parseCidrPeer(item: Place): PeerClause | undefined {
  const cidr = parsePrefix(item);
  return cidr === undefined ? undefined : { kind: 'cidr', cidr, except: [] };
}

function parseCidrSet(item: Place): PeerClause | undefined {
  if (!isObjectHere(item)) return undefined;
  const cidr = child(item, 'cidr');
  const name = child(item, 'cidrGroupRef');
  const selector = child(item, 'cidrGroupSelector');
  const given = [cidr, name, selector].filter((place) => place.value !== undefined);
  if (given.length !== 1) {
    complain(item, 'must have exactly one of cidr, cidrGroupRef and cidrGroupSelector');
    return undefined;
  }
  const exceptPlace = child(item, 'except');
  if (name.value !== undefined)
    return { kind: 'cidr-group', name: textHere(name) ?? '', except: parseExcept(exceptPlace, () => true) };
  if (selector.value !== undefined) {
    const requirements = requirementsOf(parseSelector(selector, kubernetesKeys('any:')));
    return { kind: 'cidr-group-selector', requirements, except: parseExcept(exceptPlace, () => true) };
  }
  const block = parsePrefix(cidr);
  if (block === undefined) return undefined;
  // Cilium looks at the first address only.
  const except = parseExcept(exceptPlace, (part) => contains(block, part));
  return { kind: 'cidr', cidr: block, except };
}

function parseFqdn(item: Place): PeerClause | undefined {
  if (!isObjectHere(item)) return undefined;
  const name = textHere(child(item, 'matchName'));
  const pattern = textHere(child(item, 'matchPattern'));
  if ((name === undefined) === (pattern === undefined)) {
    complain(item, 'must have exactly one of matchName and matchPattern');
    return undefined;
  }
  const written = name ?? pattern ?? '';
  if (written.length > 255 || !(name === undefined ? /^[-\w.*]+$/ : /^[-\w.]+$/).test(written)) {
    complain(item, 'must be a DNS name of at most 255 characters');
    return undefined;
  }
  return { kind: 'fqdn', pattern: name === undefined ? dnsPattern(written) : dnsName(written) };
}

function parseService(item: Place): PeerClause | undefined {
  if (!isObjectHere(item)) return undefined;
  const service = child(item, 'k8sService');
  if (!isObjectHere(service)) return { kind: 'service', text: 'services by label' };
  const name = textHere(child(service, 'serviceName')) ?? '';
  return { kind: 'service', text: `${textHere(child(service, 'namespace')) ?? ''}/${name}` };
}
