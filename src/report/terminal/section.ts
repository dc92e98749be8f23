// What a section of the summary consists of, before it is laid out: text that is safe to print, and what
// each piece means. Colour and width are decided later, by `layout.ts` alone.

import type { Filter } from '../page/filter.ts';

/** bad: needs somebody now; warn: look at it; good: mended; quiet: beside the point. */
export type Tone = 'bad' | 'warn' | 'good' | 'quiet' | 'plain' | 'strong';

export interface Piece {
  readonly text: string;
  readonly tone: Tone;
  /** Too long for its line, it is cut with `…` instead of going on below. */
  readonly oneLine?: boolean;
  /** Of one line, so many columns at its start say least: they are cut first. */
  readonly spare?: number;
  /** What it counts, for outputs where a figure can lead to it: flows, or changes. */
  readonly flows?: Filter;
  readonly changes?: Filter;
}

export interface Row {
  /** Aligned below each other where the screen is wide enough; the last one takes the rest of the line. */
  readonly cells: readonly Piece[];
  /** Lines under it. */
  readonly notes: readonly Piece[];
  /** The flows that it speaks of, for outputs where a row can lead to them. */
  readonly flows?: Filter;
}

export interface Section {
  /** As in the NDJSON output. */
  readonly name: SectionName;
  readonly title: string;
  /** How much was found: one line; [] when nothing. */
  readonly figure: readonly Piece[];
  readonly rows: readonly Row[];
  /** Why "none" would be wrong though nothing was found: a clause; '' when nothing is against it. */
  readonly unanswered: string;
  /** How many rows were left out, and what shows them; [] when none were. */
  readonly cut: readonly string[];
  /** Lines at the end: what stands beside. */
  readonly closing: readonly (readonly Piece[])[];
}

export const SECTION_NAMES = [
  'still-denied',
  'broken',
  'opened',
  'misfits',
  'not-in-force',
  'changed-by-hand',
  'manifests',
] as const;
export type SectionName = (typeof SECTION_NAMES)[number];

export const SHOWN_ROWS = 5;
const MOST_NAMED = 20;

/** Joins words of ours that no line break may part; printed as a space. `visible` lets none from outside in. */
export const UNBROKEN = '\u00a0';

export function piece(text: string, tone: Tone = 'plain'): Piece {
  return { text, tone };
}

/** @param changes by the id that is their cause; all of them where so many could not be named in an address */
export function changesPiece(text: string, changes: readonly string[]): Piece {
  return { ...piece(text), changes: changes.length > MOST_NAMED ? {} : { cause: changes } };
}

export function flowsPiece(text: string, flows: Filter): Piece {
  return { ...piece(text), flows };
}

export function textOf(line: readonly Piece[]): string {
  return line.map(({ text }) => text).join('');
}

/** `… 7 more changes: --format json lists all`; nothing when nothing was cut. */
export function cutLine(
  total: number,
  noun: string,
  plural = `${noun}s`,
  shown = SHOWN_ROWS,
): readonly string[] {
  const left = total - shown;
  if (left <= 0) return [];
  return [`… ${left.toLocaleString('en-US')} more ${left === 1 ? noun : plural}: --format json lists all`];
}
