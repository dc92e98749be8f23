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

export function flowRecord(flow: FlowVerdict): FlowRecord {
  return {
    ...flow,
    judgement: JUDGEMENT.symbolOf(flow.judgement),
    observed: OBSERVED_WORDS.symbolOf(flow.observed),
    observedRaw: '',
    direction: DIRECTION.symbolOf(flow.direction),
    transport: TRANSPORT.symbolOf(flow.transport),
    transportRaw: '',
    matchType: MATCH_TYPE.symbolOf(flow.matchType),
    matchTypeRaw: '',
    reported: flow.reported.map((policy) => ({ ...policy, effect: EFFECT.symbolOf(policy.effect) })),
  };
}

export function flowOf(record: FlowRecord): FlowVerdict {
  const { observedRaw, transportRaw, matchTypeRaw, ...same } = record;
  return {
    ...same,
    kind: 'FlowVerdict',
    judgement: JUDGEMENT.wordOf(record.judgement),
    observed: OBSERVED_WORDS.wordOf(record.observed, observedRaw),
    direction: DIRECTION.wordOf(record.direction),
    transport: TRANSPORT.wordOf(record.transport, transportRaw),
    matchType: MATCH_TYPE.wordOf(record.matchType, matchTypeRaw),
    reported: record.reported.map((policy) => ({ ...policy, effect: EFFECT.wordOf(policy.effect) })),
  };
}
