// `toPorts` and `icmps` of the Cilium kinds, `ports` of NetworkPolicy → port clauses (cilium/cilium
// pkg/policy/api/rule_validation.go and l4.go; Kubernetes pkg/apis/networking/validation). Lists that are
// absent or empty limit nothing; a `toPorts` entry without ports matches nothing.

import type { Direction, Transport } from '../model/verdict.ts';
import { PORT_TRANSPORTS, type PortClause } from './compiled.ts';
import { icmpTypeOf } from './icmpTypes.ts';
import { child, complain, integerHere, isObjectHere, items, type Place, textHere } from './place.ts';

const MAX_PORTS = 40;
const SERVICE_NAME = /^(?=.{1,15}$)(?=.*[A-Za-z])[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/;

/** Protocols of the CRD. Those that Hubble does not tell apart have no transport: nothing matches them. */
const PROTOCOLS = new Map<string, readonly Transport[]>([
  ['TCP', ['tcp']],
  ['UDP', ['udp']],
  ['SCTP', ['sctp']],
  ['ANY', PORT_TRANSPORTS],
  ['VRRP', ['vrrp']],
  ['IGMP', ['igmp']],
  ['GRE', []],
  ['IPIP', []],
  ['IPV6', []],
  ['ESP', []],
  ['AH', []],
]);

/** The ports of a rule of a Cilium kind. Deny rules know no L7: the CRD prunes what they say of it. */
export function parseCiliumPorts(
  rule: Place,
  direction: Direction,
  effect: 'allow' | 'deny',
): readonly PortClause[] | 'any' {
  const toPorts = items(child(rule, 'toPorts')) ?? [];
  const icmps = items(child(rule, 'icmps')) ?? [];
  if (toPorts.length > 0 && icmps.length > 0) complain(rule, 'toPorts and icmps exclude each other');
  if (toPorts.length === 0 && icmps.length === 0) return 'any';
  return [
    ...toPorts.flatMap((entry) =>
      effect === 'deny' ? parsePortList(entry, false) : parseToPorts(entry, direction),
    ),
    ...icmps.flatMap((entry) => parseIcmps(entry)),
  ];
}

function parseToPorts(entry: Place, direction: Direction): readonly PortClause[] {
  if (!isObjectHere(entry)) return [];
  const rules = child(entry, 'rules');
  const l7 = isObjectHere(rules) && Object.keys(rules.value ?? {}).length > 0;
  const dns = l7 && child(rules, 'dns').value !== undefined;
  if (dns && direction === 'ingress') complain(rules, 'DNS rules are not allowed on ingress');
  const clauses = parsePortList(entry, checkProxied(entry) || l7);
  for (const clause of l7 ? clauses : []) {
    if (!dns && clause.transports.join() !== 'tcp') complain(rules, 'apply to TCP ports only');
    if (clause.match.kind === 'every') complain(rules, 'cannot be used with port 0');
  }
  return clauses;
}

function parsePortList(entry: Place, l7: boolean): readonly PortClause[] {
  if (!isObjectHere(entry)) return [];
  const ports = items(child(entry, 'ports')) ?? [];
  if (ports.length > MAX_PORTS) complain(child(entry, 'ports'), `must not hold more than ${MAX_PORTS} ports`);
  return ports.flatMap((port) => parsePortProtocol(port, l7) ?? []);
}

/** What sends the traffic through a proxy beside L7 rules. */
function checkProxied(entry: Place): boolean {
  const listener = child(entry, 'listener');
  if (isObjectHere(listener) && textHere(child(listener, 'name')) === undefined)
    complain(child(listener, 'name'), 'must be given');
  const names = items(child(entry, 'serverNames'));
  if (names?.length === 0) complain(child(entry, 'serverNames'), 'must not be empty');
  for (const name of names ?? []) textHere(name);
  const tls = ['terminatingTLS', 'originatingTLS'].map((key) => isObjectHere(child(entry, key)));
  return listener.value !== undefined || names !== undefined || tls.includes(true);
}

function parsePortProtocol(place: Place, l7: boolean): PortClause | undefined {
  if (!isObjectHere(place)) return undefined;
  const protocol = child(place, 'protocol');
  const transports = PROTOCOLS.get(textHere(protocol) ?? 'ANY');
  if (transports === undefined) complain(protocol, 'must be TCP, UDP, SCTP, VRRP, IGMP or ANY');
  const endPort = integerHere(child(place, 'endPort'), 0, 65_535) ?? 0;
  const port = child(place, 'port');
  const match = portMatch(port, textHere(port) ?? '', endPort);
  return match === undefined || transports === undefined ? undefined : { transports, match, l7 };
}

/** Port "0" is every port, with an endPort 0..endPort; an endPort below the port counts for nothing. */
function portMatch(place: Place, written: string, endPort: number): PortClause['match'] | undefined {
  if (SERVICE_NAME.test(written)) return { kind: 'name', name: written.toLowerCase() };
  const number = portNumber(written);
  if (number === undefined) {
    complain(place, written === '' ? 'must be given' : 'must be a port number or the name of a port');
    return undefined;
  }
  if (number === 0 && endPort === 0) return { kind: 'every' };
  return { kind: 'numbers', from: number, to: Math.max(number, endPort) };
}

/** As Go's ParseUint with base 0 reads it: a leading zero means octal. */
function portNumber(written: string): number | undefined {
  if (!/^(0[0-7]*|[1-9]\d{0,4})$/.test(written) || written.length > 7) return undefined;
  const number = Number.parseInt(written, written.startsWith('0') ? 8 : 10);
  return number <= 65_535 ? number : undefined;
}

/** An entry without fields matches nothing. Type 0 becomes port 0, and that is every type of the family. */
function parseIcmps(entry: Place): readonly PortClause[] {
  if (!isObjectHere(entry)) return [];
  const fields = items(child(entry, 'fields')) ?? [];
  if (fields.length > MAX_PORTS) complain(entry, `must not hold more than ${MAX_PORTS} types`);
  return fields.flatMap((field) => {
    if (!isObjectHere(field)) return [];
    const family = textHere(child(field, 'family')) ?? 'IPv4';
    if (family !== 'IPv4' && family !== 'IPv6') {
      complain(child(field, 'family'), 'must be IPv4 or IPv6');
      return [];
    }
    const place = child(field, 'type');
    const { value } = place;
    // Any whole number is accepted; those that are no type match nothing, negative ones every type.
    const type =
      typeof value === 'string'
        ? icmpTypeOf(family, value)
        : Number.isInteger(value)
          ? Math.max(0, Number(value))
          : undefined;
    if (type === undefined) {
      complain(place, `must be an ICMP type of ${family}, by number or by name`);
      return [];
    }
    const match: PortClause['match'] =
      type === 0 ? { kind: 'every' } : { kind: 'numbers', from: type, to: type };
    return [{ transports: [family === 'IPv4' ? 'icmp' : 'icmpv6'], match, l7: false }];
  });
}

/** The ports of a NetworkPolicy rule: TCP by default, every port where none is named. */
export function parseNetworkPolicyPorts(place: Place): readonly PortClause[] | 'any' {
  const ports = items(place) ?? [];
  if (ports.length === 0) return 'any';
  return ports.flatMap((port) => parseNetworkPolicyPort(port) ?? []);
}

function parseNetworkPolicyPort(place: Place): PortClause | undefined {
  if (!isObjectHere(place)) return undefined;
  const protocol = textHere(child(place, 'protocol')) ?? 'TCP';
  if (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP') {
    complain(child(place, 'protocol'), 'must be TCP, UDP or SCTP');
    return undefined;
  }
  const transports = PROTOCOLS.get(protocol) ?? [];
  const port = child(place, 'port');
  const endPort = integerHere(child(place, 'endPort'), 1, 65_535);
  if (endPort !== undefined && typeof port.value !== 'number')
    complain(child(place, 'endPort'), 'needs a port that is a number');
  if (port.value === undefined) return { transports, match: { kind: 'every' }, l7: false };
  if (typeof port.value === 'string') {
    if (!SERVICE_NAME.test(port.value)) complain(port, 'must be a port number or the name of a port');
    return { transports, match: { kind: 'name', name: port.value.toLowerCase() }, l7: false };
  }
  const from = integerHere(port, 1, 65_535);
  if (from === undefined) return undefined;
  if (endPort !== undefined && endPort < from)
    complain(child(place, 'endPort'), 'must not be below the port');
  return { transports, match: { kind: 'numbers', from, to: Math.max(from, endPort ?? from) }, l7: false };
}
