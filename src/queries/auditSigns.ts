// What verdicts tell of audit mode, workload by workload: when it was last audited, and when a denial of it
// was not. A denial that is not audited was dropped; or it was let through though the very same denial (the same
// conversation, policies and cause) had been audited before. Rollups suffice: what they blur is the order
// of verdicts within a minute, and there the later time is taken.

import type { Micros } from '../model/time.ts';
import { countCell, textCell, timeCell, wordCell } from './cells.ts';
import { type End, FLOWS, LABELLED, subjectEnd } from './flows.ts';
import type { Question } from './question.ts';

/** How a denial shows that it is not audited. */
export const UNAUDITED = ['dropped', 'forwarded'] as const;
export type Unaudited = (typeof UNAUDITED)[number];

/** Of a workload that was ever audited. */
export interface AuditSigns {
  readonly cluster: string;
  readonly subject: End;
  /** Workloads of its namespace that anything was denied to or by, this one included. */
  readonly deniedBeside: number;
  /** Its audited verdicts. */
  readonly audited: number;
  readonly firstAudited: Micros;
  readonly lastAudited: Micros;
  /** The last denial before `lastAudited` that was not audited; null without one. */
  readonly unauditedUntil: Micros | null;
  /** The first audited verdict since then. */
  readonly auditedSince: Micros;
  /** The first denial at or after `lastAudited` that was not audited; null without one: it is audited still. */
  readonly unauditedSince: Micros | null;
  readonly unauditedAs: Unaudited;
}

const WORKLOAD = 'cluster, subject_namespace, subject_workload, subject_entity';

const SAME_DENIAL = [...LABELLED.split(', '), 'isolating', 'deciding'];

/** The last moment of the rollup `row` before `t`, as far as it tells; NULL without any. */
const lastBefore = (row: string, t: string): string =>
  `CASE WHEN ${row}.last_seen < ${t} THEN ${row}.last_seen WHEN ${row}.first_seen < ${t} THEN ${row}.first_seen END`;

/** The first moment of the rollup `row` that is `since` (`>`, `>=`) `t`. */
const firstSince = (row: string, since: '>' | '>=', t: string): string =>
  `CASE WHEN ${row}.first_seen ${since} ${t} THEN ${row}.first_seen ` +
  `WHEN ${row}.last_seen ${since} ${t} THEN ${row}.last_seen END`;

/** Most audited verdicts first. */
export const AUDIT_SIGNS: Question<readonly AuditSigns[]> = {
  sql: `WITH flows AS ${FLOWS},
    audits AS (SELECT * FROM flows WHERE observed = 'audited'),
    passed AS (
      SELECT f.* FROM flows f SEMI JOIN audits a
      ON ${SAME_DENIAL.map((column) => `f.${column} = a.${column}`).join(' AND ')}
        AND coalesce(f.cause_id, '') = coalesce(a.cause_id, '') AND a.first_seen < f.last_seen
      WHERE f.observed IN ('forwarded', 'redirected') AND list_contains(f.drift, 'not-enforced')
        AND NOT list_contains(f.drift, 'stale-version')),
    others AS (
      SELECT ${WORKLOAD}, observed, first_seen, last_seen FROM flows WHERE observed = 'dropped'
      UNION ALL SELECT ${WORKLOAD}, 'forwarded', first_seen, last_seen FROM passed),
    beside AS (
      SELECT cluster, subject_namespace, count(DISTINCT (subject_workload, subject_entity)) AS beside
      FROM flows WHERE observed IN ('audited', 'dropped') GROUP BY cluster, subject_namespace),
    workloads AS (
      SELECT ${WORKLOAD}, CAST(sum(n) AS BIGINT) AS n, min(first_seen) AS first_audited,
        max(last_seen) AS last_audited
      FROM audits GROUP BY ${WORKLOAD}),
    turns AS (
      SELECT w.*, max(${lastBefore('o', 'w.last_audited')}) AS unaudited_until,
        min(${firstSince('o', '>=', 'w.last_audited')}) AS unaudited_since,
        arg_min(o.observed, ${firstSince('o', '>=', 'w.last_audited')}) AS unaudited_as
      FROM workloads w LEFT JOIN others o USING (${WORKLOAD}) GROUP BY ALL)
    SELECT t.*, b.beside, min(${firstSince('a', '>', 't.unaudited_until')}) AS audited_since
    FROM turns t JOIN audits a USING (${WORKLOAD}) JOIN beside b USING (cluster, subject_namespace)
    GROUP BY ALL ORDER BY n DESC, ${WORKLOAD}`,
  read: (rows) => rows.map(signsOf),
};

function signsOf(row: unknown): AuditSigns {
  const firstAudited = timeCell(row, 'first_audited') ?? 0;
  return {
    cluster: textCell(row, 'cluster'),
    subject: subjectEnd(row),
    deniedBeside: countCell(row, 'beside'),
    audited: countCell(row, 'n'),
    firstAudited,
    lastAudited: timeCell(row, 'last_audited') ?? 0,
    unauditedUntil: timeCell(row, 'unaudited_until'),
    auditedSince: timeCell(row, 'audited_since') ?? firstAudited,
    unauditedSince: timeCell(row, 'unaudited_since'),
    unauditedAs: wordCell(row, 'unaudited_as', UNAUDITED, 'dropped'),
  };
}
