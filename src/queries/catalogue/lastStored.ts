// When the newest documents are of that a saved query could read, so that an answer without rows can be told from a
// span in which nothing was stored.
import { greatestOf, momentOf } from './cellsOf.ts';
import type { Condition, PartRow, Tally } from './part.ts';
import type { Parts, QueryParameters, SavedQuery } from './savedQuery.ts';
import { changeScope, feedScope, flowScope, verdictScope } from './scope.ts';

/** By which time each table is asked, and what narrows it. `policies` are as of now, whenever that is. */
const TIMED: Readonly<
  Partial<
    Record<
      Tally['from'],
      { readonly field: string; readonly scope: (parameters: QueryParameters) => readonly Condition[] }
    >
  >
> = {
  verdicts: { field: '@timestamp', scope: verdictScope },
  rollups: { field: '@timestamp', scope: flowScope },
  changes: { field: 'change.at', scope: changeScope },
  feeds: { field: 'feed.until', scope: feedScope },
};

/** One for each table with times that the query asks first; whatever `sinceMs` says. */
export function lastStored(query: SavedQuery, parameters: QueryParameters): Parts {
  const anytime = { ...parameters, sinceMs: null };
  const tables = new Set(Object.values(query.parts(anytime)).map(({ from }) => from));
  return Object.fromEntries(
    [...tables].flatMap((from) => {
      const timed = TIMED[from];
      return timed === undefined ? [] : [[from, newest(from, timed.field, timed.scope(anytime))] as const];
    }),
  );
}

function newest(from: Tally['from'], field: string, where: readonly Condition[]): Tally {
  const by = { cluster: { field: 'orchestrator.cluster.name' } };
  return { kind: 'tally', from, where, by, measures: { last: { kind: 'max', field } } };
}

/** Milliseconds since 1970; null when there is nothing. @param rows of all these parts */
export function lastOf(rows: readonly PartRow[]): number | null {
  return greatestOf(rows.map((row) => momentOf(row, 'last')));
}
