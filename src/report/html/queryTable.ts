// The rows of an answer as plain HTML, so that they are there where scripts do not run: the page's script only puts
// them in another order and hides some.

import type { Cell, Column, Row } from '../../queries/catalogue/savedQuery.ts';
import { cellText, NUMBERS, textOf } from '../query/cellText.ts';
import type { Frame } from '../terminal/frame.ts';
import { counted } from '../terminal/wording.ts';
import { diffLines } from './changeRows.ts';
import { type Content, element, type Markup } from './markup.ts';

/** Lists of `path: before → after`. */
const DIFFS: ReadonlySet<string> = new Set(['change.diff', 'policy.manifest_diff']);
/** More lines of a list are behind a click. */
const SHORT_LIST = 3;
/** Shorter texts are not broken. */
const BRIEF_CHARS = 16;

/**
 * One body for each row: side by side what is short, below it the lists, which would push each other off the screen.
 * @param columns those that are shown
 */
export function queryTable(columns: readonly Column[], rows: readonly Row[], frame: Frame): Markup {
  const beside = columns.filter(({ type }) => type !== 'list');
  const below = columns.filter(({ type }) => type === 'list');
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Table: the answer' },
    element(
      'table',
      { class: 'stack', id: 'table-answer' },
      element('caption', {}, counted(rows.length, 'row')),
      element('thead', {}, element('tr', {}, beside.map(headingCell))),
      rows.map((row) =>
        element(
          'tbody',
          {},
          element(
            'tr',
            {},
            beside.map((column) => bodyCell(row[column.name] ?? null, column, frame)),
          ),
          listsRow(row, below, beside.length),
        ),
      ),
    ),
  );
}

/** [] where the row has none. */
function listsRow(row: Row, columns: readonly Column[], span: number): Content {
  const lists = columns.flatMap((column) => {
    const cell = row[column.name] ?? null;
    const isList = typeof cell === 'object' && cell !== null && cell.length > 0;
    return isList
      ? [element('div', {}, element('span', { class: 'tone-quiet' }, column.title), listLines(cell, column))]
      : [];
  });
  if (lists.length === 0) return [];
  return element('tr', { class: 'lists' }, element('td', { colspan: String(span) }, lists));
}

function headingCell(column: Column): Markup {
  const { name, title, meaning } = column;
  return element('th', { scope: 'col', class: kindOf(column), 'data-column': name, title: meaning }, title);
}

/** What a number stands for is given to the script, which sorts by it. */
function bodyCell(cell: Cell, column: Column, frame: Frame): Markup {
  const value = typeof cell === 'number' ? String(cell) : null;
  const text = cellText(cell, column, frame);
  const kind = kindOf(column);
  const isBrief = kind === 'text' && text.length <= BRIEF_CHARS;
  return element(
    'td',
    { class: isBrief ? 'text brief' : kind, 'data-label': column.title, 'data-value': value },
    text,
  );
}

function listLines(cell: readonly string[], column: Column): Content {
  const lines = DIFFS.has(column.name) ? diffMarkup(cell) : cell.map((text) => lineMarkup(text, column));
  const left = lines.length - SHORT_LIST;
  if (left <= 0) return lines;
  const more = element('summary', {}, `${left} more`);
  return [...lines.slice(0, SHORT_LIST), element('details', {}, more, lines.slice(SHORT_LIST))];
}

function lineMarkup(text: string, column: Column): Markup {
  return element('div', {}, textOf(text, column));
}

function diffMarkup(lines: readonly string[]): readonly Markup[] {
  return diffLines(lines).map(({ path, before, after }) =>
    element(
      'div',
      { class: 'diffline mono' },
      element('span', {}, path),
      before === '' ? [] : element('del', { class: 'before' }, before),
      after === '' ? [] : element('ins', { class: 'after' }, after),
    ),
  );
}

function kindOf({ type }: Column): string {
  if (NUMBERS.has(type)) return 'number';
  return type === 'time' ? 'time' : 'text';
}
