// A table that sorts: by its headings, which are buttons, so that keys and screen readers reach them. The order
// lives in the address like every other choice. Many rows are shown piece by piece.

import { type Child, make } from './dom.ts';
import type { View } from './view.ts';
import { counted, figure } from './wording.ts';

export interface Column<T> {
  /** In the address. */
  readonly key: string;
  readonly title: string;
  readonly kind: 'text' | 'number' | 'time' | 'wide';
  readonly cell: (row: T) => Child;
  /** What the column sorts by. */
  readonly value: (row: T) => string | number;
}

export interface Table<T> {
  /** In the address, too. */
  readonly name: string;
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  /** `conversation`. */
  readonly noun: string;
  readonly sort: (table: string, column: string, descending: boolean) => void;
}

const PIECE = 100;

export function sortableTable<T>(table: Table<T>, view: View): HTMLElement {
  const rows = sorted(table, view);
  const body = make('tbody', {});
  const more = make('button', { type: 'button', class: 'more' });
  const show = (count: number): void => {
    for (const row of rows.slice(body.childElementCount, count)) body.append(rowElement(row, table.columns));
    const left = rows.length - body.childElementCount;
    more.hidden = left <= 0;
    more.textContent = `Show ${figure(Math.min(left, PIECE))} of ${counted(left, `more ${table.noun}`)}`;
  };
  more.addEventListener('click', () => show(body.childElementCount + PIECE));
  show(PIECE);
  const head = make(
    'tr',
    {},
    table.columns.map((column) => heading(column, table, view)),
  );
  const caption = make('caption', {}, `${table.caption}${counted(rows.length, table.noun)}`);
  return make(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': `Table: ${table.noun}s` },
    make('table', { class: 'stack', id: `table-${table.name}` }, caption, make('thead', {}, head), body),
    more,
  );
}

function heading<T>(column: Column<T>, { name, sort }: Table<T>, view: View): HTMLElement {
  const chosen = view.sorts.get(name);
  const isChosen = chosen?.column === column.key;
  const button = make('button', { type: 'button' }, column.title);
  const startsDescending = column.kind === 'number' || column.kind === 'time';
  button.addEventListener('click', () =>
    sort(name, column.key, isChosen ? !chosen.descending : startsDescending),
  );
  const order = isChosen ? (chosen.descending ? 'descending' : 'ascending') : 'none';
  return make(
    'th',
    { scope: 'col', class: column.kind, 'aria-sort': order, 'data-column': column.key },
    button,
  );
}

function rowElement<T>(row: T, columns: readonly Column<T>[]): HTMLElement {
  return make(
    'tr',
    {},
    columns.map(({ title, kind, cell }) => make('td', { class: kind, 'data-label': title }, cell(row))),
  );
}

/** Equal rows stay in the order of the data. */
function sorted<T>({ name, columns, rows }: Table<T>, view: View): readonly T[] {
  const chosen = view.sorts.get(name);
  const column = columns.find(({ key }) => key === chosen?.column);
  if (chosen === undefined || column === undefined) return rows;
  const sign = chosen.descending ? -1 : 1;
  return rows.toSorted((a, b) => sign * compared(column.value(a), column.value(b)));
}

/** Numbers by size, texts as people order them: `p2` before `p10`. */
export function compared(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}
