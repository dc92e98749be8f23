// CiliumNetworkPolicy and CiliumClusterwideNetworkPolicy in words: each rule is read from the object as if
// nobody had ever looked at it before.
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { type Asked, HERE, NAMED_PORTS, type Who } from './asked.ts';
import type { Opinion } from './opinion.ts';
import {
  CLUSTER,
  has,
  isOutside,
  keysOf,
  listOf,
  meets,
  NAMESPACE,
  NAMESPACE_LABELS,
  within,
  word,
} from './selector.ts';

/** A key without a source means any source. */
const anyKey = (key: string): string => (key.includes(':') ? key : `any:${key}`);

/** @param namespace '' for cluster-wide policies */
export function ciliumPolicyOpinion(
  ref: string,
  namespace: string,
  object: JsonObject,
  asked: Asked,
): Opinion {
  const numbered = listOf(object['specs']).length > 0;
  const specs = [...listOf([object['spec'] ?? null]), ...listOf(object['specs'])];
  const opinions = specs.map((spec, index) =>
    specOpinion(numbered ? `${ref}#spec[${index}].` : `${ref}#`, namespace, spec, asked),
  );
  return {
    ref,
    selects: opinions.some(({ selects }) => selects),
    isolates: opinions.some(({ isolates }) => isolates),
    allows: opinions.flatMap(({ allows }) => allows),
    denies: opinions.flatMap(({ denies }) => denies),
  };
}

function specOpinion(ref: string, namespace: string, spec: JsonObject, asked: Asked): Opinion {
  const { direction, subject } = asked;
  const allowRules = listOf(spec[direction]);
  const denyRules = listOf(spec[`${direction}Deny`]);
  const [defaultDeny] = listOf([spec['enableDefaultDeny'] ?? null]);
  const selects =
    allowRules.length + denyRules.length > 0 &&
    !has(subject, 'reserved:host') &&
    (namespace === '' || has(subject, `k8s:${NAMESPACE}`, namespace)) &&
    meets(subject, withoutOwnNamespace(spec['endpointSelector'], namespace), anyKey);
  const matching = (rules: readonly JsonObject[], section: string): readonly string[] =>
    rules.flatMap((rule, index) =>
      selects && isPeer(rule, namespace, asked) && isPort(rule, asked) ? [`${ref}${section}[${index}]`] : [],
    );
  return {
    ref,
    selects,
    isolates: selects && defaultDeny?.[direction] !== false,
    allows: matching(allowRules, direction),
    denies: matching(denyRules, `${direction}Deny`),
  };
}

/** The namespace of the policy takes the place of one that matchLabels names with its source. */
function withoutOwnNamespace(selector: JsonValue | undefined, namespace: string): JsonValue | undefined {
  const [written] = listOf([selector ?? null]);
  const [labels] = listOf([written?.['matchLabels'] ?? null]);
  if (namespace === '' || labels === undefined) return selector;
  const { [`k8s:${NAMESPACE}`]: _replaced, ...others } = labels;
  return { ...written, matchLabels: others };
}

function isPeer(rule: JsonObject, namespace: string, { direction, peer }: Asked): boolean {
  const way = direction === 'ingress' ? 'from' : 'to';
  for (const kind of ['Endpoints', 'Entities', 'CIDR', 'CIDRSet', 'Nodes'])
    if (isEmptyList(rule[way + kind])) return false;
  const named = ['Endpoints', 'Entities', 'CIDR', 'CIDRSet', 'FQDNs'].filter(
    (kind) => rule[way + kind] !== undefined && !isEmptyList(rule[way + kind]),
  );
  // No peers: everybody, where ports or ICMP types are named; nobody where they are not.
  if (named.length === 0) return [rule['toPorts'], rule['icmps']].some((list) => listOf(list).length > 0);
  const { [`${way}Entities`]: entities, [`${way}CIDR`]: cidrs } = rule;
  if (listOf(rule[`${way}Endpoints`]).some((selector) => isEndpoint(selector, namespace, peer))) return true;
  if (Array.isArray(entities) && entities.some((entity: JsonValue) => isEntity(word(entity), peer)))
    return true;
  if (!isOutside(peer)) return false;
  if (Array.isArray(cidrs) && cidrs.some((cidr: JsonValue) => within(peer.ip, word(cidr)))) return true;
  for (const { cidr, except } of listOf(rule[`${way}CIDRSet`])) {
    const excepted = Array.isArray(except) && except.some((part: JsonValue) => within(peer.ip, word(part)));
    if (within(peer.ip, word(cidr)) && !excepted) return true;
  }
  return listOf(rule['toFQDNs']).some(({ matchName, matchPattern }) =>
    peer.names.some((name) => name === matchName || isName(name, word(matchPattern ?? ''))),
  );
}

function isEmptyList(value: JsonValue | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

function isEndpoint(selector: JsonObject, namespace: string, who: Who): boolean {
  if (!meets(who, selector, anyKey)) return false;
  const keys = keysOf(selector).map((key) => key.replace(/^(k8s|any):/, ''));
  if (keys.some((key) => key.startsWith('reserved:'))) return true;
  if (!keys.includes(CLUSTER) && !has(who, `k8s:${CLUSTER}`, HERE)) return false;
  if (keys.includes(NAMESPACE)) return true;
  if (namespace === '') return has(who, `k8s:${NAMESPACE}`);
  return keys.some((key) => key.startsWith(NAMESPACE_LABELS)) || has(who, `k8s:${NAMESPACE}`, namespace);
}

function isEntity(entity: string, who: Who): boolean {
  if (entity === 'all') return true;
  if (entity !== 'cluster') return has(who, `reserved:${entity}`);
  return has(who, `k8s:${CLUSTER}`, HERE) || (who.labels.join().includes('reserved:') && !isOutside(who));
}

/** `*` is any run of characters without a dot. */
function isName(name: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  return rest.length === 1 && name.startsWith(first) && name.endsWith(rest[0] ?? '')
    ? !name.slice(first.length, name.length - (rest[0] ?? '').length).includes('.')
    : false;
}

function isPort(rule: JsonObject, { protocol, number }: Asked): boolean {
  const toPorts = listOf(rule['toPorts']);
  const icmps = listOf(rule['icmps']);
  if (toPorts.length === 0 && icmps.length === 0) return true;
  // Type 0 stands for every type of its family.
  for (const { fields } of icmps)
    for (const { type } of listOf(fields))
      if (protocol === 'icmp' && (type === 0 || type === number)) return true;
  for (const { ports } of toPorts)
    for (const { port, endPort, protocol: written = 'ANY' } of listOf(ports)) {
      const wanted = written === 'ANY' ? ['tcp', 'udp', 'sctp'] : [word(written).toLowerCase()];
      if (!wanted.includes(protocol)) continue;
      const from = Number(port);
      if (NAMED_PORTS.some((one) => one.name === port && one.protocol === protocol && one.number === number))
        return true;
      if (port === '0' && endPort === undefined) return true;
      if (number === from || (from <= number && number <= Number(endPort ?? 0))) return true;
    }
  return false;
}
