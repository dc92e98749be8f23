// Whether a change that let something through gave back what another had broken: what it opened is then no news.
// Told conversation by conversation: the latest change before it that broke one of those that it opened.
import { countCell } from '../cells.ts';
import { greatestOf, momentOf } from './cellsOf.ts';
import { count, time } from './columns.ts';
import { SEEN } from './conversations.ts';
import { type Condition, exists, type PartRow, type Tally } from './part.ts';
import type { QueryParameters, Row } from './savedQuery.ts';
import { flowScope } from './scope.ts';
import { alike, LABELLED, labelledKey } from './undoing.ts';

export const MENDED = count(
  'mended',
  'mended',
  'verdicts',
  'Those of them that it gave back: another change had broken them.',
);
export const MENDS = time(
  'mends',
  'mends',
  'When the latest of those changes was made; empty where it mended nothing.',
);

/**
 * Breaks of the conversations of these rows, however long ago.
 * @param opened rows of a tally by {@link LABELLED} and `cause_at` @param isBreak what verdicts of a break are like
 */
export function breaksBefore(
  opened: readonly PartRow[],
  isBreak: Condition,
  parameters: QueryParameters,
): Tally {
  return {
    kind: 'tally',
    from: 'rollups',
    where: [
      ...flowScope({ ...parameters, sinceMs: null }),
      isBreak,
      exists('cause.change_id'),
      alike(opened),
    ],
    by: { ...LABELLED, cause_at: { field: 'cause.at' } },
    measures: { last: SEEN.last },
  };
}

/**
 * The cells of {@link MENDED} and {@link MENDS}, and `opened`: verdicts that are no mending.
 * @param rows those of one change @param breaks rows of {@link breaksBefore}, by {@link labelledKey}
 */
export function mendsCells(rows: readonly PartRow[], breaks: ReadonlyMap<string, readonly PartRow[]>): Row {
  const told = rows.map((row) => ({
    verdicts: countCell(row, 'verdicts'),
    mends: latestBreak(row, breaks.get(labelledKey(row)) ?? []),
  }));
  const sum = (some: typeof told): number => some.reduce((all, { verdicts }) => all + verdicts, 0);
  const mended = sum(told.filter(({ mends }) => mends !== null));
  return { mended, mends: greatestOf(told.map(({ mends }) => mends)), opened: sum(told) - mended };
}

function latestBreak(row: PartRow, breaks: readonly PartRow[]): number | null {
  const openedAt = momentOf(row, 'cause_at') ?? 0;
  const moments = breaks.map((one) => momentOf(one, 'cause_at'));
  return greatestOf(moments.filter((moment) => moment !== null && moment < openedAt));
}
