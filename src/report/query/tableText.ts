// A table as people read it on a terminal: as many columns as fit, the others on lines of their own below the row.
// What comes out of logs passes `visible`; nothing is wider than the screen.
import stringWidth from 'string-width';
import type { Column, QueryParameters, Row, SavedQuery, Table } from '../../queries/catalogue/savedQuery.ts';
import type { Frame } from '../terminal/frame.ts';
import { createLayout, type Screen } from '../terminal/layout.ts';
import { GAP, INDENT } from '../terminal/rows.ts';
import { type Piece, piece, type Row as ScreenRow, UNBROKEN } from '../terminal/section.ts';
import { visible } from '../terminal/visible.ts';
import { figure } from '../terminal/wording.ts';
import { cellText, isPolicy, NUMBERS } from './cellText.ts';
import { frameOf, rowsText, scope, shownColumns } from './scope.ts';

export interface Shown {
  readonly query: SavedQuery;
  readonly table: Table;
  readonly parameters: QueryParameters;
  /** Rows at most; 0 = all. */
  readonly limit: number;
}

export function tableText({ query, table, parameters, limit }: Shown, screen: Screen): string {
  const layout = createLayout(screen);
  const { rows, cut, caveats } = table;
  const shown = limit === 0 ? rows : rows.slice(0, limit);
  const frame = frameOf(table);
  const said = shownColumns(table);
  const lines = [
    ...layout.heading(query.title, piece('')),
    ...layout.paragraph(piece([rowsText(table), ...scope(parameters, table)].join(' · '), 'quiet')),
    ...layout.rows(screenRows(said, shown, { frame, columns: screen.columns })),
    ...(shown.length < rows.length
      ? layout.paragraph(piece(`… ${figure(rows.length - shown.length)} more: --limit 0 shows all`), INDENT)
      : []),
    ...(cut
      ? layout.paragraph(
          piece(
            '! CUT: there is more than is read at a time; ask for less (--since, --namespace, --cluster)',
            'warn',
          ),
        )
      : []),
    ...caveats.flatMap((caveat) => layout.paragraph(piece(visible(caveat), 'quiet'), INDENT, INDENT)),
  ];
  return `${lines.join('\n')}\n`;
}

/** Texts longer than this are cut in the table, and stand in full below their row. */
const WIDEST_CELL = 26;
/** But names of policies are not. */
const WIDEST_POLICY = 44;

function screenRows(
  columns: readonly Column[],
  rows: readonly Row[],
  { frame, columns: wide }: { readonly frame: Frame; readonly columns: number },
): readonly ScreenRow[] {
  if (rows.length === 0) return [];
  const texts = rows.map((row) => columns.map((column) => cellText(row[column.name] ?? null, column, frame)));
  const widths = columns.map((column, index) => {
    const widest = Math.max(...texts.map((cells) => stringWidth(cells[index] ?? '')));
    return Math.max(stringWidth(column.title), Math.min(widest, mostOf(column)));
  });
  const inside = fitting(columns, widths, wide);
  const line = (cells: readonly string[], tone?: 'quiet'): readonly Piece[] =>
    inside.map((index) =>
      piece(aligned(cut(cells[index] ?? '', widths[index] ?? 0), widths[index] ?? 0, columns[index]), tone),
    );
  const body = texts.map((cells): ScreenRow => {
    const left = columns.flatMap(({ title, type }, index) => {
      const text = cells[index] ?? '';
      const isShown = inside.includes(index) && stringWidth(text) <= (widths[index] ?? 0);
      return isShown || text === '' || text === '0'
        ? []
        : [{ text: `${title} ${text}`, isList: type === 'list' }];
    });
    const short = left.filter(({ isList }) => !isList).map(({ text }) => text);
    const notes = [short.join(' · '), ...left.filter(({ isList }) => isList).map(({ text }) => text)];
    return { cells: line(cells), notes: notes.filter(Boolean).map((note) => piece(note, 'quiet')) };
  });
  const titles = columns.map(({ title }) => title);
  return [{ cells: line(titles, 'quiet'), notes: [] }, ...body];
}

/** Indices of the columns that stand side by side: from the left those that fit; lists never. */
function fitting(columns: readonly Column[], widths: readonly number[], wide: number): readonly number[] {
  const inside: number[] = [];
  let used = INDENT;
  for (const [index, { type }] of columns.entries()) {
    const width = widths[index] ?? 0;
    if (type === 'list') continue;
    if (used + width > wide && inside.length > 0) break;
    inside.push(index);
    used += width + GAP;
  }
  return inside;
}

function mostOf(column: Column): number {
  return isPolicy(column) ? WIDEST_POLICY : WIDEST_CELL;
}

function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (stringWidth(kept + character) >= width) break;
    kept += character;
  }
  return `${kept}…`;
}

function aligned(text: string, width: number, column: Column | undefined): string {
  return column !== undefined && NUMBERS.has(column.type)
    ? UNBROKEN.repeat(Math.max(0, width - stringWidth(text))) + text
    : text;
}
