// One entry of a ClusterNetworkPolicy rule's `protocols` → port clauses (kubernetes-sigs/
// network-policy-api apis/v1alpha2, ClusterNetworkPolicyProtocol). ICMP cannot be named; only a rule
// without `protocols` is about it.

import type { Transport } from '../model/verdict.ts';
import { PORT_TRANSPORTS, type PortClause } from './compiled.ts';
import type { Parsed } from './parseClusterPeers.ts';
import { child, complain, integerHere, isObjectHere, type Place, textHere } from './place.ts';

const NAMED = 'destinationNamedPort';

export function parseClusterProtocol(entry: Place): Parsed<PortClause> {
  if (!isObjectHere(entry)) return [];
  const given = [...PORT_TRANSPORTS, NAMED].filter((name) => child(entry, name).value !== undefined);
  if (given.length > 1) complain(entry, `${given.join(' and ')} exclude each other`);
  const transport = PORT_TRANSPORTS.find((name) => given.includes(name));
  if (transport !== undefined) return parseTransport(child(entry, transport), transport);
  if (given.length === 0 && Object.keys(entry.value ?? {}).length > 0) return 'unknown';
  const name = textHere(child(entry, NAMED)) ?? '';
  if (name === '') complain(entry, `must have exactly one of tcp, udp, sctp and ${NAMED}`);
  return [{ transports: PORT_TRANSPORTS, match: { kind: 'name', name: name.toLowerCase() }, l7: false }];
}

function parseTransport(place: Place, transport: Transport): readonly PortClause[] {
  if (!isObjectHere(place)) return [];
  const port = child(place, 'destinationPort');
  const range = child(port, 'range');
  const number = child(port, 'number');
  if (!isObjectHere(port) || (range.value === undefined) === (number.value === undefined)) {
    complain(port, 'must have exactly one of number and range');
    return [];
  }
  const from = portHere(range.value === undefined ? number : child(range, 'start'));
  const to = range.value === undefined ? from : portHere(child(range, 'end'));
  if (from === undefined || to === undefined) return [];
  if (range.value !== undefined && from >= to) complain(range, 'must end above its start');
  return [{ transports: [transport], match: { kind: 'numbers', from, to }, l7: false }];
}

function portHere(place: Place): number | undefined {
  if (place.value === undefined) complain(place, 'must be given');
  return integerHere(place, 1, 65_535);
}
