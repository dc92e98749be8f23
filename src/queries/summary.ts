// Everything that the summary of a store says, one section each: what `analyze` prints is made from this
// and from nothing else in the store. The questions are put one after another; no answer is larger than the
// number of changes, policies, nodes or misbehaving workloads.

import { type AuditMode, auditModeOf } from './auditMode.ts';
import { AUDIT_SIGNS } from './auditSigns.ts';
import { AUDIT_CONFIGS } from './auditSwitches.ts';
import { type HandMade, handMade } from './byHand.ts';
import { CHANGES } from './changes.ts';
import { REPORTERS, type Reporter } from './coverage.ts';
import { BROKEN_CONVERSATIONS, OPENED_CONVERSATIONS } from './effects.ts';
import { type Impact, impactsOf } from './impacts.ts';
import { type NotAsDeclared, NOT_AS_DECLARED, withCauses } from './manifests.ts';
import { MISFIT_WORKLOADS, type Misfit } from './misfits.ts';
import { NOT_IN_FORCE, type PolicyNotInForce } from './notInForce.ts';
import { POLICY_USE, type PolicyUse } from './policyUse.ts';
import { type Ask, converse, type Dialogue, put } from './question.ts';
import { CHANGE_TOTALS, type ChangeTotals, VERDICT_TOTALS, type VerdictTotals } from './totals.ts';
import { UNDECIDED, type Undecided } from './undecided.ts';

export interface Summary {
  readonly verdicts: VerdictTotals;
  readonly changes: ChangeTotals;
  readonly auditMode: AuditMode;
  /** Those that still stand first. */
  readonly broken: readonly Impact[];
  readonly opened: readonly Impact[];
  /** Most verdicts first. */
  readonly misfits: readonly Misfit[];
  readonly notInForce: readonly PolicyNotInForce[];
  /** In order of time. */
  readonly byHand: readonly HandMade[];
  /** By policy; [] too when no manifests were given. */
  readonly notAsDeclared: readonly NotAsDeclared[];
  /** Most verdicts first. */
  readonly undecided: readonly Undecided[];
  /** By policy. */
  readonly policyUse: readonly PolicyUse[];
  readonly reporters: readonly Reporter[];
}

/** @throws whatever `ask` throws */
export function buildSummary(ask: Ask): Promise<Summary> {
  return ask(VERDICT_TOTALS.sql).then((rows) => converse(summarise(VERDICT_TOTALS.read(rows)), ask));
}

function* summarise(verdicts: VerdictTotals): Dialogue<Summary> {
  const changed = yield* put(CHANGES);
  return {
    verdicts,
    changes: yield* put(CHANGE_TOTALS),
    auditMode: auditModeOf(yield* put(AUDIT_SIGNS), yield* put(AUDIT_CONFIGS)),
    broken: impactsOf(yield* put(BROKEN_CONVERSATIONS), changed),
    opened: impactsOf(yield* put(OPENED_CONVERSATIONS), changed),
    misfits: yield* put(MISFIT_WORKLOADS),
    notInForce: yield* put(NOT_IN_FORCE),
    byHand: handMade(changed),
    notAsDeclared: withCauses(yield* put(NOT_AS_DECLARED), changed),
    undecided: yield* put(UNDECIDED),
    policyUse: yield* put(POLICY_USE),
    reporters: yield* put(REPORTERS),
  };
}
