// A Hubble flow that judges a policy → FlowVerdict, or rejected with the field that is missing. Field masks
// leave out what the join needs; such a line is refused, never filled in.

import type { FlowVerdict } from '../model/event.ts';
import { field, number } from '../model/json.ts';
import { type Rejected, rejected } from '../model/outcome.ts';
import { type Direction, MATCH_TYPES, type MatchType, type Observed } from '../model/verdict.ts';
import { POLICY_DROP_REASONS } from '../sources/eventKind.ts';
import type { WireFlow } from '../sources/hubble.ts';
import { endpointOf, isKnown } from './endpoint.ts';
import type { LabelReader } from './labelSets.ts';
import { layer4Of } from './layer4.ts';
import { layer7Of } from './layer7.ts';
import { reportedPolicies } from './reported.ts';

const NONE: readonly string[] = [];

/** cilium/cilium api/v1/flow, Verdict: TRACED and TRANSLATED are never a policy's. Zero is "unknown". */
const OBSERVED_BY_CODE: ReadonlyMap<string | number, Observed> = new Map<string | number, Observed>([
  ['FORWARDED', 'forwarded'],
  [1, 'forwarded'],
  ['DROPPED', 'dropped'],
  [2, 'dropped'],
  ['ERROR', 'error'],
  [3, 'error'],
  ['AUDIT', 'audited'],
  [4, 'audited'],
  ['REDIRECTED', 'redirected'],
  [5, 'redirected'],
]);
const DIRECTION_BY_CODE: ReadonlyMap<string | number, Direction> = new Map<string | number, Direction>([
  ['INGRESS', 'ingress'],
  [1, 'ingress'],
  ['EGRESS', 'egress'],
  [2, 'egress'],
]);
const UNSET: ReadonlySet<unknown> = new Set([
  undefined,
  null,
  0,
  '',
  'VERDICT_UNKNOWN',
  'TRAFFIC_DIRECTION_UNKNOWN',
]);
/** cilium/cilium api/v1/flow, AuthType. */
const AUTH_TYPES = ['DISABLED', 'SPIRE', 'TEST_ALWAYS_FAIL'] as const;

/** `node` is the node's name without the cluster. */
export function flowVerdictOf(
  flow: WireFlow,
  judgement: FlowVerdict['judgement'],
  node: string,
  readLabels: LabelReader,
): FlowVerdict | Rejected {
  const observed = OBSERVED_BY_CODE.get(flow.verdict ?? 0);
  if (observed === undefined) return missing(flow, 'verdict');
  const direction = DIRECTION_BY_CODE.get(flow.traffic_direction ?? 0);
  if (direction === undefined) return missing(flow, 'traffic_direction');
  if (!isKnown(flow, 'source')) return rejected('insufficient-fields', 'source');
  if (!isKnown(flow, 'destination')) return rejected('insufficient-fields', 'destination');
  const l4 = layer4Of(flow.l4);
  return {
    kind: 'FlowVerdict',
    judgement,
    uuid: flow.uuid ?? '',
    observed,
    direction,
    source: endpointOf(flow, 'source', l4.sourcePort, readLabels),
    destination: endpointOf(flow, 'destination', l4.destinationPort, readLabels),
    transport: l4.transport,
    icmpType: l4.icmpType,
    icmpCode: l4.icmpCode,
    dropReason: dropReasonOf(flow),
    matchType: matchTypeOf(flow),
    authType: authTypeOf(flow),
    reported: reportedPolicies(flow, direction),
    policyLog: policyLogOf(flow),
    isReply: flow.is_reply ?? null,
    node,
    l7: layer7Of(flow.l7),
    weight: weightOf(flow),
  };
}

function missing(flow: WireFlow, key: 'verdict' | 'traffic_direction'): Rejected {
  return UNSET.has(flow[key])
    ? rejected('insufficient-fields', key)
    : rejected('bad-field', `a value of ${key} that no policy verdict has`);
}

/** By name; a number that is no policy's reason stays a number. `drop_reason` is the older spelling. */
function dropReasonOf(flow: WireFlow): string {
  const reason = flow.drop_reason_desc ?? flow.drop_reason;
  if (reason === undefined || reason === null || reason === 0) return '';
  const code = number(reason);
  return (code === undefined ? undefined : POLICY_DROP_REASONS.get(code)) ?? String(reason);
}

/** cilium/cilium pkg/monitor/api, PolicyMatchType; absent is 0, "none". */
function matchTypeOf(flow: WireFlow): MatchType {
  const code = number(flow.policy_match_type ?? 0);
  return (code === undefined ? undefined : MATCH_TYPES[code]) ?? 'unknown';
}

function authTypeOf(flow: WireFlow): string {
  const type = flow.auth_type;
  if (type === undefined || type === null) return '';
  return typeof type === 'number' ? (AUTH_TYPES[type] ?? String(type)) : type;
}

/** Some releases write one empty string where there is no log value. */
function policyLogOf(flow: WireFlow): readonly string[] {
  const log = flow.policy_log ?? NONE;
  return log.includes('') ? log.filter((value) => value !== '') : log;
}

/**
 * An aggregated line stands for as many connections as its counts add up to; else for one. The counts stand
 * in `aggregate` (Cilium 1.19) or, from the log plugin of AKS, in `extensions`.
 */
function weightOf(flow: WireFlow): number {
  const counts = flow.aggregate ?? flow.extensions;
  if (counts === undefined || counts === null) return 1;
  let weight = 0;
  for (const key of ['ingress_flow_count', 'egress_flow_count', 'unknown_direction_flow_count']) {
    const count = number(field(counts, key));
    if (count !== undefined && Number.isSafeInteger(count) && count > 0) weight += count;
  }
  return Math.min(Math.max(1, weight), Number.MAX_SAFE_INTEGER);
}
