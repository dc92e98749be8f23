// The flows as a report shows them: one row for each way in which a conversation was judged, with its verdicts
// counted by slots of time. A page must stay small whatever the logs hold, so the worst come first, and those
// beyond the limit are summed up by namespace, beyond a second limit by what was observed: every verdict is
// still counted exactly once.

import {
  DECLARED,
  type Declared,
  OBSERVED,
  type Observed,
  REASONS,
  type Reason,
} from '../../model/verdict.ts';
import { field, numbers } from '../../model/json.ts';
import { FOREVER, type Micros } from '../../model/time.ts';
import { countCell, flagCell, listCell, textCell, timeCell, wordCell } from '../cells.ts';
import { CONVERSATION, type Conversation, conversationOf, FLOWS } from '../flows.ts';
import type { Question } from '../question.ts';

/**
 *   whole       one conversation, judged in one way
 *   namespaces  several, summed up: workloads, addresses, ports, policies and causes are blank
 *   rest        summed up: nothing stands but what was observed
 */
export type Detail = 'whole' | 'namespaces' | 'rest';

export interface FlowGroup {
  readonly detail: Detail;
  /** How many rows of `whole` detail it stands for; 1 for one itself. */
  readonly groups: number;
  readonly conversation: Conversation;
  readonly observed: Observed;
  readonly declared: Declared;
  readonly reason: Reason;
  /** Of a default deny the policies that switched it on (policy refs), else the rules that decided (rule refs). */
  readonly responsible: readonly string[];
  readonly drift: readonly string[];
  /** '' = none. */
  readonly causeId: string;
  readonly count: number;
  readonly firstSeen: Micros;
  readonly lastSeen: Micros;
  /** Slots with verdicts, ascending, and how many there were in each. */
  readonly slots: readonly number[];
  readonly counts: readonly number[];
}

export interface Slots {
  /** Start of slot 0. */
  readonly startMicros: Micros;
  readonly slotMicros: Micros;
}

export interface Limits {
  readonly whole: number;
  readonly namespaces: number;
}

/** The lower, the sooner somebody should look: what is open and should not be, what a change broke, what is odd. */
const DRIFT_WEIGHT = `CASE
  WHEN list_contains(drift, 'not-enforced') THEN 0
  WHEN list_has_any(drift, ['denied-by-change', 'newly-enforced']) THEN 1
  WHEN list_has_any(drift, ['unexpected-deny', 'stale-version', 'unknown-policy']) THEN 2
  WHEN list_contains(drift, 'newly-allowed') THEN 3
  WHEN list_contains(drift, 'would-deny') THEN 4
  WHEN observed = 'dropped' THEN 5 WHEN declared = 'unknown' THEN 6 ELSE 7 END`;

const KEY = `${CONVERSATION}, observed, declared, reason, responsible, drift, cause_id`;
/** What stays told apart beyond the first limit. */
const COARSE: ReadonlySet<string> = new Set([
  'cluster',
  'direction',
  'subject_namespace',
  'subject_entity',
  'peer_namespace',
  'peer_entity',
  'observed',
  'declared',
  'drift',
]);
const BLANK: ReadonlyMap<string, string> = new Map([
  ['port', '0'],
  ['responsible', 'CAST([] AS VARCHAR[])'],
]);

/** Worst first, `namespaces` after `whole`, `rest` last. */
export function flowGroups(
  { startMicros, slotMicros }: Slots,
  limits: Limits,
): Question<readonly FlowGroup[]> {
  const columns = KEY.split(', ').map((column) => {
    const blank = BLANK.get(column) ?? `''`;
    return COARSE.has(column)
      ? column
      : `CASE WHEN place <= ${limits.whole} THEN ${column} ELSE ${blank} END AS ${column}`;
  });
  return {
    sql: `WITH slotted AS (
      SELECT ${CONVERSATION}, observed, declared, reason, drift, coalesce(cause_id, '') AS cause_id,
        CASE reason WHEN 'default-deny' THEN isolating ELSE deciding END AS responsible,
        greatest(0, (epoch_us(first_seen) - ${startMicros}) // ${slotMicros}) AS slot,
        CAST(sum(n) AS BIGINT) AS n, min(first_seen) AS first_seen, max(last_seen) AS last_seen
      FROM ${FLOWS} GROUP BY ALL),
    ranked AS (
      SELECT ${KEY}, list(slot) AS slots, list(n) AS counts, CAST(sum(n) AS BIGINT) AS n,
        min(first_seen) AS first_seen, max(last_seen) AS last_seen,
        row_number() OVER (ORDER BY ${DRIFT_WEIGHT}, sum(n) DESC, ${KEY}) AS place
      FROM slotted GROUP BY ${KEY}),
    tiered AS (
      SELECT CASE WHEN place <= ${limits.whole} THEN place ELSE ${limits.whole + 1} END AS tier,
        ${columns.join(', ')}, slots, counts, n, first_seen, last_seen FROM ranked),
    unnested AS (SELECT tier, ${KEY}, unnest(slots) AS slot, unnest(counts) AS n FROM tiered),
    by_slot AS (SELECT tier, ${KEY}, slot, CAST(sum(n) AS BIGINT) AS n FROM unnested GROUP BY ALL),
    listed AS (
      SELECT tier, ${KEY}, list(slot ORDER BY slot) AS slots, list(n ORDER BY slot) AS counts
      FROM by_slot GROUP BY tier, ${KEY}),
    totals AS (
      SELECT tier, ${KEY}, count(*) AS groups, CAST(sum(n) AS BIGINT) AS n, min(first_seen) AS first_seen,
        max(last_seen) AS last_seen
      FROM tiered GROUP BY tier, ${KEY})
    SELECT *, tier <= ${limits.whole} AS whole FROM totals JOIN listed USING (tier, ${KEY})
    ORDER BY tier, ${DRIFT_WEIGHT}, n DESC, ${KEY}`,
    read(rows) {
      const all = rows.map(groupOf);
      const whole = all.filter(({ detail }) => detail === 'whole');
      const coarse = all.slice(whole.length);
      return [...whole, ...coarse.slice(0, limits.namespaces), ...summedUp(coarse.slice(limits.namespaces))];
    },
  };
}

function groupOf(row: unknown): FlowGroup {
  return {
    detail: flagCell(row, 'whole') ? 'whole' : 'namespaces',
    groups: countCell(row, 'groups'),
    conversation: conversationOf(row),
    observed: wordCell(row, 'observed', OBSERVED, 'error'),
    declared: wordCell(row, 'declared', DECLARED, 'unknown'),
    reason: wordCell(row, 'reason', REASONS, 'undecidable'),
    responsible: [...new Set(listCell(row, 'responsible'))],
    drift: listCell(row, 'drift'),
    causeId: textCell(row, 'cause_id'),
    count: countCell(row, 'n'),
    firstSeen: timeCell(row, 'first_seen') ?? 0,
    lastSeen: timeCell(row, 'last_seen') ?? 0,
    slots: numbers(field(row, 'slots')),
    counts: numbers(field(row, 'counts')),
  };
}

/** By what was observed. */
function summedUp(groups: readonly FlowGroup[]): readonly FlowGroup[] {
  return [...Map.groupBy(groups, ({ observed }) => observed)].map(([observed, same]) => {
    const bySlot = new Map<number, number>();
    for (const { slots, counts } of same)
      for (const [index, slot] of slots.entries())
        bySlot.set(slot, (bySlot.get(slot) ?? 0) + (counts[index] ?? 0));
    const ordered = [...bySlot].sort(([a], [b]) => a - b);
    return {
      ...NOTHING_KNOWN,
      observed,
      groups: same.reduce((sum, { groups }) => sum + groups, 0),
      count: same.reduce((sum, { count }) => sum + count, 0),
      firstSeen: same.reduce((least, { firstSeen }) => Math.min(least, firstSeen), FOREVER),
      lastSeen: same.reduce((most, { lastSeen }) => Math.max(most, lastSeen), 0),
      slots: ordered.map(([slot]) => slot),
      counts: ordered.map(([, count]) => count),
    };
  });
}

const NOBODY = { namespace: '', workload: '', entity: '', ip: '' };
const NOTHING_KNOWN = {
  detail: 'rest',
  conversation: {
    cluster: '',
    direction: 'ingress',
    subject: NOBODY,
    peer: NOBODY,
    transport: '',
    port: 0,
  },
  declared: 'unknown',
  reason: 'undecidable',
  responsible: [],
  drift: [],
  causeId: '',
} as const satisfies Partial<FlowGroup>;
