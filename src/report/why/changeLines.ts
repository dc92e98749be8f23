// WHO CHANGED IT: the changes that made it so, ended it, and left it as it is now, each with its difference.
import type { Declared } from '../../model/verdict.ts';
import type { Change } from '../../queries/changes.ts';
import type { Frame } from '../terminal/frame.ts';
import type { Layout } from '../terminal/layout.ts';
import { type Piece, piece, type Row } from '../terminal/section.ts';
import { durationText } from '../terminal/times.ts';
import { visible } from '../terminal/visible.ts';
import { authorText, commitClause, counted, deedText } from '../terminal/wording.ts';
import type { Account, Cause } from './answer.ts';

const SHOWN_DIFF = 6;

/** [] where nothing can be told of it. */
export function changeLines(account: Account, frame: Frame, layout: Layout): readonly string[] {
  const { cause, ended, latest, asOf } = account;
  const rows: Row[] = [];
  if (cause !== null) {
    const lag =
      cause.lagMs === null || cause.lagMs < 0 ? '' : `; first verdict after ${durationText(cause.lagMs)}`;
    const row = changeRow(cause.change, causeWord(asOf.declared), lag, frame);
    rows.push({ ...row, notes: [...row.notes, ...tookBackNote(cause, frame)] });
  }
  if (ended !== null && ended.change !== null)
    rows.push(changeRow(ended.change, causeWord(ended.after), '', frame));
  if (latest !== null) rows.push(changeRow(latest.change, causeWord(latest.after), '', frame));
  if (rows.length > 0) return ['', ...layout.heading('WHO CHANGED IT', piece('')), ...layout.rows(rows)];
  return asOf.declared === 'unknown'
    ? []
    : ['', ...layout.heading('WHO CHANGED IT', piece(nobodyText(account), 'quiet'))];
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

function causeWord(after: Declared): string {
  return MADE[after];
}

function changeRow(change: Change, word: string, tail: string, frame: Frame): Row {
  const left = change.diff.length - SHOWN_DIFF;
  const isEdit = change.specBefore !== null && change.specAfter !== null;
  const notes: Piece[] = isEdit
    ? change.diff.slice(0, SHOWN_DIFF).map((line) => ({ text: visible(line), tone: 'quiet', oneLine: true }))
    : [];
  if (isEdit && left > 0) notes.push(piece(`… and ${counted(left, 'more line')} of difference`, 'quiet'));
  if (change.reason !== '') notes.push(piece(`its reason: ${visible(change.reason)}`, 'quiet'));
  if (change.byHand) notes.push(piece(`by hand, though ${visible(change.managedBy)} manages it`, 'warn'));
  return {
    cells: [
      piece(frame.time(change.at)),
      piece(word),
      piece(deedText(change) + commitClause(change, frame) + tail),
    ],
    notes,
  };
}
