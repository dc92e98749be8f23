// A cell as machines read it: times in RFC 3339, lists joined.
import { formatInstant } from '../../model/time.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Cell, Column, Row, Table } from '../../queries/catalogue/savedQuery.ts';

/** `2026-11-02T09:00:00.010000Z` for times, else the value itself. */
function cellJson(cell: Exclude<Cell, null>, { type }: Column): Exclude<Cell, null> {
  return type === 'time' && typeof cell === 'number' ? formatInstant(cell * 1_000) : cell;
}

/** One object a line, keys in the order of the columns; what is not known is left out. */
export function tableJson({ columns, rows }: Pick<Table, 'columns' | 'rows'>): string {
  return rows.map((row) => `${JSON.stringify(rowJson(columns, row))}\n`).join('');
}

function rowJson(columns: readonly Column[], row: Row): JsonValue {
  return Object.fromEntries(
    columns.flatMap((column) => {
      const cell = row[column.name] ?? null;
      return cell === null ? [] : [[column.name, cellJson(cell, column)]];
    }),
  );
}

/**
 * RFC 4180, with a line of column names. Elements of lists are joined by `; `. A text that a spreadsheet would
 * take for a formula (it begins with = + - @, a tab or a line end) gets an apostrophe in front: such texts come
 * out of logs, and whoever writes them must not run anything here (OWASP, CSV injection).
 */
export function tableCsv({ columns, rows }: Pick<Table, 'columns' | 'rows'>): string {
  const line = (cells: readonly string[]): string => `${cells.join(',')}\r\n`;
  return [
    line(columns.map(({ name }) => csvCell(name))),
    ...rows.map((row) =>
      line(
        columns.map((column) => {
          const cell = row[column.name] ?? null;
          return cell === null ? '' : csvText(cellJson(cell, column));
        }),
      ),
    ),
  ].join('');
}

function csvText(value: Exclude<Cell, null>): string {
  if (typeof value === 'object') return csvCell(value.join('; '));
  return typeof value === 'string' ? csvCell(value) : String(value);
}

function csvCell(text: string): string {
  const harmless = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n;\t]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
