// What a store holds of the verdicts between some ends, and of the policies that can concern them, as parts: what it
// takes to explain one connection. Verdicts that are only late are counted apart from those that are not, so that a
// row stands for verdicts that were judged alike.
import { formatInstant, type Micros, MICROS_PER_MS } from '../../model/time.ts';
import { countCell, textCell } from '../cells.ts';
import { type HistoryRow, historyRow } from '../history.ts';
import { type Talk, talkOf } from '../talks.ts';
import { greatestOf, leastOf, momentOf } from './cellsOf.ts';
import { HOST, SEEN } from './conversations.ts';
import { type Condition, is, type Listing, not, type PartRow, type Tally } from './part.ts';
import { concerns, type HeldPart, HISTORY_FIELDS, namespacesOf, policiesHeldParts } from './policiesHeld.ts';
import type { Answers, QueryParameters } from './savedQuery.ts';
import { flowScope, policyScope } from './scope.ts';
import { CHANGE_FIELDS, namedCells } from './storedChange.ts';
import { type LabelPart, labelParts, labelsIn, setsOf } from './talksAgain.ts';
import { LABELLED } from './undoing.ts';

/** Of a list; nobody reads more. */
const MOST_LISTED = 50;

const FIELDS = { ...CHANGE_FIELDS, ...HISTORY_FIELDS };

/** Names that talkOf reads, and the lists behind them. */
const LISTS = {
  undecidable: 'verdict.undecidable',
  isolating: 'policy.isolating',
  deciding: 'policy.deciding',
  reported: 'policy.reported',
  drift: 'drift',
} as const;

export type VerdictPart = 'fitting' | 'late' | 'covered' | LabelPart;

/** @param ends which verdicts */
export function verdictParts(
  ends: Condition,
  parameters: QueryParameters,
): Readonly<Record<VerdictPart, Tally>> {
  const where = [...flowScope(parameters), ends];
  const isLate = is('drift', 'propagating');
  return {
    fitting: talks([...where, not(isLate)]),
    late: talks([...where, isLate]),
    covered: {
      kind: 'tally',
      from: 'rollups',
      where: flowScope(parameters),
      by: { cluster: LABELLED.cluster },
      measures: { first: SEEN.first, last: SEEN.last },
    },
    ...labelParts(where),
  };
}

function talks(where: readonly Condition[]): Tally {
  const lists = Object.entries(LISTS).map(
    ([name, field]) => [name, { kind: 'some', field, most: MOST_LISTED }] as const,
  );
  return {
    kind: 'tally',
    from: 'rollups',
    where,
    by: {
      ...LABELLED,
      observed: { field: 'verdict.observed' },
      declared: { field: 'verdict.declared' },
      reason: { field: 'verdict.reason' },
      cause_id: { field: 'cause.change_id' },
    },
    measures: { ...SEEN, ...HOST, ...Object.fromEntries(lists) },
  };
}

/**
 * All that the changes tell of the policies of both ends.
 * @param rows of {@link verdictParts}
 */
export function policyParts(
  rows: readonly PartRow[],
  parameters: QueryParameters,
): Readonly<Record<Exclude<HeldPart, 'versions' | 'now'> | 'history', Listing | Tally>> {
  const { latest, audits, names } = policiesHeldParts(rows, parameters);
  const ends = [...namespacesOf(rows, 'subject_namespace'), ...namespacesOf(rows, 'peer_namespace')];
  return {
    history: {
      kind: 'listing',
      from: 'changes',
      where: [
        ...policyScope({ ...parameters, namespace: '' }),
        is('change.outcome', 'version', 'tombstone', 'gap'),
        concerns([...new Set(ends)], rows),
      ],
      fields: Object.values(FIELDS),
      sort: [
        { field: 'policy.ref', order: 'asc' },
        { field: 'change.at', order: 'asc' },
      ],
    },
    latest,
    audits,
    names,
  };
}

/** First and last verdict, whoever's. */
export function timeCovered({
  covered,
}: Answers<'covered'>): { readonly from: Micros; readonly until: Micros } | null {
  const [from, until] = [
    leastOf(covered.map((row) => momentOf(row, 'first'))),
    greatestOf(covered.map((row) => momentOf(row, 'last'))),
  ];
  if (from === null || until === null) return null;
  return { from: from * MICROS_PER_MS, until: until * MICROS_PER_MS };
}

export function talksIn({
  fitting,
  late,
  subject_sets,
  peer_sets,
}: Answers<Exclude<VerdictPart, 'covered'>>): readonly Talk[] {
  const sets = { subject: setsOf(subject_sets), peer: setsOf(peer_sets) };
  return [...fitting, ...late].map((row) => {
    const isHost = countCell(row, 'of_host') > 0 && textCell(row, 'subject_namespace') === '';
    return talkOf({
      ...row,
      subject_entity: isHost ? 'host' : '',
      subject_label_list: labelsIn(sets.subject, textCell(row, 'subject_labels')),
      peer_label_list: labelsIn(sets.peer, textCell(row, 'peer_labels')),
      n: countCell(row, 'verdicts'),
      first_seen: instant(row, 'first'),
      last_seen: instant(row, 'last'),
    });
  });
}

function instant(row: PartRow, name: string): string {
  return formatInstant((momentOf(row, name) ?? 0) * MICROS_PER_MS);
}

/** Sorted by policy, then time. @param rows of the part `history` */
export function historyIn(rows: readonly PartRow[]): readonly HistoryRow[] {
  return rows.flatMap((row) => historyRow(namedCells(row, FIELDS)));
}
