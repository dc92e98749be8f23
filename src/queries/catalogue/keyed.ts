// Rows of two parts brought together by cells that they share: a join in memory.
import { textCell } from '../cells.ts';
import type { PartRow } from './part.ts';

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
