// How far a decision may be believed: whether policies may exist that nothing tells of, and what that means.
import type { FlowEvent } from '../model/event.ts';
import { parseRef } from '../model/refs.ts';
import type { Micros } from '../model/time.ts';
import type { Undecidable } from '../model/verdict.ts';
import type { Decision } from '../policy/decision.ts';
import type { Stretch, TimelineReader } from '../timeline/reader.ts';
import { isProven } from './cause.ts';
import { observedDecision } from './drift.ts';
import type { Enriched } from './enriched.ts';
import type { Judged } from './judge.ts';

/**
 * How far a decision may be believed. Where policies may exist that nothing tells of, one that agrees with
 * what was observed stands as `incomplete`, one that disagrees is unknown. A deny rule may stand all the
 * same ({@link isCertainDeny}).
 */
export function weigh(
  timeline: TimelineReader,
  event: FlowEvent,
  judged: Judged,
  stretch: Stretch | null,
): { readonly decision: Decision; readonly confidence: Enriched['confidence'] } {
  const { decision, epoch } = judged;
  const { confidence } = epoch;
  const proven = isProven(epoch, event.observedAt);
  if (stretch !== null && proven) return { decision, confidence };
  if (decision.declared === 'unknown') return { decision, confidence: 'incomplete' };
  if (proven && isCertainDeny(timeline, decision, event.observedAt)) return { decision, confidence };
  const observed = observedDecision(event.body.observed);
  if (observed === null || observed === decision.declared) return { decision, confidence: 'incomplete' };
  return { decision: undecided(timeline, decision), confidence: 'incomplete' };
}

/**
 * Within a tier no further policy could take a deny rule back, and where no ClusterNetworkPolicy was ever seen
 * there is but one tier. Its own end must be known, too, so the audit log has to reach over t.
 */
function isCertainDeny(timeline: TimelineReader, decision: Decision, t: Micros): boolean {
  const logged = timeline.auditRange();
  if (decision.reason !== 'deny-rule' || logged === null || logged.from > t) return false;
  return timeline.versionsFor('').every(({ ref }) => parseRef(ref)?.kind !== 'ClusterNetworkPolicy');
}

/** Some other policy may exist that changes the answer. */
function undecided(timeline: TimelineReader, decision: Decision): Decision {
  if (decision.declared === 'unknown') return decision;
  const why: Undecidable = timeline.hasSnapshot() ? 'before-history' : 'no-snapshot';
  return {
    ...decision,
    declared: 'unknown',
    reason: 'undecidable',
    undecidable: [why],
    deciding: [],
    note: '',
  };
}

/** A decision for a time of which no verdict speaks: unknown unless the policies of that time are known. */
export function believedAt(timeline: TimelineReader, judged: Judged, t: Micros): Decision {
  const { decision, epoch } = judged;
  // Without an audit log the snapshot is all there is of the present, and taken for it.
  const isPresent = timeline.auditRange() === null && timeline.hasSnapshot();
  const isComplete = isPresent || timeline.completeAround(t) !== null;
  const stands = isProven(epoch, t) && (isComplete || isCertainDeny(timeline, decision, t));
  return stands ? decision : undecided(timeline, decision);
}
