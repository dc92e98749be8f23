// FlowVerdict ↔ its Avro record. Field names and absent values are the model's; only words and their raw
// companions differ.

import type { FlowVerdict, ReportedPolicy } from '../model/event.ts';
import { DIRECTIONS, MATCH_TYPES, OBSERVED, TRANSPORTS } from '../model/verdict.ts';
import { wordsOf } from './words.ts';

const JUDGEMENT = wordsOf('judgement', ['verdict', 'drop'] as const);
const OBSERVED_WORDS = wordsOf('observed', OBSERVED);
const DIRECTION = wordsOf('direction', DIRECTIONS);
const TRANSPORT = wordsOf('transport', TRANSPORTS);
const MATCH_TYPE = wordsOf('match type', MATCH_TYPES);
const EFFECT = wordsOf('effect', ['allowed', 'denied'] as const);

interface ReportedRecord extends Omit<ReportedPolicy, 'effect'> {
  readonly effect: string;
}

type Worded = 'judgement' | 'observed' | 'direction' | 'transport' | 'matchType';

export interface FlowRecord
  extends Omit<FlowVerdict, 'kind' | 'reported' | Worded>,
    Readonly<Record<Worded | 'observedRaw' | 'transportRaw' | 'matchTypeRaw', string>> {
  readonly reported: readonly ReportedRecord[];
}

// Each field by name: an object spread from another of so many is made slowly and takes three times its size.

export function flowRecord(flow: FlowVerdict): FlowRecord {
  return {
    judgement: JUDGEMENT.symbolOf(flow.judgement),
    uuid: flow.uuid,
    observed: OBSERVED_WORDS.symbolOf(flow.observed),
    observedRaw: '',
    direction: DIRECTION.symbolOf(flow.direction),
    source: flow.source,
    destination: flow.destination,
    transport: TRANSPORT.symbolOf(flow.transport),
    transportRaw: '',
    icmpType: flow.icmpType,
    icmpCode: flow.icmpCode,
    dropReason: flow.dropReason,
    matchType: MATCH_TYPE.symbolOf(flow.matchType),
    matchTypeRaw: '',
    authType: flow.authType,
    reported: flow.reported.map((policy) => ({ ...policy, effect: EFFECT.symbolOf(policy.effect) })),
    policyLog: flow.policyLog,
    isReply: flow.isReply,
    node: flow.node,
    l7: flow.l7,
    weight: flow.weight,
  };
}

export function flowOf(record: FlowRecord): FlowVerdict {
  return {
    kind: 'FlowVerdict',
    judgement: JUDGEMENT.wordOf(record.judgement),
    uuid: record.uuid,
    observed: OBSERVED_WORDS.wordOf(record.observed, record.observedRaw),
    direction: DIRECTION.wordOf(record.direction),
    source: record.source,
    destination: record.destination,
    transport: TRANSPORT.wordOf(record.transport, record.transportRaw),
    icmpType: record.icmpType,
    icmpCode: record.icmpCode,
    dropReason: record.dropReason,
    matchType: MATCH_TYPE.wordOf(record.matchType, record.matchTypeRaw),
    authType: record.authType,
    reported: record.reported.map((policy) => ({ ...policy, effect: EFFECT.wordOf(policy.effect) })),
    policyLog: record.policyLog,
    isReply: record.isReply,
    node: record.node,
    l7: record.l7,
    weight: record.weight,
  };
}
