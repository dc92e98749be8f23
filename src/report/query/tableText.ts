// A table as people read it on a terminal: as many columns as fit, the others on lines of their own below the row.
// What comes out of logs passes `visible`; nothing is wider than the screen.
import stringWidth from 'string-width';
import { MICROS_PER_MS } from '../../model/time.ts';
import type {
  Cell,
  Column,
  QueryParameters,
  Row,
  SavedQuery,
  Table,
} from '../../queries/catalogue/savedQuery.ts';
import { createFrame, type Frame } from '../terminal/frame.ts';
import { createLayout, type Screen } from '../terminal/layout.ts';
import { GAP, INDENT } from '../terminal/rows.ts';
import { type Piece, piece, type Row as ScreenRow, UNBROKEN } from '../terminal/section.ts';
import { dateOf, durationText, timeOf } from '../terminal/times.ts';
import { visible } from '../terminal/visible.ts';
import { figure, policyText } from '../terminal/wording.ts';

const DAY_MS = 86_400_000;

export interface Shown {
  readonly query: SavedQuery;
  readonly table: Table;
  readonly parameters: QueryParameters;
  /** Rows at most; 0 = all. */
  readonly limit: number;
}

export function tableText({ query, table, parameters, limit }: Shown, screen: Screen): string {
  const layout = createLayout(screen);
  const { rows, cut } = table;
  const shown = limit === 0 ? rows : rows.slice(0, limit);
  const frame = frameOf(table);
  const said = shownColumns(table);
  const counted = rows.length === 0 ? 'none' : rows.length === 1 ? '1 row' : `${figure(rows.length)} rows`;
  const lines = [
    ...layout.heading(query.title, piece('')),
    ...layout.paragraph(piece([counted, ...scope(parameters, table)].join(' · '), 'quiet')),
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
    ...query.caveats.flatMap((caveat) => layout.paragraph(piece(caveat, 'quiet'), INDENT, INDENT)),
  ];
  return `${lines.join('\n')}\n`;
}

/** The days of all times of the table. */
function daysOf({ columns, rows }: Table): readonly number[] {
  const times = columns
    .filter(({ type }) => type === 'time')
    .flatMap(({ name }) => rows.map((row) => row[name] ?? null));
  const days = times.flatMap((time) =>
    typeof time === 'number' ? [Math.floor(time / DAY_MS) * DAY_MS] : [],
  );
  return [...new Set(days)];
}

/** The day that all times share; else every time has its date. */
function frameOf(table: Table): Frame {
  const days = daysOf(table);
  return createFrame(days.length === 1 ? (days[0] ?? 0) * MICROS_PER_MS : null, []);
}

/** `prod-eu1`, `namespace shop`, `since …`, `2026-11-02`. */
function scope(parameters: QueryParameters, table: Table): readonly string[] {
  const { sinceMs, untilMs, cluster, namespace } = parameters;
  const instant = (ms: number): string => `${dateOf(ms * MICROS_PER_MS)} ${timeOf(ms * MICROS_PER_MS)}`;
  const clusters = clustersOf(table.rows);
  const days = daysOf(table);
  return [
    visible(cluster === '' && clusters.length === 1 ? (clusters[0] ?? '') : cluster),
    namespace === '' ? '' : `namespace ${visible(namespace)}`,
    sinceMs === null ? '' : `since ${instant(sinceMs)}`,
    untilMs === null ? '' : `until ${instant(untilMs)}`,
    days.length === 1 ? dateOf((days[0] ?? 0) * MICROS_PER_MS) : '',
    'UTC',
  ].filter(Boolean);
}

function clustersOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.map((row) => row['orchestrator.cluster.name']))].filter(
    (name) => typeof name === 'string',
  );
}

/** Without what is known of no row, and without the cluster when there is one. */
function shownColumns({ columns, rows }: Table): readonly Column[] {
  const clusters = clustersOf(rows).length;
  return columns.filter(({ name }) => {
    // Ids are for machines.
    if (name.endsWith('.id')) return false;
    if (name === 'orchestrator.cluster.name') return clusters > 1;
    return rows.some((row) => !isEmpty(row[name] ?? null));
  });
}

function isEmpty(cell: Cell): boolean {
  return cell === null || (typeof cell === 'object' && cell.length === 0);
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

const NUMBERS: ReadonlySet<Column['type']> = new Set(['count', 'ratio', 'duration-ms']);

function aligned(text: string, width: number, column: Column | undefined): string {
  return column !== undefined && NUMBERS.has(column.type)
    ? UNBROKEN.repeat(Math.max(0, width - stringWidth(text))) + text
    : text;
}

function cellText(cell: Cell, column: Column, frame: Frame): string {
  if (cell === null) return '';
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  if (typeof cell === 'number') return numberText(cell, column, frame);
  if (typeof cell === 'string') return textOf(cell, column);
  return cell.map((one) => textOf(one, column)).join('; ');
}

function numberText(value: number, { type }: Column, frame: Frame): string {
  switch (type) {
    case 'time':
      return frame.time(value * MICROS_PER_MS);
    case 'duration-ms':
      return durationText(value);
    case 'ratio':
      return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
    default:
      return figure(value);
  }
}

const SERVICE_ACCOUNT = 'system:serviceaccount:';

function textOf(text: string, column: Column): string {
  if (isPolicy(column)) return policyText(text);
  return visible(
    text.startsWith(SERVICE_ACCOUNT) ? text.slice(SERVICE_ACCOUNT.length).replace(':', '/') : text,
  );
}

/** Under these names stand refs of policies or of their rules. */
function isPolicy({ name }: Column): boolean {
  return (
    name.startsWith('policy.') &&
    ['ref', 'isolating', 'reported', 'selecting', 'responsible'].includes(name.slice(7))
  );
}
