// Rows of two parts brought together by cells that they share: a join in memory.
import { textCell } from '../cells.ts';
import { any, type Condition, exists, is, not, type PartRow } from './part.ts';

export function keyOf(row: PartRow, ...names: readonly string[]): string {
  return keyText(...names.map((name) => textCell(row, name)));
}

/** Of the values themselves; they hold no line feed. */
export function keyText(...values: readonly string[]): string {
  return values.join('\n');
}

/** Of rows with equal cells the last. */
export function rowsByKey(
  rows: readonly PartRow[],
  ...names: readonly string[]
): ReadonlyMap<string, PartRow> {
  return new Map(rows.map((row) => [keyOf(row, ...names), row]));
}

/** Documents whose field is as that cell of one of the rows. */
export function oneOf(field: string, rows: readonly PartRow[], cell: string): Condition {
  const values = [...new Set(rows.map((row) => row[cell] ?? null))];
  const known = is(
    field,
    ...values.filter((value) => typeof value === 'string' || typeof value === 'number'),
  );
  return values.includes(null) ? any(known, not(exists(field))) : known;
}
