// Clauses of a rule and ends of a connection in words, short enough to stand in one line each. Label
// sources and what Cilium adds to a selector by default are left out where they say nothing new.

import { CLUSTER_KEY, NAMESPACE_KEY, NAMESPACE_LABEL_PREFIX } from '../model/labels.ts';
import { UNDECIDABLE, type Undecidable } from '../model/verdict.ts';
import type { Cidr } from './cidr.ts';
import type { CompiledRule, PeerClause, PortClause } from './compiled.ts';
import type { Party, Question } from './decision.ts';
import { labelsOf, valueOf } from './partyLabels.ts';
import type { Requirement } from './requirements.ts';

/** @param home the policy's own namespace, which a selector need not name; '' names every namespace. */
export function peersInWords(peers: CompiledRule['peers'], home: string): string {
  if (peers === 'any') return 'any peer';
  return peers.length === 0 ? 'nobody' : peers.map((peer) => peerInWords(peer, home)).join(' or ');
}

export function peerInWords(clause: PeerClause, home: string): string {
  switch (clause.kind) {
    case 'labels':
      return labelsInWords(clause.requirements, home);
    case 'nodes':
      return `nodes ${clause.requirements.map(requirementInWords).join(', ')}`.trimEnd();
    case 'entity':
      return clause.entity;
    case 'network':
      return clause.cidr.text;
    case 'cidr':
      return `${clause.cidr.text}${exceptInWords(clause.except)}`;
    case 'cidr-group':
      return `CIDR group ${clause.name}${exceptInWords(clause.except)}`;
    case 'cidr-group-selector':
      return `CIDR groups ${clause.requirements.map(requirementInWords).join(', ')}${exceptInWords(clause.except)}`;
    case 'fqdn':
      return clause.pattern.text;
    case 'service':
      return `service ${clause.text}`;
    case 'group':
      return clause.text;
  }
}

/** `app=web`, `app=web of edge`, `pods of shop`, `pods of any namespace`. */
function labelsInWords(requirements: readonly Requirement[], home: string): string {
  const namespaces = requirements.filter(isNamespace);
  const others = requirements.filter((requirement) => !isNamespace(requirement));
  const words = others.map(requirementInWords).join(', ');
  const places = namespaces.flatMap(({ values }) => values);
  if (namespaces.length === 0) return words || 'every endpoint';
  if (places.length === 0 && others.some(isNamespaceLabel)) return words;
  if (words !== '' && places.every((place) => place === home)) return words;
  return `${words || 'pods'} of ${places.join(' or ') || 'any namespace'}`;
}

const NAME_OF_NAMESPACE = [NAMESPACE_KEY, `${NAMESPACE_LABEL_PREFIX}kubernetes.io/metadata.name`];

function isNamespaceLabel({ key }: Requirement): boolean {
  return key.startsWith(`k8s:${NAMESPACE_LABEL_PREFIX}`);
}

/** A requirement that names namespaces, or just that there is one. */
export function isNamespace({ key, operator }: Requirement): boolean {
  const bare = key.slice(key.indexOf(':') + 1);
  return (operator === 'in' || operator === 'exists') && NAME_OF_NAMESPACE.includes(bare);
}

function exceptInWords(except: readonly Cidr[]): string {
  return except.length === 0 ? '' : ` except ${except.map(({ text }) => text).join(', ')}`;
}

function requirementInWords({ key, operator, values }: Requirement): string {
  const name = keyInWords(key);
  switch (operator) {
    case 'in':
      if (values.length !== 1) return `${name} in (${values.join(', ')})`;
      return values[0] === '' ? name : `${name}=${values[0]}`;
    case 'not-in':
      return `${name} not in (${values.join(', ')})`;
    case 'exists':
      return `any ${name}`;
    case 'not-exists':
      return `no ${name}`;
  }
}

/** `k8s:app` → `app`; namespace, namespace labels and cluster by their plain names. */
function keyInWords(key: string): string {
  const bare = key.replace(/^(k8s|any):/, '');
  if (bare === NAMESPACE_KEY) return 'namespace';
  if (bare === CLUSTER_KEY) return 'cluster';
  return bare.startsWith(NAMESPACE_LABEL_PREFIX)
    ? `namespace label ${bare.slice(NAMESPACE_LABEL_PREFIX.length)}`
    : bare;
}

/** What the party has where a requirement asks: `has app=web`, `has no app`. */
export function holdingInWords(party: Party, requirement: Requirement): string {
  const value = valueOf(labelsOf(party), requirement.key);
  const name = keyInWords(requirement.key);
  if (value === undefined) return `has no ${name}`;
  if (typeof value !== 'string') return `has no known ${name}`;
  return value === ''
    ? `has ${name}`
    : `has ${requirementInWords({ ...requirement, operator: 'in', values: [value] })}`;
}

/** `a pod of shop`, `remote-node (10.0.0.6)`, `203.0.113.7`. */
export function partyInWords(party: Party): string {
  const namespace = valueOf(labelsOf(party), `k8s:${NAMESPACE_KEY}`);
  if (typeof namespace === 'string') return `a pod of ${namespace}`;
  const reserved = party.labels
    .filter((label) => label.startsWith('reserved:'))
    .map((label) => label.slice(9));
  const who = reserved.join('+');
  if (party.ip === '') return who || 'not known';
  return who === '' || who.startsWith('world') ? party.ip : `${who} (${party.ip})`;
}

export function portsInWords(ports: CompiledRule['ports']): string {
  if (ports === 'any') return 'any port';
  return ports.length === 0 ? 'no port' : ports.map(portInWords).join(', ');
}

function portInWords({ transports, match }: PortClause): string {
  const protocol = transports.join('/');
  const kind = transports.some((transport) => transport.startsWith('icmp')) ? 'type ' : '';
  switch (match.kind) {
    case 'every':
      return protocol;
    case 'numbers':
      return `${protocol} ${kind}${match.from === match.to ? match.from : `${match.from}-${match.to}`}`;
    case 'name':
      return `${protocol} port ${match.name}`;
  }
}

/** `tcp 8080`, `icmp type 8`. */
export function askedInWords({ transport, port, icmpType }: Question): string {
  if (icmpType !== null) return `${transport} type ${icmpType}`;
  return port === 0 ? transport : `${transport} ${port}`;
}

export function reasonsInWords(reasons: readonly Undecidable[]): string {
  return reasons.map((reason) => UNDECIDABLE[reason]).join('; ');
}
