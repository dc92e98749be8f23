// Saved queries as panels: title and caveats are the query's, documents and figures those of one of its parts. A panel
// shows fewer groups than the query where all of them would be too many for a table.
import type { Part, Tally } from '../../queries/catalogue/part.ts';
import type { QueryParameters, SavedQuery } from '../../queries/catalogue/savedQuery.ts';
import { CHANGE, NAMESPACE } from '../../stores/opensearch/aliases.ts';
import type { Figure, Grouping } from './aggregations.ts';
import { CONVERSATION_FIELD } from './conversationField.ts';
import { type Counted, overTime, table } from './countPanels.ts';
import type { SavedObject, Said } from './savedObject.ts';
import { type Listed, savedSearch } from './savedSearch.ts';

/** Everything: the dashboard's own filters and time narrow it. */
const ALL: Omit<QueryParameters, 'own'> = {
  sinceMs: null,
  untilMs: null,
  asOfMs: 0,
  cluster: '',
  namespace: '',
};

/** What panels group by in place of the fields of the query. */
const STANDS_FOR: ReadonlyMap<string, readonly string[]> = new Map([
  [CHANGE, ['cause.change_id']],
  [NAMESPACE, ['subject.namespace']],
  [
    CONVERSATION_FIELD,
    [
      'network.direction',
      'subject.namespace',
      'subject.workload',
      'peer.namespace',
      'peer.workload',
      'peer.entity',
      'peer.ip',
      'network.transport',
      'destination.port',
    ],
  ],
]);

export interface QueryTable {
  readonly query: SavedQuery;
  /** Of a second panel of the same query. */
  readonly slug?: string;
  /** Where the panel answers less than the query does. */
  readonly title?: string;
  readonly part: string;
  readonly figures: readonly Figure[];
  readonly rows: readonly Grouping[];
}

/** @throws RangeError where the part of the query does not tell what is shown */
export function queryTable(prefix: string, asked: QueryTable): SavedObject {
  return table(prefix, countedOf(asked), asked.figures, asked.rows);
}

export interface QueryBars extends Omit<QueryTable, 'figures' | 'rows'> {
  readonly figure: Figure;
  /** What stands in other colours. */
  readonly split: Grouping;
}

/** Bars by time. @throws RangeError where the part of the query does not tell what is shown */
export function queryBars(prefix: string, { figure, split, ...asked }: QueryBars): SavedObject {
  return overTime(prefix, countedOf({ ...asked, figures: [figure], rows: [split] }), figure, split);
}

function countedOf({ query, slug, title, part, figures, rows }: QueryTable): Counted {
  const tally = partOf(query, part);
  if (tally.kind !== 'tally') throw new RangeError(`${query.name}: ${part} counts nothing`);
  for (const figure of figures) checkFigure(query, tally, figure);
  for (const row of rows) checkRow(query, tally, row);
  const said = saidOf(query);
  return {
    ...said,
    slug: slug ?? said.slug,
    title: title ?? said.title,
    documents: tally,
    filterName: nameOf(query),
  };
}

export interface QueryList {
  readonly query: SavedQuery;
  /** Of a second panel of the same query. */
  readonly slug?: string;
  readonly title?: string;
  readonly part: string;
  /** Of its fields. */
  readonly columns: readonly string[];
  readonly order: Listed['order'];
}

/** @throws RangeError where the part of the query does not tell what is shown */
export function queryList(prefix: string, list: QueryList): SavedObject {
  const { query, part, columns, order } = list;
  const said = saidOf(query);
  const listing = partOf(query, part);
  if (listing.kind !== 'listing') throw new RangeError(`${query.name}: ${part} lists nothing`);
  for (const column of columns)
    if (!listing.fields.includes(column)) throw new RangeError(`${query.name} does not tell ${column}`);
  return savedSearch(prefix, {
    ...said,
    slug: list.slug ?? said.slug,
    title: list.title ?? said.title,
    documents: listing,
    filterName: nameOf(query),
    columns,
    order,
  });
}

function saidOf({ name, title, about, caveats }: SavedQuery): Said {
  const description = [about, ...caveats, `The whole answer: netpol-drift query ${name}.`].join(' ');
  return { slug: name, title, description };
}

function nameOf({ name }: SavedQuery): string {
  return `netpol-drift query ${name}`;
}

function partOf(query: SavedQuery, name: string): Part {
  const own = Object.fromEntries((query.parameters ?? []).map(({ name, fallback }) => [name, fallback]));
  const part = query.parts({ ...ALL, own })[name];
  if (part === undefined) throw new RangeError(`${query.name} has no part ${name}`);
  return part;
}

function checkFigure({ name }: SavedQuery, { measures }: Tally, figure: Figure): void {
  const isThere = Object.values(measures).some(
    (measure) =>
      // Of a part of the documents a panel has no figure.
      measure.where === undefined && measure.kind === figure.kind && measure.field === figure.field,
  );
  if (!isThere) throw new RangeError(`${name} does not measure ${figure.title}`);
}

function checkRow({ name }: SavedQuery, { by }: Tally, row: Grouping): void {
  if (row.kind === 'filters') return;
  const told = new Set(Object.values(by).map(({ field }) => field));
  const needed = STANDS_FOR.get(row.field) ?? [row.field];
  if (!needed.every((field) => told.has(field))) throw new RangeError(`${name} is not told by ${row.field}`);
}
