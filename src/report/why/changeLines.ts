// WHO CHANGED IT: the changes that made it so, ended it, and left it as it is now, each with its difference.
import type { Declared } from '../../model/verdict.ts';
import { isPolicyKind, parseRef } from '../../model/refs.ts';
import type { Change } from '../../queries/changes.ts';
import type { Frame } from '../terminal/frame.ts';
import type { Layout } from '../terminal/layout.ts';
import { type Piece, piece, type Row } from '../terminal/section.ts';
import { historyRemark } from '../terminal/sections/manifests.ts';
import { durationText } from '../terminal/times.ts';
import { visible } from '../terminal/visible.ts';
import { authorText, commitClause, counted, deedText } from '../terminal/wording.ts';
import type { Account, Cause, WhyAnswer } from './answer.ts';

const SHOWN_DIFF = 6;

/** A change, and the word for what it did to the conversation. */
interface Told {
  readonly change: Change;
  readonly word: string;
  /** Clause after the deed; ''. */
  readonly tail: string;
  readonly notes: readonly Piece[];
}

/** [] where nothing can be told of it. */
export function changeLines(
  account: Account,
  { commits }: Pick<WhyAnswer, 'commits'>,
  frame: Frame,
  layout: Layout,
): readonly string[] {
  const told = toldOf(account, frame);
  if (told.length > 0)
    return [
      '',
      ...layout.heading('WHO CHANGED IT', piece('')),
      ...layout.rows(told.map((one) => rowOf(one, commits, frame))),
      ...historyLines(told, commits, layout),
    ];
  return account.asOf.declared === 'unknown'
    ? []
    : ['', ...layout.heading('WHO CHANGED IT', piece(nobodyText(account), 'quiet'))];
}

function toldOf({ cause, ended, latest, asOf }: Account, frame: Frame): readonly Told[] {
  const told: Told[] = [];
  if (cause !== null) {
    const { change, lagMs } = cause;
    const tail = lagMs === null || lagMs < 0 ? '' : `; first verdict after ${durationText(lagMs)}`;
    told.push({ change, word: MADE[asOf.declared], tail, notes: tookBackNote(cause, frame) });
  }
  for (const later of [ended, latest])
    if (later !== null && later.change !== null)
      told.push({ change: later.change, word: MADE[later.after], tail: '', notes: [] });
  return told;
}

function nobodyText({ isHistoryComplete }: Account): string {
  return isHistoryComplete
    ? 'nobody, as far as the logs reach'
    : 'cannot be told: the logs do not reach back to it';
}

function tookBackNote({ tookBack }: Cause, frame: Frame): readonly Piece[] {
  if (tookBack === null) return [];
  const hand = `${authorText(tookBack.author)} had changed by hand at ${frame.time(tookBack.at)}`;
  return [piece(`it took back what ${hand}`, 'warn')];
}

const MADE: Readonly<Record<Declared, string>> = {
  denied: 'DENIED IT',
  allowed: 'ALLOWED IT',
  unknown: 'LEFT IT UNKNOWN',
};

function rowOf({ change, word, tail, notes }: Told, commits: WhyAnswer['commits'], frame: Frame): Row {
  return {
    cells: [
      piece(frame.time(change.at)),
      piece(word),
      piece(deedText(change) + commitClause(change, frame) + tail),
    ],
    notes: [...differenceNotes(change), ...commitNotes(change, commits), ...notes],
  };
}

function differenceNotes(change: Change): readonly Piece[] {
  const left = change.diff.length - SHOWN_DIFF;
  const isEdit = change.specBefore !== null && change.specAfter !== null;
  const notes: Piece[] = isEdit
    ? change.diff.slice(0, SHOWN_DIFF).map((line) => ({ text: visible(line), tone: 'quiet', oneLine: true }))
    : [];
  if (isEdit && left > 0) notes.push(piece(`… and ${counted(left, 'more line')} of difference`, 'quiet'));
  if (change.reason !== '') notes.push(piece(`its reason: ${visible(change.reason)}`, 'quiet'));
  if (change.byHand) notes.push(piece(`by hand, though ${visible(change.managedBy)} manages it`, 'warn'));
  return notes;
}

/** Which file the commit altered; or that the repository knows nothing of the change. */
function commitNotes(change: Change, commits: WhyAnswer['commits']): readonly Piece[] {
  if (change.commit !== null) return [piece(`committed in ${visible(change.commit.file)}`, 'quiet')];
  if (commits !== 'read' || !isComparable(change)) return [];
  return [
    piece(change.specAfter === null ? 'no commit removed it' : 'no commit of the manifests says so', 'warn'),
  ];
}

/** A policy of which is known what it said, or that it went. */
function isComparable({ ref, specAfter, outcome }: Change): boolean {
  const kind = parseRef(ref)?.kind;
  return kind !== undefined && isPolicyKind(kind) && (specAfter !== null || outcome === 'tombstone');
}

/** Why commits go unnamed. */
function historyLines(
  told: readonly Told[],
  commits: WhyAnswer['commits'],
  layout: Layout,
): readonly string[] {
  if (commits === null || told.every(({ change }) => change.commit !== null)) return [];
  return historyRemark({ history: commits }).flatMap((text) => layout.paragraph(piece(text, 'quiet'), 2, 4));
}
