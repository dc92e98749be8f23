// Transport, ports and ICMP type of a Hubble flow (`l4`, a oneof: the key names the protocol).

import { field, isObject, type JsonObject, number } from '../model/json.ts';
import type { Transport } from '../model/verdict.ts';

export interface Layer4 {
  readonly transport: Transport;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly icmpType: number | null;
  readonly icmpCode: number | null;
}

const WITH_PORTS = [
  ['TCP', 'tcp'],
  ['UDP', 'udp'],
  ['SCTP', 'sctp'],
] as const;
const ICMP = [
  ['ICMPv4', 'icmp'],
  ['ICMPv6', 'icmpv6'],
] as const;
const WITHOUT_PORTS = [
  ['VRRP', 'vrrp'],
  ['IGMP', 'igmp'],
] as const;

const UNKNOWN: Layer4 = {
  transport: 'unknown',
  sourcePort: 0,
  destinationPort: 0,
  icmpType: null,
  icmpCode: null,
};

export function layer4Of(l4: JsonObject | null | undefined): Layer4 {
  if (l4 === null || l4 === undefined) return UNKNOWN;
  for (const [key, transport] of WITH_PORTS) {
    const part = field(l4, key);
    if (isObject(part))
      return {
        transport,
        sourcePort: within(part['source_port'], 65_535),
        destinationPort: within(part['destination_port'], 65_535),
        icmpType: null,
        icmpCode: null,
      };
  }
  for (const [key, transport] of ICMP) {
    const part = field(l4, key);
    if (isObject(part))
      return {
        ...UNKNOWN,
        transport,
        icmpType: within(part['type'], 255),
        icmpCode: within(part['code'], 255),
      };
  }
  for (const [key, transport] of WITHOUT_PORTS)
    if (isObject(field(l4, key))) return { ...UNKNOWN, transport };
  return UNKNOWN;
}

/** 0 when absent (protojson leaves zeroes out) or out of range. */
function within(value: unknown, max: number): number {
  const whole = number(value);
  return whole !== undefined && Number.isInteger(whole) && whole > 0 && whole <= max ? whole : 0;
}
