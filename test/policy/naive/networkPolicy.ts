// NetworkPolicy in words. Cilium's deviations are those that docs/semantics.md lists.
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

const podKey = (key: string): string => `k8s:${key}`;
const namespaceKey = (key: string): string => `k8s:${NAMESPACE_LABELS}${key}`;

export function networkPolicyOpinion(
  ref: string,
  namespace: string,
  spec: JsonObject,
  asked: Asked,
): Opinion {
  const rules = listOf(spec[asked.direction]);
  const types = Array.isArray(spec['policyTypes']) ? spec['policyTypes'] : [];
  const type = asked.direction === 'ingress' ? 'Ingress' : 'Egress';
  // Without types ingress is meant. Rules count whether the types name their direction or not.
  const speaks = (types.length === 0 ? type === 'Ingress' : types.includes(type)) || rules.length > 0;
  const selects =
    speaks &&
    !has(asked.subject, 'reserved:host') &&
    has(asked.subject, `k8s:${NAMESPACE}`, namespace) &&
    meets(asked.subject, spec['podSelector'], podKey);
  const allows: string[] = [];
  rules.forEach((rule, index) => {
    const peers = listOf(rule[asked.direction === 'ingress' ? 'from' : 'to']);
    const ports = listOf(rule['ports']);
    // A missing or empty list means everybody, and every port.
    const peerFits = peers.length === 0 || peers.some((peer) => isPeer(peer, namespace, asked.peer));
    const portFits = ports.length === 0 || ports.some((port) => isPort(port, asked));
    if (peerFits && portFits) allows.push(`${ref}#${asked.direction}[${index}]`);
  });
  return { ref, selects, isolates: selects, allows: selects ? allows : [], denies: [] };
}

function isPeer(peer: JsonObject, namespace: string, who: Who): boolean {
  const { ipBlock, podSelector, namespaceSelector } = peer;
  if (ipBlock !== undefined) {
    const [block] = listOf([ipBlock]);
    const except = block?.['except'];
    return (
      isOutside(who) &&
      within(who.ip, word(block?.['cidr'])) &&
      !(Array.isArray(except) && except.some((part: JsonValue) => within(who.ip, word(part))))
    );
  }
  if (!keysOf(podSelector).includes(CLUSTER) && !has(who, `k8s:${CLUSTER}`, HERE)) return false;
  if (!meets(who, podSelector, podKey)) return false;
  if (namespaceSelector === undefined) return has(who, `k8s:${NAMESPACE}`, namespace);
  if (keysOf(namespaceSelector).length === 0) return has(who, `k8s:${NAMESPACE}`);
  return meets(who, namespaceSelector, namespaceKey);
}

function isPort({ protocol = 'TCP', port, endPort }: JsonObject, asked: Asked): boolean {
  if (word(protocol).toLowerCase() !== asked.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === 'string')
    return NAMED_PORTS.some(
      (named) => named.name === port && named.protocol === asked.protocol && named.number === asked.number,
    );
  return Number(port) <= asked.number && asked.number <= Number(endPort ?? port);
}
