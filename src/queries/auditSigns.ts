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

/** A short number that stands for the values of columns, so that what is held of a rollup is short. */
const keyOf = (columns: string): string => `md5_number_lower(CAST(row(${columns}) AS VARCHAR))`;

const WORKLOAD_KEY = keyOf(WORKLOAD);
/** Equal for denials that are the same. */
const DENIAL_KEY = keyOf(`${LABELLED}, isolating, deciding, cause_id`);

const AUDITED = `observed = 'audited'`;
/** The policies deny it, and it was let through; a datapath that acts on an older version explains nothing. */
const PASSED =
  `observed IN ('forwarded', 'redirected') AND list_contains(drift, 'not-enforced') ` +
  `AND NOT list_contains(drift, 'stale-version')`;

/** The last moment of the rollup `row` before `t`, as far as it tells; NULL without any. */
const lastBefore = (row: string, t: string): string =>
  `CASE WHEN ${row}.last_seen < ${t} THEN ${row}.last_seen WHEN ${row}.first_seen < ${t} THEN ${row}.first_seen END`;

/** The first moment of the rollup `row` that is `since` (`>`, `>=`) `t`. */
const firstSince = (row: string, since: '>' | '>=', t: string): string =>
  `CASE WHEN ${row}.first_seen ${since} ${t} THEN ${row}.first_seen ` +
  `WHEN ${row}.last_seen ${since} ${t} THEN ${row}.last_seen END`;

/**
 * Most audited verdicts first. Rollups are read several times rather than held: what is held of one is two
 * times and a key, and that only of denials that the question is about.
 */
export const AUDIT_SIGNS: Question<readonly AuditSigns[]> = {
  sql: `WITH flows AS NOT MATERIALIZED ${FLOWS},
    audits AS NOT MATERIALIZED (
      SELECT ${WORKLOAD_KEY} AS workload, first_seen, last_seen FROM flows WHERE ${AUDITED}),
    workloads AS (
      SELECT ${WORKLOAD_KEY} AS workload, ${WORKLOAD}, CAST(sum(n) AS BIGINT) AS n,
        min(first_seen) AS first_audited, max(last_seen) AS last_audited
      FROM flows WHERE ${AUDITED} GROUP BY ${WORKLOAD}),
    denials AS (
      SELECT ${DENIAL_KEY} AS denial, min(first_seen) AS since FROM flows WHERE ${AUDITED} GROUP BY denial),
    others AS NOT MATERIALIZED (
      SELECT ${WORKLOAD_KEY} AS workload, observed, first_seen, last_seen FROM flows WHERE observed = 'dropped'
      UNION ALL SELECT workload, 'forwarded', first_seen, last_seen FROM (
        SELECT ${WORKLOAD_KEY} AS workload, ${DENIAL_KEY} AS denial, first_seen, last_seen
        FROM flows WHERE ${PASSED}) JOIN denials USING (denial) WHERE since < last_seen),
    beside AS (
      SELECT cluster, subject_namespace, count(*) AS beside
      FROM (SELECT DISTINCT ${WORKLOAD} FROM flows WHERE observed IN ('audited', 'dropped'))
      GROUP BY cluster, subject_namespace),
    turns AS (
      SELECT workload, max(${lastBefore('o', 'w.last_audited')}) AS unaudited_until,
        min(${firstSince('o', '>=', 'w.last_audited')}) AS unaudited_since,
        arg_min(o.observed, ${firstSince('o', '>=', 'w.last_audited')}) AS unaudited_as
      FROM others o JOIN workloads w USING (workload) GROUP BY workload),
    returns AS (
      SELECT workload, min(${firstSince('a', '>', 't.unaudited_until')}) AS audited_since
      FROM audits a JOIN turns t USING (workload) GROUP BY workload)
    SELECT w.*, t.unaudited_until, t.unaudited_since, t.unaudited_as, b.beside, r.audited_since
    FROM workloads w LEFT JOIN turns t USING (workload) LEFT JOIN returns r USING (workload)
      JOIN beside b USING (cluster, subject_namespace)
    ORDER BY n DESC, ${WORKLOAD}`,
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
