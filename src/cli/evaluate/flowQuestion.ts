// One Hubble flow as JSON → the question that the policy engine answers. `evaluate` decides flows under
// policies that were never in force, so it takes what a flow shows as it stands, with no timeline beside it.
// A flow of any event type will do: what is asked is what the policies say, not what the datapath did.

import { at, field, isObject, type JsonObject, number, text, texts } from '../../model/json.ts';
import type { Direction } from '../../model/verdict.ts';
import type { LabelReader } from '../../normalise/labelSets.ts';
import { layer4Of } from '../../normalise/layer4.ts';
import type { Party, Question } from '../../policy/decision.ts';

export interface FlowQuestion {
  /** Hubble's uuid; '' when the flow has none. */
  readonly uuid: string;
  /** Of the node that saw the flow; '' when not told. */
  readonly cluster: string;
  readonly question: Question;
}

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
  const l4 = field(flow, 'l4');
  const { transport, destinationPort, icmpType } = layer4Of(isObject(l4) ? l4 : null);
  const node = text(field(flow, 'node_name')) || text(field(line, 'node_name'));
  return {
    uuid: text(field(flow, 'uuid')),
    cluster: node.includes('/') ? node.slice(0, node.indexOf('/')) : '',
    question: {
      direction,
      subject: direction === 'ingress' ? destination : source,
      peer: direction === 'ingress' ? source : destination,
      transport,
      port: destinationPort,
      icmpType,
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
