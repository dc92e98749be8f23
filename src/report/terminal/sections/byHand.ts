// CHANGED BY HAND: what people changed beside the tool that manages it; beside it, attempts that altered
// nothing. What still stands goes first, since the tool will undo it or the repository is out of date.

import type { HandMade } from '../../../queries/byHand.ts';
import type { Summary } from '../../../queries/summary.ts';
import { cutLine, piece, type Row, type Section, SHOWN_ROWS } from '../section.ts';
import type { Frame } from '../frame.ts';
import { visible } from '../visible.ts';
import { authorText, commitClause, counted, deedText, listText } from '../wording.ts';

export function byHandSection({ byHand, changes }: Summary, frame: Frame): Section {
  const standing = byHand.filter(({ revertedBy }) => revertedBy === null);
  const ordered = [...standing, ...byHand.filter(({ revertedBy }) => revertedBy !== null)];
  const attempts = [
    ...(changes.refused > 0 ? [`${changes.refused} refused`] : []),
    ...(changes.dryRun > 0 ? [`${changes.dryRun} dry-run`] : []),
  ];
  return {
    name: 'changed-by-hand',
    title: 'CHANGED BY HAND',
    figure: byHand.length === 0 ? '' : `${counted(byHand.length, 'change')}; ${standing.length} not reverted`,
    rows: ordered.slice(0, SHOWN_ROWS).map((made) => rowOf(made, frame)),
    unanswered: '',
    cut: cutLine(byHand.length, 'change'),
    closing:
      attempts.length === 0
        ? []
        : [
            `beside: ${listText(attempts)} ${attempts.length === 1 && changes.refused + changes.dryRun === 1 ? 'attempt' : 'attempts'} to write policies, which altered nothing`,
          ],
  };
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
      piece(
        `${frame.place(change.cluster)}${deedText(change)}${commitClause(change, frame)}, which ${manager} manages${reason}` +
          (revertedBy === null ? '' : `; ${authorText(revertedBy.author)} put it back`),
      ),
    ],
    notes: [],
  };
}
