// Where what happened differs from what the policies say. Hubble's answer is the verdict and the policies
// that it names; a state of the timeline fits it when the decision is the same and the named policies are
// in force and among the deciding ones. What fits no state near the verdict's time is drift at once; what
// fits a state of the propagation window is only late.
import type { FlowEvent, FlowVerdict, ReportedPolicy } from '../model/event.ts';
import { policyOfRule, refOf, isTrackedKind } from '../model/refs.ts';
import { MICROS_PER_MS, type Micros } from '../model/time.ts';
import type { Declared, FlowDrift, Observed } from '../model/verdict.ts';
import type { Decision } from '../policy/decision.ts';
import type { Stretch, TimelineReader } from '../timeline/reader.ts';
import type { Cause, JoinSettings } from './enriched.ts';
import { spanAt } from './heldAt.ts';
import type { FlowView, Judge } from './judge.ts';

/** What an observed verdict says in the words of a decision; null: neither (`error`). */
export function observedDecision(observed: Observed): Exclude<Declared, 'unknown'> | null {
  switch (observed) {
    case 'forwarded':
    case 'redirected':
      return 'allowed';
    case 'dropped':
    case 'audited':
      return 'denied';
    case 'error':
      return null;
  }
}

export interface DriftQuestion {
  readonly event: FlowEvent;
  readonly view: FlowView;
  readonly decision: Decision;
  readonly cause: Cause | null;
  readonly stretch: Stretch | null;
  /** The policies in force are known well enough for a disagreement to mean something. */
  readonly isCertain: boolean;
}

export interface DriftFinder {
  /** Sorted names. An undecided decision gives only what the verdict itself shows. */
  find(question: DriftQuestion): readonly FlowDrift[];
}

const NONE: readonly FlowDrift[] = [];

export function createDriftFinder(
  timeline: TimelineReader,
  judge: Judge,
  settings: JoinSettings,
): DriftFinder {
  const windowBefore = settings.propagationMs * MICROS_PER_MS;
  const windowAfter = settings.clockSkewMs * MICROS_PER_MS;

  function fits(flow: FlowVerdict, decision: Decision, t: Micros): boolean {
    return decisionFits(flow, decision) && namesFit(timeline, flow.reported, decision, t);
  }

  function fitsWithin(question: DriftQuestion, from: Micros, until: Micros): boolean {
    const { view, event } = question;
    const fitsAt = (t: Micros): boolean => fits(event.body, judge.at(view, t).decision, t);
    let here = until;
    for (let boundary = judge.boundaryBefore(view, here); boundary !== null && boundary.at > from; ) {
      if (fitsAt(here)) return true;
      here = boundary.at - 1;
      boundary = judge.boundaryBefore(view, here);
    }
    return fitsAt(here);
  }

  function misfit(question: DriftQuestion): readonly FlowDrift[] {
    const { event, decision, stretch } = question;
    const flow = event.body;
    const t = event.observedAt;
    if (fits(flow, decision, t)) return NONE;
    if (fitsWithin(question, t - windowBefore, t + windowAfter)) return ['propagating'];
    const drift: FlowDrift[] = [];
    if (!decisionFits(flow, decision))
      drift.push(decision.declared === 'denied' ? 'not-enforced' : 'unexpected-deny');
    const tells = observedDecision(flow.observed) === 'denied' || flow.reported.length > 0;
    const oldest = stretch === null ? 1 : stretch.from;
    if (tells && fitsWithin(question, oldest, t - windowBefore)) drift.push('stale-version');
    return drift;
  }

  return {
    find(question) {
      const { event, cause, decision, stretch } = question;
      const flow = event.body;
      const { observed } = flow;
      if (observed === 'error') return NONE;
      const drift: FlowDrift[] = observed === 'audited' ? ['would-deny'] : [];
      if (question.isCertain) drift.push(...misfit(question));
      if (stretch !== null && flow.reported.some((policy) => isUnknown(timeline, policy)))
        drift.push('unknown-policy');
      if (cause !== null && decision.declared === observedDecision(observed)) {
        const name = changeDrift(cause, decision.declared, observed);
        if (name !== null) drift.push(name);
      }
      return drift.length === 0 ? NONE : drift.sort();
    },
  };
}

function changeDrift(cause: Cause, declared: Declared, observed: Observed): FlowDrift | null {
  if (cause.change.kind === 'ConfigMap' && observed === 'dropped' && cause.before === 'denied')
    return 'newly-enforced';
  if (declared === 'denied' && cause.before === 'allowed') return 'denied-by-change';
  if (declared === 'allowed' && cause.before === 'denied') return 'newly-allowed';
  return null;
}

function decisionFits(flow: FlowVerdict, decision: Decision): boolean {
  const observed = observedDecision(flow.observed);
  return observed === null || decision.declared === 'unknown' || decision.declared === observed;
}

/**
 * Whether each policy that Hubble names, and that the timeline knows at all, is in force at t and has a part
 * in the decision: an allowing one among the deciding rules, a denying one among them or, on a default
 * deny, among the isolating policies (releases differ in what they name there).
 */
function namesFit(
  timeline: TimelineReader,
  reported: readonly ReportedPolicy[],
  decision: Decision,
  t: Micros,
): boolean {
  for (const policy of reported) {
    const versions = versionsOf(timeline, policy);
    if (versions.length === 0) continue;
    const version = spanAt(versions, t);
    if (version === undefined) return false;
    if (decision.declared === 'unknown') continue;
    const part =
      decision.deciding.some((rule) => policyOfRule(rule) === version.ref) ||
      (decision.reason === 'default-deny' && decision.isolating.includes(version.ref));
    if (!part) return false;
  }
  return true;
}

function versionsOf(timeline: TimelineReader, policy: ReportedPolicy) {
  return policy.uid === '' ? [] : timeline.versionsOfUid(policy.uid);
}

function isUnknown(timeline: TimelineReader, policy: ReportedPolicy): boolean {
  return policy.uid !== '' && timeline.versionsOfUid(policy.uid).length === 0;
}

/** The ref of a reported policy; '' when Hubble does not tell its kind or name. */
export function reportedRef(policy: ReportedPolicy): string {
  const { kind, namespace, name } = policy;
  return isTrackedKind(kind) && name !== '' ? refOf({ kind, namespace, name }) : '';
}
