// CHANGED BY HAND: what people changed beside the tool that manages it; beside it, attempts that altered
// nothing. What still stands goes first, since the tool will undo it or the repository is out of date.

import type { HandMade } from '../../../queries/byHand.ts';
import type { Change } from '../../../queries/changes.ts';
import type { Summary } from '../../../queries/summary.ts';
import { changesPiece, cutLine, type Piece, piece, type Row, type Section, SHOWN_ROWS } from '../section.ts';
import type { Frame } from '../frame.ts';
import { visible } from '../visible.ts';
import { authorText, commitClause, counted, deedText } from '../wording.ts';

export function byHandSection({ byHand, changes }: Summary, frame: Frame): Section {
  const standing = byHand.filter(({ revertedBy }) => revertedBy === null);
  const ordered = [...standing, ...byHand.filter(({ revertedBy }) => revertedBy !== null)];
  return {
    name: 'changed-by-hand',
    title: 'CHANGED BY HAND',
    figure:
      byHand.length === 0
        ? []
        : [changesPiece(counted(byHand.length, 'change'), idsOf(byHand)), piece('; '), notReverted(standing)],
    rows: ordered.slice(0, SHOWN_ROWS).map((made) => rowOf(made, frame)),
    unanswered: '',
    cut: cutLine(byHand.length, 'change'),
    closing: attemptLines(changes),
  };
}

/** Nothing when there are none. */
function attemptLines({ refused, dryRun }: Summary['changes']): readonly (readonly Piece[])[] {
  const count = refused + dryRun;
  if (count === 0) return [];
  const told = [
    ...(refused > 0 ? [attemptsPiece(`${refused} refused`, 'failure')] : []),
    ...(refused > 0 && dryRun > 0 ? [piece(' and ')] : []),
    ...(dryRun > 0 ? [attemptsPiece(`${dryRun} dry-run`, 'dry-run')] : []),
  ];
  const noun = count === 1 ? 'attempt' : 'attempts';
  return [[piece('beside: '), ...told, piece(` ${noun} to write policies, which altered nothing`)]];
}

function attemptsPiece(text: string, outcome: Change['outcome']): Piece {
  return { ...piece(text), changes: { outcome: [outcome] } };
}

function notReverted(standing: readonly HandMade[]): Piece {
  const text = `${standing.length} not reverted`;
  return standing.length === 0 ? piece(text) : changesPiece(text, idsOf(standing));
}

function idsOf(made: readonly HandMade[]): readonly string[] {
  return made.map(({ change }) => change.id);
}

function rowOf({ change, revertedBy }: HandMade, frame: Frame): Row {
  const manager = visible(change.managedBy || 'a tool');
  const reason = change.reason === '' ? '' : `, saying “${visible(change.reason)}”`;
  return {
    cells: [
      piece(frame.time(change.at)),
      revertedBy === null
        ? piece('NOT REVERTED', 'warn')
        : piece(`REVERTED ${frame.time(revertedBy.at)}`, 'good'),
      changesPiece(
        `${frame.place(change.cluster)}${deedText(change)}${commitClause(change, frame)}, which ${manager} manages${reason}` +
          (revertedBy === null ? '' : `; ${authorText(revertedBy.author)} put it back`),
        [change.id],
      ),
    ],
    notes: [],
  };
}
