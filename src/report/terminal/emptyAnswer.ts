// What stands where a section has nothing to show, or not all of it: "checked, none" is said only where nothing
// forbids it.
import type { Doubt } from '../doubts.ts';
import { type Piece, piece, type Section } from './section.ts';

export function emptyAnswer({ unanswered }: Section, doubts: readonly Doubt[]): Piece {
  const forbidden = doubts.find(({ weight }) => weight === 'forbids');
  if (forbidden !== undefined) return piece(`CANNOT TELL: ${forbidden.clause}`, 'warn');
  if (unanswered !== '') return piece(`CANNOT TELL: ${unanswered}`, 'warn');
  if (doubts.length === 0) return piece('none', 'quiet');
  return piece(`none seen, but ${doubts.map(({ clause }) => clause).join('; ')}`, 'quiet');
}

/** What weakens the findings that there are; '' when nothing does. */
export function reservation(doubts: readonly Doubt[]): Piece {
  const mind = doubts.filter(({ weight }) => weight !== 'bounds').map(({ clause }) => clause);
  return piece(mind.length === 0 ? '' : `not the whole answer: ${mind.join('; ')}`, 'warn');
}
