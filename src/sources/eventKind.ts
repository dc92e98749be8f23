// What kind of event a Hubble flow stands for. Only `verdict` judges a policy; `policy-drop` repeats such a
// judgement; the rest is of no use to the join and is counted.

import type { IgnoreReason } from '../model/outcome.ts';

export const EVENT_KINDS = [
  'verdict',
  'policy-drop',
  'other-drop',
  'trace',
  'l7',
  'sock',
  'debug',
  'capture',
  'agent',
  'other-flow',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/**
 * Drop reasons that are a policy's doing (cilium/cilium api/v1/flow, DropReason): no rule matched, a deny
 * rule matched, mutual authentication is asked for. Others near policy (load balancer source ranges, missing
 * egress gateway address, unencrypted traffic) are no policy's.
 */
export const POLICY_DROP_REASONS: ReadonlyMap<number, string> = new Map([
  [133, 'POLICY_DENIED'],
  [181, 'POLICY_DENY'],
  [189, 'AUTH_REQUIRED'],
]);

/**
 * By the message types of cilium/cilium pkg/monitor/api; the sub-type of a drop is its reason.
 * Drops without a sub-type are `other-drop`: the caller may know the reason from another field.
 */
export function kindOfEventType(type: number, subType: number): EventKind {
  switch (type) {
    case 1:
      return POLICY_DROP_REASONS.has(subType) ? 'policy-drop' : 'other-drop';
    case 2:
      return 'debug';
    case 3:
      return 'capture';
    case 4:
      return 'trace';
    case 5:
      return 'verdict';
    case 7:
      return 'sock';
    case 129:
      return 'l7';
    case 130:
      return 'agent';
    default:
      return 'other-flow';
  }
}

/** Why a flow of this kind is of no use when only policy verdicts count. */
export function ignoreReasonOf(kind: Exclude<EventKind, 'verdict'>): IgnoreReason {
  return kind === 'policy-drop' ? 'drop-event' : kind;
}
