// What changes did to conversations: those that a change broke and those that it opened, and for each
// whether it has come undone since. Undone is said on evidence only: a verdict of the same conversation,
// between endpoints with the same labels, that went the other way after the last one that the change
// explains. Labels count, since two generations of a workload can be judged differently at one time.

import type { Micros } from '../model/time.ts';
import type { FlowDrift } from '../model/verdict.ts';
import { countCell, flagCell, numberCell, textCell, timeCell } from './cells.ts';
import { CONVERSATION, type Conversation, conversationOf, FLOWS, LABELLED } from './flows.ts';
import type { Question } from './question.ts';

export interface Effect {
  readonly changeId: string;
  readonly changeAt: Micros;
  readonly conversation: Conversation;
  /** Verdicts that the change explains. */
  readonly count: number;
  /** Those of them that were audited, not dropped. */
  readonly audited: number;
  readonly firstSeen: Micros;
  readonly lastSeen: Micros;
  /** From the change to the first verdict; negative where clocks disagree. */
  readonly lagMs: number | null;
  /** Some of them fell to the default deny of the policies that select the subject. */
  readonly defaultDeny: boolean;
  /** When it came undone for all endpoints of the conversation; null while it has not. */
  readonly undoneAt: Micros | null;
  /** The change that undid it; '' when only the later verdict tells. */
  readonly undoneBy: string;
}

/** At most {@link SHOWN_PER_CHANGE} conversations of each change, most verdicts first, and sums over all. */
export interface EffectsOfChange {
  readonly effects: readonly Effect[];
  readonly conversations: number;
  /** Conversations that have come undone. */
  readonly undone: number;
  /** The last time that one did, and the change that did it ('': only a verdict tells). */
  readonly undoneAt: Micros | null;
  readonly undoneBy: string;
  /** The last verdict that the change explains among conversations that have not come undone. */
  readonly standingUntil: Micros | null;
  readonly count: number;
  readonly audited: number;
}

const SHOWN_PER_CHANGE = 20;

/** A verdict with one of these was denied by the change that it names as its cause. */
export const BREAKING_DRIFT = ['denied-by-change', 'newly-enforced'] as const satisfies readonly FlowDrift[];
/** A verdict with one of these was let through by the change that it names as its cause. */
export const OPENING_DRIFT = ['newly-allowed'] as const satisfies readonly FlowDrift[];

interface Sides {
  readonly drift: readonly FlowDrift[];
  readonly opposite: string;
}

const BROKEN: Sides = {
  drift: BREAKING_DRIFT,
  opposite: `f.observed IN ('forwarded', 'redirected') AND f.declared <> 'denied'`,
};
const OPENED: Sides = {
  drift: OPENING_DRIFT,
  opposite: `f.observed IN ('dropped', 'audited') AND f.declared <> 'allowed'`,
};

export const BROKEN_CONVERSATIONS = effects(BROKEN);
export const OPENED_CONVERSATIONS = effects(OPENED);

function effects({ drift, opposite }: Sides): Question<readonly EffectsOfChange[]> {
  return {
    sql: `WITH flows AS ${FLOWS},
    hit AS (
      SELECT cause_id, ${LABELLED}, any_value(cause_at) AS cause_at, sum(n) AS n,
        coalesce(sum(n) FILTER (observed = 'audited'), 0) AS audited, min(first_seen) AS first_seen,
        max(last_seen) AS last_seen, min(lag_ms) AS lag_ms, bool_or(reason = 'default-deny') AS default_deny
      FROM flows WHERE list_has_any(drift, [${drift.map((name) => `'${name}'`).join(', ')}]) AND cause_id IS NOT NULL GROUP BY cause_id, ${LABELLED}),
    undone AS (
      SELECT h.cause_id, ${prefixed('h')},
        coalesce(min(f.cause_at) FILTER (f.cause_at > h.cause_at),
          min(greatest(f.first_seen, h.last_seen))) AS undone_at,
        arg_min(f.cause_id, f.cause_at) FILTER (f.cause_at > h.cause_at) AS undone_by
      FROM hit h JOIN flows f USING (${LABELLED})
      WHERE f.last_seen > h.last_seen AND ${opposite}
      GROUP BY h.cause_id, ${prefixed('h')}),
    talks AS (
      SELECT cause_id, ${CONVERSATION}, any_value(cause_at) AS cause_at, CAST(sum(n) AS BIGINT) AS n,
        CAST(sum(audited) AS BIGINT) AS audited, min(first_seen) AS first_seen, max(last_seen) AS last_seen,
        min(lag_ms) AS lag_ms, bool_or(default_deny) AS default_deny,
        bool_and(undone_at IS NOT NULL) AS undone,
        CASE WHEN bool_and(undone_at IS NOT NULL) THEN max(undone_at) END AS undone_at,
        arg_max(undone_by, undone_at) AS undone_by
      FROM hit LEFT JOIN undone USING (cause_id, ${LABELLED}) GROUP BY cause_id, ${CONVERSATION})
    SELECT *, count(*) OVER change AS all_talks, CAST(sum(n) OVER change AS BIGINT) AS all_n,
      CAST(sum(audited) OVER change AS BIGINT) AS all_audited,
      CAST(sum(CAST(undone AS INTEGER)) OVER change AS BIGINT) AS all_undone,
      max(undone_at) OVER change AS all_undone_at, arg_max(undone_by, undone_at) OVER change AS all_undone_by,
      max(CASE WHEN NOT undone THEN last_seen END) OVER change AS standing_until
    FROM talks WINDOW change AS (PARTITION BY cause_id)
    QUALIFY row_number() OVER (PARTITION BY cause_id ORDER BY n DESC, ${CONVERSATION}) <= ${SHOWN_PER_CHANGE}
    ORDER BY cause_at, cause_id, n DESC, ${CONVERSATION}`,
    read: byChange,
  };
}

function prefixed(alias: string): string {
  return LABELLED.split(', ')
    .map((column) => `${alias}.${column}`)
    .join(', ');
}

function byChange(rows: readonly unknown[]): readonly EffectsOfChange[] {
  const grouped = new Map<string, unknown[]>();
  for (const row of rows) {
    const id = textCell(row, 'cause_id');
    const group = grouped.get(id);
    if (group === undefined) grouped.set(id, [row]);
    else group.push(row);
  }
  return [...grouped.values()].map((group) => ({
    effects: group.map(effectOf),
    conversations: countCell(group[0], 'all_talks'),
    undone: countCell(group[0], 'all_undone'),
    undoneAt: timeCell(group[0], 'all_undone_at'),
    undoneBy: textCell(group[0], 'all_undone_by'),
    standingUntil: timeCell(group[0], 'standing_until'),
    count: countCell(group[0], 'all_n'),
    audited: countCell(group[0], 'all_audited'),
  }));
}

function effectOf(row: unknown): Effect {
  return {
    changeId: textCell(row, 'cause_id'),
    changeAt: timeCell(row, 'cause_at') ?? 0,
    conversation: conversationOf(row),
    count: countCell(row, 'n'),
    audited: countCell(row, 'audited'),
    firstSeen: timeCell(row, 'first_seen') ?? 0,
    lastSeen: timeCell(row, 'last_seen') ?? 0,
    lagMs: numberCell(row, 'lag_ms'),
    defaultDeny: flagCell(row, 'default_deny'),
    undoneAt: timeCell(row, 'undone_at'),
    undoneBy: textCell(row, 'undone_by'),
  };
}
