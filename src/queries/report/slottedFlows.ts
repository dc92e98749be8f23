// The questions behind the flows of a report. Logs can hold any number of conversations, and a store has little
// memory: so the worst are found by hashes of what tells them apart, and only for those, and for sums over the
// others, anything wider is put together.

import type { Micros } from '../../model/time.ts';
import { textCell } from '../cells.ts';
import { CONVERSATION, FLOWS } from '../flows.ts';
import type { Question } from '../question.ts';

export interface Slots {
  /** Start of slot 0. */
  readonly startMicros: Micros;
  readonly slotMicros: Micros;
}

/** The lower, the sooner somebody should look: what is open and should not be, what a change broke, what is odd. */
const WEIGHT = `CASE
  WHEN list_contains(drift, 'not-enforced') THEN 0
  WHEN list_has_any(drift, ['denied-by-change', 'newly-enforced']) THEN 1
  WHEN list_has_any(drift, ['unexpected-deny', 'stale-version', 'unknown-policy']) THEN 2
  WHEN list_contains(drift, 'newly-allowed') THEN 3
  WHEN list_contains(drift, 'would-deny') THEN 4
  WHEN observed = 'dropped' THEN 5 WHEN declared = 'unknown' THEN 6 ELSE 7 END`;

/** What tells one way in which a conversation was judged from every other. */
export const WHOLE = `${CONVERSATION}, observed, declared, reason, responsible, drift, undecidable, cause_id`;
/** What stays told apart when they are summed up by namespace. */
export const COARSE =
  'cluster, direction, subject_namespace, subject_entity, peer_namespace, peer_entity, observed, declared, drift';

/** A derived table for FROM: the flows with their slot, their weight, and `key`, a hash of {@link WHOLE}. */
export function slottedFlows({ startMicros, slotMicros }: Slots): string {
  return `(SELECT *, hash(${WHOLE}) AS key FROM (
    SELECT ${CONVERSATION}, observed, declared, reason, drift, undecidable, coalesce(cause_id, '') AS cause_id,
      CASE reason WHEN 'default-deny' THEN isolating ELSE deciding END AS responsible, ${WEIGHT} AS weight,
      greatest(0, (epoch_us(first_seen) - ${startMicros}) // ${slotMicros}) AS slot, n, first_seen, last_seen
    FROM ${FLOWS}))`;
}

/** The worst first, of equal ones those with most verdicts; at most so many. */
export function worstKeys(flows: string, most: number): Question<readonly string[]> {
  return {
    sql: `SELECT CAST(key AS VARCHAR) AS key_text FROM ${flows} GROUP BY key ORDER BY min(weight), sum(n) DESC, key LIMIT ${most}`,
    read: (rows) => rows.map((row) => textCell(row, 'key_text')).filter((key) => /^\d+$/.test(key)),
  };
}

/** Keys are digits only, so they may stand in the text of a question. */
type Chosen = { readonly in: readonly string[] } | { readonly notIn: readonly string[] };

/**
 * The chosen flows, added up by the columns of `by`: with `n`, `first_seen`, `last_seen`, how many whole keys there
 * were (`groups`), and the slots with their counts, in no order: sorted lists cost DuckDB much memory. Worst first.
 */
export function groupsOf(flows: string, by: string, chosen: Chosen): Question<readonly unknown[]> {
  const keys = 'in' in chosen ? chosen.in : chosen.notIn;
  const list = keys.length === 0 ? 'SELECT 0 WHERE false' : keys.join(', ');
  const where = `key ${'in' in chosen ? '' : 'NOT '}IN (${list})`;
  const columns = by.split(', ').map((column) => `any_value(${column}) AS ${column}`);
  return {
    sql: `WITH chosen AS NOT MATERIALIZED (SELECT *, hash(${by}) AS place FROM ${flows} WHERE ${where}),
    by_slot AS (
      SELECT place, slot, min(weight) AS weight, CAST(sum(n) AS BIGINT) AS n, min(first_seen) AS first_seen,
        max(last_seen) AS last_seen
      FROM chosen GROUP BY place, slot),
    added AS (
      SELECT place, min(weight) AS weight, CAST(sum(n) AS BIGINT) AS n, min(first_seen) AS first_seen,
        max(last_seen) AS last_seen, list(slot) AS slots, list(n) AS counts
      FROM by_slot GROUP BY place),
    named AS (SELECT place, ${columns.join(', ')} FROM chosen GROUP BY place),
    counted AS (
      SELECT place, count(*) AS groups FROM (SELECT DISTINCT place, key FROM chosen) GROUP BY place)
    SELECT * EXCLUDE (place) FROM added JOIN named USING (place) JOIN counted USING (place)
    ORDER BY weight, n DESC, ${by}`,
    read: (rows) => rows,
  };
}
