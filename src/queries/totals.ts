// How much there was: verdicts by what was observed, declared and found, changes and who made them.

import { POLICY_KINDS } from '../model/refs.ts';
import { countCell, textCell } from './cells.ts';
import { FLOWS } from './flows.ts';
import type { Question } from './question.ts';

export interface VerdictTotals {
  readonly verdicts: number;
  readonly byObserved: ReadonlyMap<string, number>;
  readonly byDeclared: ReadonlyMap<string, number>;
  /** One verdict can carry several kinds of drift. */
  readonly byDrift: ReadonlyMap<string, number>;
}

export const VERDICT_TOTALS: Question<VerdictTotals> = {
  sql: `SELECT 'observed' AS what, observed AS word, CAST(sum(n) AS BIGINT) AS n FROM ${FLOWS} GROUP BY observed
    UNION ALL
    SELECT 'declared', declared, CAST(sum(n) AS BIGINT) FROM ${FLOWS} GROUP BY declared
    UNION ALL
    SELECT 'drift', word, CAST(sum(n) AS BIGINT)
    FROM (SELECT unnest(drift) AS word, n FROM ${FLOWS}) GROUP BY word
    ORDER BY what, word`,
  read(rows) {
    const byObserved = countsOf(rows, 'observed');
    return {
      verdicts: [...byObserved.values()].reduce((sum, count) => sum + count, 0),
      byObserved,
      byDeclared: countsOf(rows, 'declared'),
      byDrift: countsOf(rows, 'drift'),
    };
  },
};

function countsOf(rows: readonly unknown[], what: string): ReadonlyMap<string, number> {
  return new Map(
    rows
      .filter((row) => textCell(row, 'what') === what)
      .map((row) => [textCell(row, 'word'), countCell(row, 'n')]),
  );
}

export interface ChangeTotals {
  /** Versions and deletions of policies that the audit log tells of. */
  readonly changes: number;
  readonly people: number;
  /** GitOps controllers, other controllers, parts of the system. */
  readonly controllers: number;
  /** Refused and dry-run attempts; writes that the log lost. None of them altered anything we know. */
  readonly refused: number;
  readonly dryRun: number;
  readonly lost: number;
}

const OF_POLICIES = `"policy.kind" IN (${POLICY_KINDS.map((kind) => `'${kind}'`).join(', ')})`;
const MADE = `"change.outcome" IN ('version', 'tombstone') AND "change.origin" = 'audit'`;

export const CHANGE_TOTALS: Question<ChangeTotals> = {
  sql: `SELECT
      count(*) FILTER (${MADE}) AS changes,
      count(DISTINCT "actor.user") FILTER (${MADE} AND "actor.kind" = 'human') AS people,
      count(DISTINCT "actor.user") FILTER (${MADE} AND "actor.kind" <> 'human') AS controllers,
      count(*) FILTER ("change.outcome" = 'failure') AS refused,
      count(*) FILTER ("change.outcome" = 'dry-run') AS dry_run,
      count(*) FILTER ("change.outcome" = 'gap') AS lost
    FROM changes WHERE ${OF_POLICIES}`,
  read(rows) {
    const [row] = rows;
    return {
      changes: countCell(row, 'changes'),
      people: countCell(row, 'people'),
      controllers: countCell(row, 'controllers'),
      refused: countCell(row, 'refused'),
      dryRun: countCell(row, 'dry_run'),
      lost: countCell(row, 'lost'),
    };
  },
};
