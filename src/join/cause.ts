// The change that made a decision what it is. Walks back over the boundaries that matter to the flow,
// newest first, and stops at the first one before which the decision was another: decisions can flip often,
// so a binary search would be wrong. Only a flip between allowed, denied and unknown counts.
import type { Micros } from '../model/time.ts';
import type { ChangeRecord, Stretch, TimelineReader } from '../timeline/reader.ts';
import type { Cause } from './enriched.ts';
import type { FlowView, Judge } from './judge.ts';
import type { SubjectEpoch } from './subjectHistory.ts';

export interface CauseFound {
  readonly cause: Cause | null;
  readonly history: 'complete' | 'partial';
  readonly latest: ChangeRecord | null;
}

/**
 * @param stretch the stretch around t for which the policies are completely known; the walk does not leave
 *   it, since before it a policy may have gone that nothing tells of. null: walks over what is known, and
 *   says `partial`.
 */
export function findCause(judge: Judge, view: FlowView, t: Micros, stretch: Stretch | null): CauseFound {
  const now = judge.at(view, t).decision.declared;
  const limit = stretch === null ? Number.NEGATIVE_INFINITY : stretch.from;
  let latest: ChangeRecord | null = null;
  let proven = stretch !== null && isProven(judge.at(view, t).epoch, t);
  for (let boundary = judge.boundaryBefore(view, t); boundary !== null && boundary.at >= limit; ) {
    const change = boundary.changes.at(-1) ?? null;
    latest ??= newestOfPolicies(boundary.changes);
    const before = judge.at(view, boundary.at - 1);
    if (before.decision.declared !== now) {
      const history = proven && change !== null ? 'complete' : 'partial';
      const cause = change === null ? null : { change, before: before.decision.declared };
      return { cause, history, latest };
    }
    proven &&= isProven(before.epoch, boundary.at - 1) && judge.areLabelsKnown(view, boundary.at - 1);
    boundary = judge.boundaryBefore(view, boundary.at - 1);
  }
  return { cause: null, history: proven ? 'complete' : 'partial', latest };
}

/** Whether evidence, not mere lack of another word, says that the versions of the epoch held at t. */
export function isProven(epoch: SubjectEpoch, t: Micros): boolean {
  return epoch.provenFrom <= t;
}

function newestOfPolicies(changes: readonly ChangeRecord[]): ChangeRecord | null {
  return changes.findLast(({ kind }) => kind !== 'Namespace' && kind !== 'ConfigMap') ?? null;
}

/**
 * The newest write that switched audit mode off at or before t, if none switched it on again since. Without
 * the key it is off (Cilium's default).
 */
export function auditModeSwitchedOff(timeline: TimelineReader, t: Micros): ChangeRecord | null {
  let wasOn = false;
  let off: ChangeRecord | null = null;
  for (const held of timeline.config()) {
    if (held.from > t) break;
    const mode = held.value?.policyAuditMode;
    if (mode === true) {
      wasOn = true;
      off = null;
    } else if (held.value !== null && wasOn) {
      wasOn = false;
      off = held.change;
    }
  }
  return off;
}
