// Policies that exist and protect nothing: Cilium reports them invalid, or their spec cannot be valid.

import type { PolicyRef } from '../model/refs.ts';
import type { Micros } from '../model/time.ts';
import { textCell, timeCell } from './cells.ts';
import type { Question } from './question.ts';

export interface PolicyNotInForce {
  readonly cluster: string;
  readonly ref: PolicyRef;
  /** Cilium's message, or ours; ''. */
  readonly problem: string;
  /** Since when this version stands; null when it is older than all we know. */
  readonly since: Micros | null;
  readonly managedBy: string;
}

export const NOT_IN_FORCE: Question<readonly PolicyNotInForce[]> = {
  sql: `SELECT "orchestrator.cluster.name" AS cluster, "policy.ref" AS ref, "policy.problem" AS problem,
      "policy.since" AS since, "policy.managed_by" AS managed_by
    FROM policies WHERE list_contains("drift", 'not-in-force') ORDER BY cluster, ref`,
  read: (rows) =>
    rows.map((row) => ({
      cluster: textCell(row, 'cluster'),
      ref: textCell(row, 'ref'),
      problem: textCell(row, 'problem'),
      since: timeCell(row, 'since'),
      managedBy: textCell(row, 'managed_by'),
    })),
};
