// Where the datapath does not do as the policies say, by the workload that it concerns. Verdicts that fit
// the policies of a few seconds ago are no misfits (`propagating`): they are counted elsewhere.

import type { PolicyRef } from '../model/refs.ts';
import type { Micros } from '../model/time.ts';
import type { FlowDrift } from '../model/verdict.ts';
import { countCell, listCell, textCell, timeCell } from './cells.ts';
import { CONVERSATION, type Conversation, conversationOf, type End, FLOWS, subjectEnd } from './flows.ts';
import type { Question } from './question.ts';

export const MISFITS = [
  'not-enforced',
  'stale-version',
  'unexpected-deny',
  'unknown-policy',
] as const satisfies readonly FlowDrift[];
export type MisfitDrift = (typeof MISFITS)[number];

export interface Misfit {
  readonly cluster: string;
  readonly subject: End;
  /** Sorted; verdicts with other combinations stand in other rows, so that rows can be added up. */
  readonly drift: readonly MisfitDrift[];
  readonly count: number;
  readonly conversations: number;
  /** The one with the most verdicts. */
  readonly example: Conversation;
  readonly firstSeen: Micros;
  readonly lastSeen: Micros;
  /** Policies that switch on default deny there; at most five. */
  readonly isolating: readonly PolicyRef[];
  /** Policies that Hubble named; at most five. */
  readonly reported: readonly PolicyRef[];
}

const SUBJECT = 'cluster, subject_namespace, subject_workload, subject_entity';

export const MISFIT_WORKLOADS: Question<readonly Misfit[]> = {
  sql: `WITH flows AS (
      SELECT *, list_sort(list_intersect(drift, [${MISFITS.map((name) => `'${name}'`).join(', ')}])) AS misfit
      FROM ${FLOWS}),
    talks AS (
      SELECT misfit, ${CONVERSATION}, sum(n) AS n, min(first_seen) AS first_seen, max(last_seen) AS last_seen,
        flatten(list(isolating)) AS isolating, flatten(list(reported)) AS reported
      FROM flows WHERE len(misfit) > 0 GROUP BY misfit, ${CONVERSATION}),
    ranked AS (
      SELECT *, row_number() OVER (PARTITION BY misfit, ${SUBJECT} ORDER BY n DESC, ${CONVERSATION}) AS rank
      FROM talks)
    SELECT misfit, ${SUBJECT}, CAST(sum(n) AS BIGINT) AS n, count(*) AS talks,
      ${CONVERSATION.split(', ')
        .filter((column) => !SUBJECT.split(', ').includes(column))
        .map((column) => `min(${column}) FILTER (rank = 1) AS ${column}`)
        .join(', ')},
      min(first_seen) AS first_seen, max(last_seen) AS last_seen,
      list_slice(list_sort(list_distinct(flatten(list(isolating)))), 1, 5) AS isolating,
      list_slice(list_sort(list_distinct(flatten(list(reported)))), 1, 5) AS reported
    FROM ranked GROUP BY misfit, ${SUBJECT} ORDER BY n DESC, misfit, ${SUBJECT}`,
  read: (rows) => rows.map(misfitOf),
};

function misfitOf(row: unknown): Misfit {
  const named = listCell(row, 'misfit');
  return {
    cluster: textCell(row, 'cluster'),
    subject: subjectEnd(row),
    drift: MISFITS.filter((name) => named.includes(name)),
    count: countCell(row, 'n'),
    conversations: countCell(row, 'talks'),
    example: conversationOf(row),
    firstSeen: timeCell(row, 'first_seen') ?? 0,
    lastSeen: timeCell(row, 'last_seen') ?? 0,
    isolating: listCell(row, 'isolating'),
    reported: listCell(row, 'reported'),
  };
}
