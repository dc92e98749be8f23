// What rows of parts hold, as cells of a table. A cell of an unexpected type reads as nothing.
import { field, number, texts } from '../../model/json.ts';
import { textCell } from '../cells.ts';
import type { PartRow } from './part.ts';

/** Milliseconds since 1970; null when not known. */
export function momentOf(row: PartRow, name: string): number | null {
  return number(field(row, name)) ?? null;
}

/** null for what a document does not say. */
export function textOf(row: PartRow, name: string): string | null {
  return textCell(row, name) || null;
}

export function textsOf(row: PartRow, name: string): readonly string[] {
  return texts(field(row, name));
}

/** null where all are. */
export function leastOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((least, value) => Math.min(least, value));
}

export function greatestOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((greatest, value) => Math.max(greatest, value));
}
