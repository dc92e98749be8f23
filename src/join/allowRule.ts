// The smallest rule that lets one conversation through, as it stands in a policy of each kind: the peer by
// the labels that name its application (else all of its own), by address or entity; the port by number.
// Sources: networking.k8s.io/v1 NetworkPolicyIngressRule, cilium.io/v2 Rule. It decides nothing.
import type { JsonObject, JsonValue } from '../model/json.ts';
import { CLUSTER_KEY, NAMESPACE_KEY, NAMESPACE_LABEL_PREFIX, parseLabel } from '../model/labels.ts';
import type { Direction } from '../model/verdict.ts';
import type { Party, Question } from '../policy/decision.ts';

/** Labels that say what a pod is, by custom; the first that it carries names it well enough. */
const APP_KEYS = ['app', 'app.kubernetes.io/name', 'k8s-app'] as const;
/** Labels that controllers give to generations of pods: a rule by them would not outlive a rollout. */
const FLEETING = /(^|\/)(pod-template-hash|controller-revision-hash|pod-index|pod-name)$/;

/** Kinds whose rules this file can write. */
export type RuleKind = 'NetworkPolicy' | 'CiliumNetworkPolicy' | 'CiliumClusterwideNetworkPolicy';

/** @returns null when the kind cannot say it, or too little is known of the peer. */
export function allowRule(kind: RuleKind, home: string, question: Question): JsonObject | null {
  const peer = kind === 'NetworkPolicy' ? plainPeer(home, question.peer) : ciliumPeer(kind, home, question);
  const ports = kind === 'NetworkPolicy' ? plainPorts(question) : ciliumPorts(question);
  if (peer === null || ports === null) return null;
  const side = question.direction === 'ingress' ? 'from' : 'to';
  return kind === 'NetworkPolicy' ? { [side]: [peer], ...ports } : { ...peer, ...ports };
}

/** `matchLabels` that select a pod; null when it carries no label of its own. */
function namingLabels(party: Party): JsonObject | null {
  const own = party.labels
    .map(parseLabel)
    .filter(({ source, key }) => source === 'k8s' && !isDerived(key) && !FLEETING.test(key));
  const naming = APP_KEYS.flatMap((wanted) => own.find(({ key }) => key === wanted) ?? []).slice(0, 1);
  const chosen = naming.length > 0 ? naming : own;
  if (chosen.length === 0) return null;
  return Object.fromEntries(chosen.map(({ key, value }) => [key, value]));
}

function isDerived(key: string): boolean {
  return key === NAMESPACE_KEY || key.startsWith(NAMESPACE_LABEL_PREFIX) || isCilium(key);
}

function isCilium(key: string): boolean {
  return key === CLUSTER_KEY || key.startsWith('io.cilium.');
}

function plainPeer(home: string, peer: Party): JsonObject | null {
  if (peer.namespace !== '') {
    const labels = namingLabels(peer);
    if (labels === null) return null;
    const pods = { podSelector: { matchLabels: labels } };
    if (peer.namespace === home) return pods;
    return {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': peer.namespace } },
      ...pods,
    };
  }
  return isOutside(peer) ? { ipBlock: { cidr: singleAddress(peer.ip) } } : null;
}

function ciliumPeer(kind: RuleKind, home: string, { direction, peer }: Question): JsonObject | null {
  const side = direction === 'ingress' ? 'from' : 'to';
  if (peer.namespace !== '') {
    const labels = namingLabels(peer);
    if (labels === null) return null;
    const isElsewhere = kind === 'CiliumClusterwideNetworkPolicy' || peer.namespace !== home;
    const matchLabels = isElsewhere ? { ...labels, [`k8s:${NAMESPACE_KEY}`]: peer.namespace } : labels;
    return { [`${side}Endpoints`]: [{ matchLabels }] };
  }
  if (isOutside(peer)) return { [`${side}CIDR`]: [singleAddress(peer.ip)] };
  const reserved = peer.labels.find((label) => label.startsWith('reserved:'));
  return reserved === undefined ? null : { [`${side}Entities`]: [reserved.slice('reserved:'.length)] };
}

function isOutside(peer: Party): boolean {
  return peer.ip !== '' && peer.labels.some((label) => /^(reserved:world|cidr:|fqdn:)/.test(label));
}

function singleAddress(ip: string): string {
  return ip.includes(':') ? `${ip}/128` : `${ip}/32`;
}

function plainPorts({ transport, port }: Question): JsonObject | null {
  if (port === 0 || !isPorted(transport)) return null;
  return { ports: [{ port, protocol: transport.toUpperCase() }] };
}

function ciliumPorts({ transport, port, icmpType }: Question): JsonObject | null {
  if (transport === 'icmp' || transport === 'icmpv6') {
    const family = transport === 'icmp' ? 'IPv4' : 'IPv6';
    return icmpType === null ? null : { icmps: [{ fields: [{ family, type: icmpType }] }] };
  }
  if (port === 0 || !isPorted(transport)) return null;
  return { toPorts: [{ ports: [{ port: String(port), protocol: transport.toUpperCase() }] }] };
}

function isPorted(transport: string): boolean {
  return transport === 'tcp' || transport === 'udp' || transport === 'sctp';
}

/** A policy of its own for one conversation: it selects the subject and allows nothing but this. */
export function allowPolicy(
  kind: 'NetworkPolicy' | 'CiliumNetworkPolicy',
  name: string,
  question: Question,
): JsonObject | null {
  const { subject, direction } = question;
  const labels = namingLabels(subject);
  const rule = allowRule(kind, subject.namespace, question);
  if (labels === null || rule === null || subject.namespace === '') return null;
  const metadata = { name, namespace: subject.namespace };
  if (kind === 'CiliumNetworkPolicy')
    return {
      apiVersion: 'cilium.io/v2',
      kind,
      metadata,
      spec: { endpointSelector: { matchLabels: labels }, [direction]: [rule] },
    };
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind,
    metadata,
    spec: { podSelector: { matchLabels: labels }, policyTypes: [typeOf(direction)], [direction]: [rule] },
  };
}

function typeOf(direction: Direction): JsonValue {
  return direction === 'ingress' ? 'Ingress' : 'Egress';
}
