// Reads the cells of an answer's row. A store may be a file from anywhere: a cell of an unexpected type
// reads as nothing, never as a guess.

import type { Commit } from '../model/commit.ts';
import { field, number, text, texts } from '../model/json.ts';
import { type Micros, parseMicros } from '../model/time.ts';

/** '' for NULL. */
export function textCell(row: unknown, column: string): string {
  return text(field(row, column));
}

/** 0 for NULL. */
export function countCell(row: unknown, column: string): number {
  return number(field(row, column)) ?? 0;
}

export function numberCell(row: unknown, column: string): number | null {
  return number(field(row, column)) ?? null;
}

export function timeCell(row: unknown, column: string): Micros | null {
  return parseMicros(textCell(row, column)) ?? null;
}

export function listCell(row: unknown, column: string): readonly string[] {
  return texts(field(row, column));
}

export function flagCell(row: unknown, column: string): boolean {
  return field(row, column) === true;
}

/** From the columns commit_id, commit_author, commit_at, commit_file; null where there is no commit. */
export function commitCells(row: unknown): Commit | null {
  const id = textCell(row, 'commit_id');
  const at = timeCell(row, 'commit_at');
  if (id === '' || at === null) return null;
  return { id, at, author: textCell(row, 'commit_author'), file: textCell(row, 'commit_file') };
}

/** The word of a closed set, else `fallback`. */
export function wordCell<const W extends string>(
  row: unknown,
  column: string,
  words: readonly W[],
  fallback: W,
): W {
  const found = textCell(row, column);
  return words.find((word) => word === found) ?? fallback;
}
