// Whether one clause of a rule matches one question: peers by labels, entities, addresses and DNS names,
// ports by number, name and ICMP type (cilium/cilium pkg/policy/types/selector.go, pkg/ipcache/metadata.go,
// pkg/policy/mapstate.go). Each answer is three-valued; which rules there are is not known here.

import { CLUSTER_KEY, labelValue, NAMESPACE_KEY } from '../model/labels.ts';
import { type Address, type Cidr, contains, covers, parseAddress, parseCidr } from './cidr.ts';
import type { CompiledRule, PeerClause, PortClause } from './compiled.ts';
import type { DecisionContext, Question } from './decision.ts';
import { matchesName } from './dnsPattern.ts';
import { isWorld, matchesEntity, ofCluster } from './entities.ts';
import { carries, labelsOf, type PartyLabels } from './partyLabels.ts';
import { meetsAll, type Requirement } from './requirements.ts';
import { and, not, or, type Truth, unknown } from './truth.ts';

/** A question with what every clause needs of it, worked out once. */
export interface Asked {
  readonly question: Question;
  readonly context: DecisionContext;
  readonly peer: PartyLabels;
  /** undefined: the flow carries no address of the peer. */
  readonly address: Address | undefined;
  /** Whether rules about addresses may match the peer at all. */
  readonly addressable: Truth;
  /** '' = not known. */
  readonly localCluster: string;
}

export function ask(question: Question, context: DecisionContext): Asked {
  const peer = labelsOf(question.peer);
  return {
    question,
    context,
    peer,
    address: parseAddress(question.peer.ip),
    addressable: addressable(peer, context),
    localCluster: context.localCluster || labelValue(question.subject.labels, 'k8s', CLUSTER_KEY) || '',
  };
}

/** Peers AND ports. */
export function matchesRule(rule: CompiledRule, asked: Asked): Truth {
  const ports = matchesPorts(rule.ports, asked);
  return ports === false ? false : and(ports, matchesPeers(rule.peers, asked));
}

export function matchesPeers(peers: CompiledRule['peers'], asked: Asked): Truth {
  if (peers === 'any') return true;
  let truth: Truth = false;
  for (const peer of peers) {
    truth = or(truth, matchesPeer(peer, asked));
    if (truth === true) return true;
  }
  return truth;
}

export function matchesPorts(ports: CompiledRule['ports'], asked: Asked): Truth {
  if (ports === 'any') return true;
  let truth: Truth = false;
  for (const port of ports) {
    truth = or(truth, matchesPort(port, asked));
    if (truth === true) return true;
  }
  return truth;
}

export function matchesPort(clause: PortClause, asked: Asked): Truth {
  const { transport, port, icmpType } = asked.question;
  if (transport === 'unknown') return unknown('missing-port');
  if (!clause.transports.includes(transport)) return false;
  if (clause.match.kind === 'every') return true;
  const isIcmp = transport === 'icmp' || transport === 'icmpv6';
  const asking = isIcmp ? icmpType : port === 0 ? null : port;
  if (asking === null) return unknown('missing-port');
  if (clause.match.kind === 'numbers') return clause.match.from <= asking && asking <= clause.match.to;
  const pod = asked.question.direction === 'ingress' ? asked.question.subject : null;
  const number = asked.context.namedPort(pod, clause.match.name, transport);
  if (number === 'unknown') return unknown('named-port');
  return number !== 'absent' && number === asking;
}

export function matchesPeer(clause: PeerClause, asked: Asked): Truth {
  const { peer, localCluster } = asked;
  switch (clause.kind) {
    case 'labels':
      return and(meetsAll(clause.requirements, peer), inCluster(clause.ownCluster, asked));
    case 'entity':
      return matchesEntity(clause.entity, peer, localCluster);
    case 'cidr':
      return and(matchesCidr(clause.cidr, asked), not(matchesAny(clause.except, asked)));
    case 'network':
      return holdsAddress(clause.cidr, asked);
    case 'cidr-group':
      return and(matchesGroup(clause.name, asked), not(matchesAny(clause.except, asked)));
    case 'cidr-group-selector':
      return and(matchesGroups(clause.requirements, asked), not(matchesAny(clause.except, asked)));
    case 'fqdn':
      return matchesFqdn(clause, asked);
    case 'nodes':
      return matchesNodes(clause, asked);
    case 'service':
      return unknown('service');
    case 'group':
      return and(asked.addressable, unknown('group'));
  }
}

function inCluster(ownCluster: boolean, asked: Asked): Truth {
  return ownCluster && asked.context.defaultLocalCluster ? ofCluster(asked.peer, asked.localCluster) : true;
}

/** CIDR rules are about the world, never about pods; about nodes and pods only where a setting says so. */
function addressable(peer: PartyLabels, context: DecisionContext): Truth {
  const node = or(carries(peer, 'reserved:host'), carries(peer, 'reserved:remote-node'));
  const nodes = context.cidrMatch.includes('nodes') && node;
  const pods = context.cidrMatch.includes('pods') && carries(peer, `k8s:${NAMESPACE_KEY}`);
  return or(isWorld(peer), or(nodes, pods));
}

function matchesCidr(cidr: Cidr, asked: Asked): Truth {
  return asked.addressable === false ? false : and(asked.addressable, holdsAddress(cidr, asked));
}

/** Without an address the peer's `cidr:` label still tells of prefixes around it. */
function holdsAddress(cidr: Cidr, asked: Asked): Truth {
  if (asked.address !== undefined) return contains(cidr, asked.address);
  for (const label of asked.question.peer.labels) {
    const known = label.startsWith('cidr:') ? parseCidr(addressOfLabel(label)) : undefined;
    if (known !== undefined && covers(cidr, known)) return true;
  }
  return unknown('missing-address');
}

function matchesAny(cidrs: readonly Cidr[], asked: Asked): Truth {
  let truth: Truth = false;
  for (const cidr of cidrs) truth = or(truth, matchesCidr(cidr, asked));
  return truth;
}

/** `cidr:2001-db8--0/32`: label keys hold no colons (cilium/cilium pkg/labels/cidr.go). */
function addressOfLabel(label: string): string {
  const key = (label.split('=', 1)[0] ?? '').slice('cidr:'.length);
  return key.replaceAll('-', ':');
}

function matchesGroup(name: string, asked: Asked): Truth {
  if (asked.addressable === false) return false;
  const cidrs = asked.context.cidrGroup(name);
  if (cidrs === 'absent') return false;
  return cidrs === 'unknown' ? unknown('cidr-group') : matchesTexts(cidrs, asked);
}

/**
 * The peer's `cidrgroup:` labels are those of all groups that hold its address, taken together; a value
 * is required of any of them (cilium/cilium pkg/policy/types/requirements.go, matchesEncodedRequirement).
 */
function matchesGroups(requirements: readonly Requirement[], asked: Asked): Truth {
  const groups = asked.context.cidrGroups();
  if (groups === 'unknown') return and(asked.addressable, unknown('cidr-group'));
  const holding = groups.map((group) => ({ group, holds: matchesTexts(group.cidrs, asked) }));
  let truth: Truth = true;
  for (const { key, operator, values } of requirements) {
    const bare = key.slice(key.indexOf(':') + 1);
    let found: Truth = false;
    for (const { group, holds } of holding) {
      const carried = valueIn(group.labels, bare);
      const fits =
        carried !== undefined &&
        (operator === 'in' || operator === 'not-in' ? values.includes(carried) : true);
      if (fits) found = or(found, holds);
    }
    truth = and(truth, operator === 'in' || operator === 'exists' ? found : not(found));
  }
  return truth;
}

function valueIn(labels: readonly string[], key: string): string | undefined {
  for (const label of labels) {
    const equals = label.indexOf('=');
    const name = equals < 0 ? label : label.slice(0, equals);
    if (name === key || name.slice(name.indexOf(':') + 1) === key)
      return equals < 0 ? '' : label.slice(equals + 1);
  }
  return undefined;
}

/** Groups are long and immutable: each list is compiled once. */
const compiledGroups = new WeakMap<readonly string[], readonly Cidr[]>();

function matchesTexts(texts: readonly string[], asked: Asked): Truth {
  let cidrs = compiledGroups.get(texts);
  if (cidrs === undefined) {
    cidrs = texts.flatMap((text) => parseCidr(text) ?? []);
    compiledGroups.set(texts, cidrs);
  }
  return matchesAny(cidrs, asked);
}

/** By Cilium's own `fqdn:` label of the rule, else by the names that the flow gives, else not at all. */
function matchesFqdn(clause: Extract<PeerClause, { kind: 'fqdn' }>, asked: Asked): Truth {
  if (asked.addressable === false) return false;
  const { labels, dns } = asked.question.peer;
  if (labels.some((label) => label === `fqdn:${clause.pattern.text}`)) return true;
  if (dns.length === 0) return and(asked.addressable, unknown('fqdn'));
  return dns.some((name) => matchesName(clause.pattern, name)) ? asked.addressable : false;
}

/** A node's labels stand in the flow only where Cilium is told so. */
function matchesNodes(clause: Extract<PeerClause, { kind: 'nodes' }>, asked: Asked): Truth {
  const isRemote = carries(asked.peer, 'reserved:remote-node');
  const isNode = clause.localHost ? or(isRemote, carries(asked.peer, 'reserved:host')) : isRemote;
  if (isNode === false) return false;
  if (clause.localHost && clause.requirements.length === 0) return isNode;
  if (!asked.question.peer.labels.some((label) => label.startsWith('node:')))
    return and(isNode, unknown('nodes'));
  return and(meetsAll(clause.requirements, asked.peer), inCluster(clause.ownCluster, asked));
}
