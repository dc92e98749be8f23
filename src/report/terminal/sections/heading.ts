// The first lines: what was looked at, and what weakens the answers.

import type { Summary } from '../../../queries/summary.ts';
import type { Caveat, Findings } from '../../findings.ts';
import { type Piece, piece, UNBROKEN } from '../section.ts';
import { rangeText } from '../times.ts';
import { visible } from '../visible.ts';
import { counted } from '../wording.ts';

export function titleLine({ verdicts, changes }: Summary, { clusters, range }: Findings): Piece {
  const parts = [
    clusters.length === 0 ? 'no cluster' : clusters.map((name) => visible(name || 'default')).join(', '),
  ];
  if (range !== null) parts.push(unbroken(rangeText(range.from, range.until)));
  parts.push(unbroken(counted(verdicts.verdicts, 'verdict')));
  const authors = [
    ...(changes.people > 0 ? [counted(changes.people, 'person', 'people')] : []),
    ...(changes.controllers > 0 ? [counted(changes.controllers, 'controller')] : []),
  ];
  parts.push(
    unbroken(
      counted(changes.changes, 'policy change') + (authors.length > 0 ? ` (${authors.join(', ')})` : ''),
    ),
  );
  return piece(parts.join(' · '), 'strong');
}

function unbroken(text: string): string {
  return text.replaceAll(' ', UNBROKEN);
}

/** A caveat and what mends it: two paragraphs. */
export function caveatLines({ message, remedy }: Caveat): readonly Piece[] {
  const first = piece(`! ${visibleLong(message)}`, 'warn');
  return remedy === '' ? [first] : [first, piece(`→ ${visibleLong(remedy)}`, 'quiet')];
}

/** Remedies are commands and may be long; they are ours, but carry names of clusters and files. */
function visibleLong(text: string): string {
  return (
    text
      .match(/.{1,100}/gsu)
      ?.map(visible)
      .join('') ?? ''
  );
}
