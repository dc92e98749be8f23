// One Hubble flow as JSON → the question that the policy engine answers. `evaluate` decides flows under
// policies that were never in force, so it takes what a flow shows as it stands, with no timeline beside it.
// A flow of any event type will do: what is asked is what the policies say, not what the datapath did.

import { at, field, isObject, type JsonObject, number, text, texts } from '../../model/json.ts';
import type { Direction, Transport } from '../../model/verdict.ts';
import type { LabelReader } from '../../normalise/labelSets.ts';
import type { Party, Question } from '../../policy/decision.ts';

export interface FlowQuestion {
  /** Hubble's uuid; '' when the flow has none. */
  readonly uuid: string;
  /** Of the node that saw the flow; '' when not told. */
  readonly cluster: string;
  readonly question: Question;
}

const PROTOCOLS: readonly (readonly [string, Transport])[] = [
  ['TCP', 'tcp'],
  ['UDP', 'udp'],
  ['SCTP', 'sctp'],
  ['ICMPv4', 'icmp'],
  ['ICMPv6', 'icmpv6'],
  ['VRRP', 'vrrp'],
  ['IGMP', 'igmp'],
];

/**
 * A line of Hubble's export, or a bare flow.
 * @returns undefined when it holds no flow, or none with a direction.
 */
export function flowQuestion(line: JsonObject, readLabels: LabelReader): FlowQuestion | undefined {
  const wrapped = field(line, 'flow');
  const flow = isObject(wrapped) ? wrapped : line;
  const direction = directionOf(field(flow, 'traffic_direction'));
  if (direction === undefined) return undefined;
  const source = partyOf(flow, 'source', readLabels);
  const destination = partyOf(flow, 'destination', readLabels);
  const node = text(field(flow, 'node_name')) || text(field(line, 'node_name'));
  return {
    uuid: text(field(flow, 'uuid')),
    cluster: node.includes('/') ? node.slice(0, node.indexOf('/')) : '',
    question: {
      direction,
      subject: direction === 'ingress' ? destination : source,
      peer: direction === 'ingress' ? source : destination,
      ...transportOf(field(flow, 'l4')),
    },
  };
}

function directionOf(written: unknown): Direction | undefined {
  if (written === 'INGRESS' || written === 1) return 'ingress';
  return written === 'EGRESS' || written === 2 ? 'egress' : undefined;
}

function partyOf(flow: JsonObject, end: 'source' | 'destination', readLabels: LabelReader): Party {
  const endpoint = field(flow, end);
  const identity = number(field(endpoint, 'identity')) ?? 0;
  return {
    labels: readLabels(texts(field(endpoint, 'labels')), identity),
    ip: text(at(flow, 'IP', end)),
    namespace: text(field(endpoint, 'namespace')),
    pod: text(field(endpoint, 'pod_name')),
    dns: texts(field(flow, `${end}_names`)),
    identity,
  };
}

/** An ICMP flow without a type has type 0: protojson leaves zero values out. */
function transportOf(l4: unknown): Pick<Question, 'transport' | 'port' | 'icmpType'> {
  for (const [name, transport] of PROTOCOLS) {
    const header = field(l4, name);
    if (header === undefined) continue;
    const isIcmp = transport === 'icmp' || transport === 'icmpv6';
    return {
      transport,
      port: number(field(header, 'destination_port')) ?? 0,
      icmpType: isIcmp ? (number(field(header, 'type')) ?? 0) : null,
    };
  }
  return { transport: 'unknown', port: 0, icmpType: null };
}
