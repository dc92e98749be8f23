// What one change did to conversations, out of the rows of tallies: which of them came undone, when, and by which
// later change. The same as effects.ts tells of a store in one question of SQL.
import { MICROS_PER_MS, type Micros } from '../../model/time.ts';
import { countCell, numberCell, textCell } from '../cells.ts';
import type { EffectsOfChange } from '../effects.ts';
import { momentOf } from './cellsOf.ts';
import { TALK } from './conversations.ts';
import { oneOf } from './keyed.ts';
import { all, any, type Condition, type PartRow } from './part.ts';

/** Each makes a few clauses of a query, of which OpenSearch takes 1,024. */
const MOST_SUBJECTS = 200;

/** Groups of a tally: what a policy can tell apart. */
export const LABELLED = {
  ...TALK,
  subject_labels: { field: 'subject.labels_hash' },
  peer_labels: { field: 'peer.labels_hash' },
};

/** The same for verdicts of the same conversation between endpoints with the same labels. */
export function labelledKey(row: PartRow): string {
  return JSON.stringify(Object.keys(LABELLED).map((name) => row[name] ?? null));
}

/**
 * Verdicts among which are all that share a {@link labelledKey} with one of these rows, and few others: so that few
 * have to be grouped.
 */
export function alike(rows: readonly PartRow[]): Condition {
  const bySubject = Map.groupBy(rows, (row) => textCell(row, 'subject_labels'));
  const groups = bySubject.size > MOST_SUBJECTS ? [rows] : [...bySubject.values()];
  return any(
    ...groups.map((same) =>
      all(
        oneOf('subject.labels_hash', same, 'subject_labels'),
        oneOf('peer.labels_hash', same, 'peer_labels'),
        oneOf('destination.port', same, 'port'),
      ),
    ),
  );
}

function talkKey(row: PartRow): string {
  return JSON.stringify(Object.keys(TALK).map((name) => row[name] ?? null));
}

interface Undone {
  readonly at: Micros;
  readonly by: string;
}

/**
 * @param rows of one change; at least one
 * @param against verdicts that went the other way, by {@link labelledKey}
 */
export function effectsOf(
  rows: readonly PartRow[],
  against: ReadonlyMap<string, readonly PartRow[]>,
): EffectsOfChange {
  const talks = [...Map.groupBy(rows, talkKey).values()].map((same) => {
    const undone = same.map((row) => undoneOf(row, against.get(labelledKey(row)) ?? []));
    const all = undone.filter((one) => one !== null);
    const latest = all.length < same.length ? undefined : all.toSorted((a, b) => b.at - a.at)[0];
    return { rows: same, undone: latest ?? null };
  });
  const ended = talks
    .flatMap(({ undone }) => (undone === null ? [] : [undone]))
    .toSorted((a, b) => b.at - a.at);
  const standing = talks.flatMap(({ rows: same, undone }) => (undone === null ? same : []));
  return {
    effects: talks.map(({ rows: same, undone }) => effectOf(same, undone)),
    conversations: talks.length,
    undone: ended.length,
    undoneAt: ended[0]?.at ?? null,
    undoneBy: ended[0]?.by ?? '',
    standingUntil: standing.length === 0 ? null : Math.max(...standing.map((row) => microsOf(row, 'last'))),
    count: sumOf(rows, 'verdicts'),
    audited: sumOf(rows, 'audited'),
  };
}

function effectOf(rows: readonly PartRow[], undone: Undone | null): EffectsOfChange['effects'][number] {
  const [row = {}] = rows;
  const direction = textCell(row, 'direction') === 'egress' ? 'egress' : 'ingress';
  const end = { namespace: '', workload: '', entity: '', ip: '' };
  return {
    changeId: textCell(row, 'cause_id'),
    changeAt: microsOf(row, 'cause_at'),
    conversation: {
      cluster: textCell(row, 'cluster'),
      direction,
      subject: end,
      peer: end,
      transport: textCell(row, 'transport'),
      port: countCell(row, 'port'),
    },
    count: sumOf(rows, 'verdicts'),
    audited: sumOf(rows, 'audited'),
    firstSeen: microsOf(row, 'first'),
    lastSeen: microsOf(row, 'last'),
    lagMs: numberCell(row, 'lag'),
    defaultDeny: sumOf(rows, 'by_default') > 0,
    undoneAt: undone?.at ?? null,
    undoneBy: undone?.by ?? '',
  };
}

/** The earliest later change behind an opposite verdict; without one, that verdict itself. */
function undoneOf(hit: PartRow, opposites: readonly PartRow[]): Undone | null {
  const later = opposites.filter((row) => microsOf(row, 'last') > microsOf(hit, 'last'));
  const caused = later
    .map((row) => ({ at: microsOf(row, 'cause_at'), by: textCell(row, 'cause_id') }))
    .filter(({ at }) => at > microsOf(hit, 'cause_at'))
    .sort((a, b) => a.at - b.at || (a.by < b.by ? -1 : 1));
  if (caused[0] !== undefined) return caused[0];
  const moments = later.map((row) => Math.max(microsOf(row, 'first'), microsOf(hit, 'last')));
  return moments.length === 0 ? null : { at: Math.min(...moments), by: '' };
}

function microsOf(row: PartRow, name: string): Micros {
  return (momentOf(row, name) ?? 0) * MICROS_PER_MS;
}

function sumOf(rows: readonly PartRow[], name: string): number {
  return rows.reduce((sum, row) => sum + countCell(row, name), 0);
}
