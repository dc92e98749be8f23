// The writes of policies as rows of the page: who did what, what it said before and after, what that did to
// conversations.

import { MICROS_PER_MS } from '../../model/time.ts';
import { parseRef } from '../../model/refs.ts';
import type { Change } from '../../queries/changes.ts';
import type { Impact } from '../../queries/impacts.ts';
import { BREAKING_DRIFT, OPENING_DRIFT } from '../../queries/effects.ts';
import type { Summary } from '../../queries/summary.ts';
import type { Write, Writes } from '../../queries/report/writes.ts';
import type { ChangeRow, DiffLine, EffectText } from '../page/pageData.ts';
import type { Frame } from '../terminal/frame.ts';
import { brokenState, mendedBy, openedState } from '../terminal/sections/impacts.ts';
import type { Piece } from '../terminal/section.ts';
import { visible } from '../terminal/visible.ts';
import { authorText, commitText, policyText, verbText } from '../terminal/wording.ts';

const MOST_DIFF_LINES = 40;
const TOOK_EFFECT: ReadonlySet<string> = new Set(['version', 'tombstone', 'metadata']);

/** In the order of `writes`. */
export function changeRows(
  { shown }: Writes,
  summary: Summary,
  sawAllowed: boolean,
  frame: Frame,
): readonly ChangeRow[] {
  const broken = new Map(summary.broken.map((impact) => [impact.changeId, impact]));
  const opened = new Map(summary.opened.map((impact) => [impact.changeId, impact]));
  const mended = mendedBy(summary.broken);
  const reverted = new Map(summary.byHand.map(({ change, revertedBy }) => [change.id, revertedBy]));
  return shown.map((write): ChangeRow => {
    const { change } = write;
    const broke = broken.get(change.id);
    const open = opened.get(change.id);
    return {
      id: change.id,
      cluster: visible(change.cluster || 'default'),
      atMs: Math.floor(change.at / MICROS_PER_MS),
      who: authorText(change.author),
      kind: visible(change.author.kind),
      deed: verbText(change),
      policy: change.ref,
      name: policyText(change.ref),
      namespace: visible(parseRef(change.ref)?.namespace ?? ''),
      outcome: visible(change.outcome),
      took: TOOK_EFFECT.has(change.outcome),
      result: resultText(write),
      remarks: remarksOf(write, reverted.get(change.id), frame),
      diff: diffLines(change.diff),
      unsaid: change.diff.length === 0 ? unsaidText(change) : '',
      client: [write.userAgent, ...write.addresses]
        .filter((text) => text !== '')
        .map(visible)
        .join(' · '),
      effects: [
        ...(broke === undefined ? [] : [brokeText(broke, brokenState(broke, sawAllowed, frame))]),
        ...(open === undefined ? [] : [openedText(open, mended.get(change.id), frame)]),
      ],
    };
  });
}

function brokeText(broke: Impact, { text: state, tone }: Piece): EffectText {
  return {
    word: 'broke',
    count: broke.count,
    state,
    by: authorOf(broke.endedBy),
    tone,
    drift: BREAKING_DRIFT,
  };
}

/** @param broke what the change mended, if anything */
function openedText(opened: Impact, broke: Impact | undefined, frame: Frame): EffectText {
  const { text: state, tone } = openedState(opened, broke, frame);
  const isMending = broke !== undefined && opened.state === 'standing';
  const by = isMending ? authorOf(broke.change) : authorOf(opened.endedBy);
  return { word: 'opened', count: opened.count, state, by, tone, drift: OPENING_DRIFT };
}

/** '' where no change is known. */
function authorOf(change: Change | null): string {
  return change === null ? '' : authorText(change.author);
}

/** What became of a write that is no version; ''. */
function resultText({ change, code, message }: Write): string {
  const status = code === null ? '' : ` (${code})`;
  const reason = message === '' ? '' : `: ${visible(message)}`;
  switch (change.outcome) {
    case 'failure':
      return `refused${status}${reason}`;
    case 'dry-run':
      return 'dry run';
    case 'gap':
      return 'missing from the audit log';
    case 'metadata':
      return 'the audit log does not hold what it said';
    default:
      return '';
  }
}

/** Of a write without a difference. */
function unsaidText({ outcome }: Change): string {
  switch (outcome) {
    case 'metadata':
    case 'gap':
    case 'tombstone':
      return 'body not in the log';
    default:
      return 'spec unchanged';
  }
}

function remarksOf(
  { change }: Write,
  revertedBy: Write['change'] | null | undefined,
  frame: Frame,
): string[] {
  const { byHand, managedBy, reason, commit } = change;
  const remarks: string[] = [];
  if (byHand) remarks.push(`by hand, though ${visible(managedBy || 'a tool')} manages it`);
  if (revertedBy !== undefined && revertedBy !== null)
    remarks.push(`${authorText(revertedBy.author)} put it back at ${frame.time(revertedBy.at)}`);
  if (reason !== '') remarks.push(`saying “${visible(reason)}”`);
  if (commit !== null) remarks.push(commitText(commit, frame));
  return remarks;
}

/** From `path: before → after`; of very long ones the last line says how many more there are. */
export function diffLines(diff: readonly string[]): readonly DiffLine[] {
  const lines = diff.slice(0, MOST_DIFF_LINES).map((line) => {
    const colon = line.indexOf(': ');
    const arrow = line.lastIndexOf(' → ');
    if (colon < 0 || arrow < colon) return { path: visible(line), before: '', after: '' };
    return {
      path: visible(line.slice(0, colon)),
      before: valueText(line.slice(colon + 2, arrow)),
      after: valueText(line.slice(arrow + 3)),
    };
  });
  const left = diff.length - lines.length;
  return left > 0 ? [...lines, { path: `… and ${left} more`, before: '', after: '' }] : lines;
}

/** Where nothing stood, the page shows no line. */
function valueText(value: string): string {
  return value === '(none)' ? '' : visible(value);
}
