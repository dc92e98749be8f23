// Would ending audit mode hurt, by today's policies? Splits the audited verdicts into those that would be
// denied now and those that would not, and why not. Subjects that are enforced by now count as the latter.

import type { AuditedNow, Findings } from './findings.ts';

export interface StillDenied {
  /** Subject still in audit mode, denied by the policies at the end of the log. Most verdicts first. */
  readonly denied: readonly AuditedNow[];
  readonly deniedCount: number;
  /** Still in audit mode, and the policies at the end allow it. */
  readonly allowedCount: number;
  /** Still in audit mode, and what the policies at the end say is unknown. */
  readonly unknownCount: number;
  /** No longer in audit mode, as far as later denials tell. */
  readonly enforcedCount: number;
  /** Not judged again: the list of conversations was full. */
  readonly unjudgedCount: number;
  /** All audited verdicts: the sum of the others. */
  readonly auditedCount: number;
}

export function stillDenied({ auditedNow, auditedBeyondLimit }: Findings): StillDenied {
  const still = auditedNow.filter(({ stillInAuditMode }) => stillInAuditMode);
  const denied = still.filter(({ declaredNow }) => declaredNow === 'denied');
  return {
    denied: denied.toSorted((a, b) => b.count - a.count),
    deniedCount: countOf(denied),
    allowedCount: countOf(still.filter(({ declaredNow }) => declaredNow === 'allowed')),
    unknownCount: countOf(still.filter(({ declaredNow }) => declaredNow === 'unknown')),
    enforcedCount: countOf(auditedNow) - countOf(still),
    unjudgedCount: auditedBeyondLimit,
    auditedCount: countOf(auditedNow) + auditedBeyondLimit,
  };
}

function countOf(rows: readonly AuditedNow[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}
