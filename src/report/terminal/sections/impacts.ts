// BROKEN BY A CHANGE and OPENED BY A CHANGE: when, whether it still stands, who did what, to whom.

import { BREAKING_DRIFT, type Effect, OPENING_DRIFT } from '../../../queries/effects.ts';
import type { Impact } from '../../../queries/impacts.ts';
import type { Summary } from '../../../queries/summary.ts';
import {
  cutLine,
  flowsPiece,
  type Piece,
  piece,
  type Row,
  type Section,
  SHOWN_ROWS,
  type Tone,
} from '../section.ts';
import type { Frame } from '../frame.ts';
import { durationText } from '../times.ts';
import { visible } from '../visible.ts';
import { authorText, commitClause, counted, deedText, figure, pairText, serviceText } from '../wording.ts';

const SHOWN_CONVERSATIONS = 2;
/** More of them are not named in one address. */
const MOST_TALKS = 20;
const SHOWN_DIFF_LINES = 2;
/** What was mended is shown even where much is still broken: the outage of last night is one of them. */
const SHOWN_ENDED = 2;

/**
 * @param sawAllowed whether the flows hold allowed traffic at all; without it no mending can be seen, and
 *   nothing is called "still" broken
 */
export function brokenSection(summary: Summary, sawAllowed: boolean, frame: Frame): Section {
  const { broken } = summary;
  const standing = broken.filter(({ state }) => state === 'standing');
  const urgent = standing.slice(0, SHOWN_ROWS);
  const ended = broken.filter(({ state }) => state !== 'standing');
  const shown = [...urgent, ...ended.slice(0, Math.max(SHOWN_ENDED, SHOWN_ROWS - urgent.length))];
  return {
    name: 'broken',
    title: 'BROKEN BY A CHANGE',
    figure:
      broken.length === 0
        ? []
        : [
            flowsPiece(
              `${counted(broken.length, 'change')}, ${counted(total(broken), 'denial')}${sawAllowed ? `; ${figure(standing.length)} still broken` : ''}`,
              { drift: BREAKING_DRIFT },
            ),
          ],
    rows: shown.map((impact) => brokenRow(impact, summary, frame, sawAllowed)),
    unanswered: '',
    cut: cutLine(broken.length, 'change', 'changes', shown.length),
    closing: [],
  };
}

export function openedSection(summary: Summary, frame: Frame): Section {
  const mended = mendedBy(summary.broken);
  const opened = summary.opened.toSorted(
    (a, b) => Number(mended.has(a.changeId)) - Number(mended.has(b.changeId)),
  );
  const mending = opened.filter(({ changeId }) => mended.has(changeId)).length;
  return {
    name: 'opened',
    title: 'OPENED BY A CHANGE',
    figure:
      opened.length === 0
        ? []
        : [
            flowsPiece(
              `${counted(opened.length, 'change')}, ${figure(total(opened))} newly allowed${mending === 0 ? '' : `; ${figure(mending)} mended a break`}`,
              { drift: OPENING_DRIFT },
            ),
          ],
    rows: opened.slice(0, SHOWN_ROWS).map((impact) => openedRow(impact, mended.get(impact.changeId), frame)),
    unanswered: '',
    cut: cutLine(opened.length, 'change'),
    closing: [],
  };
}

function brokenRow(impact: Impact, summary: Summary, frame: Frame, sawAllowed: boolean): Row {
  const { change, conversations, undone, state } = impact;
  const audited = impact.audited === 0 ? '' : `, ${figure(impact.audited)} of them only audited`;
  const notes = [
    ...conversationNotes(impact, 'denied', frame),
    ...diffNotes(impact),
    ...(impact.denySectionAlone === null ? [] : [piece(denyHint(impact.denySectionAlone), 'warn')]),
  ];
  const handmade = summary.byHand.find(({ revertedBy }) => revertedBy?.id === impact.changeId);
  if (handmade !== undefined && change !== null)
    notes.push(piece(`it took back what ${authorText(handmade.change.author)} had changed by hand`, 'quiet'));
  if (state !== 'standing') notes.push(piece(endNote(impact, 'mended', frame), 'quiet'));
  else if (undone > 0)
    notes.push(piece(`${figure(undone)} of ${counted(conversations, 'conversation')} work again`, 'quiet'));
  return {
    cells: [
      piece(frame.time(impact.at)),
      brokenState(impact, sawAllowed, frame),
      piece(`${deed(impact, frame)}: ${counted(impact.count, 'denial')}${audited}${lagText(impact)}`),
    ],
    notes,
    flows: { cause: [impact.changeId], drift: BREAKING_DRIFT },
  };
}

function openedRow(impact: Impact, broke: Impact | undefined, frame: Frame): Row {
  const notes = [...conversationNotes(impact, 'allowed', frame), ...diffNotes(impact)];
  if (broke !== undefined) notes.push(piece(`it mended the change of ${frame.time(broke.at)}`, 'good'));
  if (impact.state !== 'standing') notes.push(piece(endNote(impact, 'closed', frame), 'quiet'));
  return {
    cells: [
      piece(frame.time(impact.at)),
      openedState(impact, broke, frame),
      piece(`${deed(impact, frame)}: ${figure(impact.count)} allowed${lagText(impact)}`),
    ],
    notes,
    flows: { cause: [impact.changeId], drift: OPENING_DRIFT },
  };
}

/** `STILL BROKEN`, `MENDED 09:24:59`. */
export function brokenState(impact: Impact, sawAllowed: boolean, frame: Frame): Piece {
  return stateCell(
    impact,
    { standing: sawAllowed ? 'STILL BROKEN' : 'BROKEN', undone: 'MENDED' },
    'bad',
    frame,
  );
}

/**
 * `STILL OPEN`, `CLOSED 09:24:59`; of what it gave back `MENDS 09:00:00`, the time of the break.
 * @param broke what the change mended, if anything
 */
export function openedState(impact: Impact, broke: Impact | undefined, frame: Frame): Piece {
  if (broke !== undefined && impact.state === 'standing')
    return piece(`MENDS ${frame.time(broke.at)}`, 'good');
  return stateCell(impact, { standing: 'STILL OPEN', undone: 'CLOSED' }, 'warn', frame);
}

function stateCell(
  { state, endedAt }: Impact,
  words: { readonly standing: string; readonly undone: string },
  tone: Tone,
  frame: Frame,
): Piece {
  const when = endedAt === null ? '' : ` ${frame.time(endedAt)}`;
  switch (state) {
    case 'standing':
      return piece(words.standing, tone);
    case 'undone':
      return piece(words.undone + when, 'good');
    case 'taken-back':
      return piece(`TAKEN BACK${when}`, 'good');
    case 'untried':
      return piece(`UNTRIED SINCE${when}`, 'warn');
  }
}

function deed({ change, changeId }: Impact, frame: Frame): string {
  if (change === null) return `change ${visible(changeId)}, which the store does not hold`;
  return frame.place(change.cluster) + deedText(change) + commitClause(change, frame);
}

function lagText({ effects }: Impact): string {
  const lags = effects.flatMap(({ lagMs }) => (lagMs === null ? [] : [lagMs]));
  if (lags.length === 0) return '';
  const least = Math.min(...lags);
  return least < 0
    ? `, first ${durationText(-least)} before it: clocks differ`
    : `, first after ${durationText(least)}`;
}

/** Who ended it, and how far verdicts show it. */
function endNote({ state, endedBy, undone, conversations }: Impact, word: string, frame: Frame): string {
  const by = endedBy === null ? '' : deedText(endedBy) + commitClause(endedBy, frame);
  if (state === 'taken-back') return `${by}: the policy says again what it said before; not tried since`;
  if (state === 'untried') return `${by} since; no verdict has shown yet what it says now`;
  const tried =
    undone < conversations
      ? `; ${figure(undone)} of ${counted(conversations, 'conversation')} tried since`
      : '';
  return by === '' ? `${word}, as later verdicts show${tried}` : `${word}: ${by}${tried}`;
}

function conversationNotes(impact: Impact, word: 'denied' | 'allowed', frame: Frame): Piece[] {
  const drift = word === 'denied' ? BREAKING_DRIFT : OPENING_DRIFT;
  const merged = mergeAddresses(impact.effects);
  const flows = { cause: [impact.changeId], drift };
  const notes = merged.slice(0, SHOWN_CONVERSATIONS).map(({ effect, talks }) => {
    const { conversation, count, firstSeen, lastSeen } = effect;
    const pair =
      talks.length > 1 ? `${pairText(conversation)} (${talks.length} addresses)` : pairText(conversation);
    const service = serviceText(conversation);
    return flowsPiece(`${pair} ${service} ${word} ${figure(count)}×, ${frame.span(firstSeen, lastSeen)}`, {
      ...flows,
      service: [service],
      ...(talks.length > MOST_TALKS ? {} : { talk: talks }),
    });
  });
  const shown = merged.slice(0, SHOWN_CONVERSATIONS).reduce((sum, { talks }) => sum + talks.length, 0);
  const left = impact.conversations - shown;
  return left > 0
    ? [...notes, { ...flowsPiece(`… and ${counted(left, 'more conversation')}`, flows), tone: 'quiet' }]
    : notes;
}

interface Merged {
  readonly effect: Effect;
  /** As they are written, by address. */
  readonly talks: readonly string[];
}

/** Conversations that differ in the address outside the cluster only are one line. */
function mergeAddresses(effects: readonly Effect[]): readonly Merged[] {
  const merged = new Map<string, Merged>();
  for (const effect of effects) {
    const { conversation } = effect;
    const bare = { ...conversation, peer: { ...conversation.peer, ip: '' } };
    const key = JSON.stringify(bare);
    const known = merged.get(key);
    if (known === undefined) {
      merged.set(key, { effect, talks: [pairText(conversation)] });
      continue;
    }
    merged.set(key, {
      talks: [...known.talks, pairText(conversation)],
      effect: {
        ...known.effect,
        conversation: bare,
        count: known.effect.count + effect.count,
        firstSeen: Math.min(known.effect.firstSeen, effect.firstSeen),
        lastSeen: Math.max(known.effect.lastSeen, effect.lastSeen),
      },
    });
  }
  return [...merged.values()].sort((a, b) => b.effect.count - a.effect.count);
}

/** Of an edit; what a creation or deletion did, the deed says. */
function diffNotes({ change }: Impact): readonly Piece[] {
  if (change === null || change.specBefore === null || change.specAfter === null) return [];
  const { diff } = change;
  const notes = diff
    .slice(0, SHOWN_DIFF_LINES)
    .map(visible)
    .map((text): Piece => ({ text, tone: 'quiet', oneLine: true, spare: sparePath(text) }));
  const left = diff.length - SHOWN_DIFF_LINES;
  return left > 0 ? [...notes, piece(`… and ${counted(left, 'more line')} of difference`, 'quiet')] : notes;
}

/** Of `path: before → after` the values say most, then the last key of the path. */
function sparePath(line: string): number {
  const path = line.slice(0, Math.max(0, line.indexOf(': ')));
  return /^[ -~]*$/u.test(path) ? path.search(/[^.[]*$/u) : 0;
}

function denyHint(section: 'egressDeny' | 'ingressDeny'): string {
  const direction = section === 'egressDeny' ? 'egress' : 'ingress';
  return (
    `${section} without ${direction} rules switches on default deny for all ${direction}; ` +
    `enableDefaultDeny: {${direction}: false} leaves the rest open`
  );
}

/** The broken changes by the change that mended them: a change that only came after them mended nothing yet. */
export function mendedBy(broken: readonly Impact[]): ReadonlyMap<string, Impact> {
  return new Map(
    broken.flatMap((impact) =>
      impact.endedBy === null || impact.state === 'untried' ? [] : [[impact.endedBy.id, impact]],
    ),
  );
}

function total(impacts: readonly Impact[]): number {
  return impacts.reduce((sum, { count }) => sum + count, 0);
}
