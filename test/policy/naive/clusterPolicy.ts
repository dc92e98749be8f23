// ClusterNetworkPolicy in words. What one policy of a tier says, rule by rule in the order written; which
// of several policies is heard is not decided here.
import type { JsonObject, JsonValue } from '../../../src/model/json.ts';
import { type Asked, HERE, NAMED_PORTS, type Who } from './asked.ts';
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

export interface Saying {
  readonly rule: string;
  readonly action: string;
}

export interface Sayings {
  readonly ref: string;
  readonly tier: string;
  readonly priority: number;
  readonly selects: boolean;
  /** Of the rules that match, first to last. */
  readonly matching: readonly Saying[];
}

const KNOWN_PEERS = ['namespaces', 'pods', 'networks', 'domainNames'];

export function clusterPolicySayings(ref: string, spec: JsonObject, asked: Asked): Sayings {
  const rules = listOf(spec[asked.direction]);
  const [subject = {}] = listOf([spec['subject'] ?? null]);
  const selects = rules.length > 0 && isPods(subject, asked.subject);
  const matching: Saying[] = [];
  if (selects)
    rules.forEach((rule, index) => {
      const said = sayingOf(rule, asked);
      if (said !== '') matching.push({ rule: `${ref}#${asked.direction}[${index}]`, action: said });
    });
  return { ref, tier: word(spec['tier']), priority: Number(spec['priority']), selects, matching };
}

/** '' where the rule does not match. A peer that nobody knows: Accept says nothing, others deny all. */
function sayingOf(rule: JsonObject, asked: Asked): string {
  const action = word(rule['action']);
  const peers = listOf(rule[asked.direction === 'ingress' ? 'from' : 'to']);
  if (peers.some((peer) => !KNOWN_PEERS.some((known) => peer[known] !== undefined)))
    return action === 'Accept' ? '' : 'Deny';
  const protocols = rule['protocols'];
  const portFits = protocols === undefined || listOf(protocols).some((one) => isProtocol(one, asked));
  return portFits && peers.some((peer) => isPeer(peer, asked.peer)) ? action : '';
}

function isPeer(peer: JsonObject, who: Who): boolean {
  const { networks, domainNames } = peer;
  if (Array.isArray(networks)) return networks.some((cidr: JsonValue) => within(who.ip, word(cidr)));
  if (Array.isArray(domainNames))
    return (
      isOutside(who) && who.names.some((name) => domainNames.some((one: JsonValue) => isName(name, one)))
    );
  const [pods] = listOf([peer['pods'] ?? null]);
  // `pods` stays in the cluster unless it names one.
  if (pods && !keysOf(pods['podSelector']).includes(CLUSTER) && !has(who, `k8s:${CLUSTER}`, HERE))
    return false;
  return isPods(peer, who);
}

/** By namespace, or by namespace and pod. Who is in no namespace is no pod. */
function isPods({ namespaces, pods }: JsonObject, who: Who): boolean {
  if (!has(who, `k8s:${NAMESPACE}`)) return false;
  const ofNamespace = (key: string): string => `k8s:${NAMESPACE_LABELS}${key}`;
  if (namespaces !== undefined) return meets(who, namespaces, ofNamespace);
  const [both = {}] = listOf([pods ?? null]);
  return (
    meets(who, both['namespaceSelector'], ofNamespace) &&
    meets(who, both['podSelector'], (key) => `k8s:${key}`)
  );
}

/** `*.` stands for one or more whole labels. */
function isName(name: string, written: JsonValue): boolean {
  const wanted = word(written);
  return wanted.startsWith('*') ? name.endsWith(wanted.slice(1)) : name === wanted;
}

function isProtocol(entry: JsonObject, { protocol, number }: Asked): boolean {
  const named = entry['destinationNamedPort'];
  if (named !== undefined)
    return NAMED_PORTS.some(
      (one) => one.name === named && one.protocol === protocol && one.number === number,
    );
  const [limits] = listOf([entry[protocol] ?? null]);
  const [port] = listOf([limits?.['destinationPort'] ?? null]);
  if (port === undefined) return false;
  const [range] = listOf([port['range'] ?? null]);
  if (range === undefined) return port['number'] === number;
  return Number(range['start']) <= number && number <= Number(range['end']);
}
