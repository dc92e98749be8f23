// The script of a saved query's page: the rows are there already, it sorts them by their headings and hides those
// that lack the words. The reader's choice lives in the address, as on the report of `analyze`.

import { fill, make } from './dom.ts';
import { followScrolls, showScrolls } from './scrollHint.ts';
import { compared } from './table.ts';
import { setUpTheme } from './theme.ts';
import { EVERYTHING, formatView, parseView, type View } from './view.ts';
import { counted, figure } from './wording.ts';

const TABLE = 'answer';
const TYPING_MS = 150;

interface Line {
  readonly body: HTMLTableSectionElement;
  /** Lower case. */
  readonly text: string;
  /** By place of the column. */
  readonly values: readonly (string | number)[];
}

function start(table: HTMLTableElement): void {
  const lines = [...table.tBodies].map(lineOf);
  const words = make('input', {
    type: 'search',
    placeholder: 'Filter: names, ports, policies, people …',
    'aria-label': 'Words that rows must hold',
  });
  const all = make('button', { type: 'button' }, 'Show everything');
  const count = make('output', { 'aria-live': 'polite' });
  fill('filters', words, all, count);
  let view = parseView(location.hash);

  function draw(): void {
    if (document.activeElement !== words) words.value = view.words;
    const shown = chosen(lines, view);
    const kept = new Set(shown);
    for (const line of lines) line.body.hidden = !kept.has(line);
    table.append(...ordered(shown, table, view).map(({ body }) => body));
    all.hidden = view.words === '';
    count.textContent =
      shown.length === lines.length
        ? counted(lines.length, 'row')
        : `${figure(shown.length)} of ${counted(lines.length, 'row')}`;
    showOrder(table, view);
    showScrolls();
  }
  function choose(wanted: View, trail: 'push' | 'replace'): void {
    view = wanted;
    const address = `#${formatView(view)}`;
    if (trail === 'push') history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    draw();
  }

  let typing: ReturnType<typeof setTimeout> | undefined;
  words.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => choose({ ...view, words: words.value }, 'replace'), TYPING_MS);
  });
  all.addEventListener('click', () => choose({ ...EVERYTHING, sorts: view.sorts }, 'push'));
  makeButtons(table, (column, startsDescending) => {
    const known = view.sorts.get(TABLE);
    const descending = known?.column === column ? !known.descending : startsDescending;
    choose({ ...view, sorts: new Map([[TABLE, { column, descending }]]) }, 'push');
  });
  addEventListener('popstate', () => {
    view = parseView(location.hash);
    draw();
  });
  draw();
}

function lineOf(body: HTMLTableSectionElement): Line {
  const cells = [...(body.rows[0]?.cells ?? [])];
  const values = cells.map((cell) => {
    const { value } = cell.dataset;
    return value === undefined ? (cell.textContent ?? '') : Number(value);
  });
  // Cells are parted by a space, so that no word reaches from one into the next.
  const texts = [...body.querySelectorAll('td, td div, td span')].map(({ textContent }) => textContent ?? '');
  return { body, text: texts.join(' ').replaceAll('\u00a0', ' ').toLowerCase(), values };
}

function chosen(lines: readonly Line[], { words }: View): readonly Line[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return lines.filter(({ text }) => wanted.every((word) => text.includes(word)));
}

/** As the query orders them, unless the reader chose. What is not known comes last, either way. */
function ordered(lines: readonly Line[], table: HTMLTableElement, { sorts }: View): readonly Line[] {
  const sort = sorts.get(TABLE);
  const place = headings(table).findIndex(({ dataset }) => dataset['column'] === sort?.column);
  if (sort === undefined || place < 0) return lines;
  const sign = sort.descending ? -1 : 1;
  const valueOf = (line: Line): string | number => line.values[place] ?? '';
  const known = lines.filter((line) => valueOf(line) !== '');
  const unknown = lines.filter((line) => valueOf(line) === '');
  return [...known.toSorted((a, b) => sign * compared(valueOf(a), valueOf(b))), ...unknown];
}

function headings(table: HTMLTableElement): readonly HTMLTableCellElement[] {
  return [...(table.tHead?.rows[0]?.cells ?? [])];
}

/** Keys and screen readers reach buttons; without this script the headings are plain. */
function makeButtons(
  table: HTMLTableElement,
  sort: (column: string, startsDescending: boolean) => void,
): void {
  for (const heading of headings(table)) {
    const button = make('button', { type: 'button' }, heading.textContent ?? '');
    const startsDescending = heading.className === 'number' || heading.className === 'time';
    button.addEventListener('click', () => sort(heading.dataset['column'] ?? '', startsDescending));
    heading.replaceChildren(button);
  }
}

function showOrder(table: HTMLTableElement, { sorts }: View): void {
  const sort = sorts.get(TABLE);
  for (const heading of headings(table)) {
    const isChosen = heading.dataset['column'] === sort?.column;
    heading.setAttribute('aria-sort', isChosen ? (sort?.descending ? 'descending' : 'ascending') : 'none');
  }
}

/** On paper nothing can be clicked open. */
function unfold(): void {
  for (const fold of document.querySelectorAll('details')) fold.open = true;
}

setUpTheme();
followScrolls();
addEventListener('beforeprint', unfold);
const found = document.querySelector<HTMLTableElement>(`#table-${TABLE}`);
if (found !== null) start(found);
