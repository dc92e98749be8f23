// The first screen of the page: what was looked at, what weakens it, then the four answers as cards and the lesser
// ones beside them, in the words and figures of the terminal. It is plain HTML: it can be read where scripts do
// not run. Every figure that counts flows or changes is a link to them.

import { doubtsAbout } from '../doubts.ts';
import { emptyAnswer, reservation } from '../terminal/emptyAnswer.ts';
import { createFrame, type Frame } from '../terminal/frame.ts';
import { flowsPiece, type Section } from '../terminal/section.ts';
import { auditModeLines } from '../terminal/sections/auditMode.ts';
import { byHandSection } from '../terminal/sections/byHand.ts';
import { undecidedRows } from '../terminal/sections/closing.ts';
import { caveatLines } from '../terminal/sections/heading.ts';
import { brokenSection, openedSection } from '../terminal/sections/impacts.ts';
import { manifestsSection } from '../terminal/sections/manifests.ts';
import { misfitsSection } from '../terminal/sections/misfits.ts';
import { notInForceSection } from '../terminal/sections/notInForce.ts';
import { stillDeniedSection } from '../terminal/sections/stillDenied.ts';
import { counted } from '../terminal/wording.ts';
import { card, changesLink, figureMarkup, flowsLink, lineMarkup, pieceMarkup, rowMarkup } from './card.ts';
import { type Content, element, type Markup } from './markup.ts';
import type { PageInput } from './pageInput.ts';

export function frameOf({ findings }: PageInput): Frame {
  return createFrame(findings.range?.from ?? null, findings.clusters);
}

export function sawAllowed({ findings }: PageInput): boolean {
  return !findings.caveats.some(({ code }) => code === 'no-forwarded-flows');
}

/** What weakens the answers, and what audit mode leaves open. */
export function notices({ summary, findings }: PageInput, frame: Frame): readonly Markup[] {
  const caveats = findings.caveats.map((caveat) => {
    const [message, remedy] = caveatLines(caveat);
    return element(
      'li',
      {},
      pieceMarkup(message),
      remedy === undefined ? [] : element('span', { class: 'remedy' }, ` ${remedy.text}`),
    );
  });
  const modes = auditModeLines(summary, frame).map((line) => element('li', {}, pieceMarkup(line)));
  return caveats.length + modes.length === 0 ? [] : [element('ul', { class: 'notices' }, caveats, modes)];
}

export function answer(input: PageInput, frame: Frame): Markup {
  const { summary, findings } = input;
  const first = [
    stillDeniedSection(findings, frame),
    brokenSection(summary, sawAllowed(input), frame),
    openedSection(summary, frame),
    misfitsSection(summary.misfits, frame),
  ];
  const beside = [
    notInForceSection(summary.notInForce, frame),
    byHandSection(summary, frame),
    ...(findings.manifests === null
      ? []
      : [manifestsSection(summary.notAsDeclared, findings.manifests, frame)]),
  ];
  return element(
    'section',
    { id: 'answer', 'aria-label': 'The answer' },
    element(
      'div',
      { class: 'cards' },
      first.map((section) => cardOf(section, input, false)),
    ),
    element(
      'div',
      { class: 'cards beside' },
      beside.map((section) => cardOf(section, input, true)),
      undecidedCard(input),
      propagatingCard(input),
    ),
  );
}

function cardOf(section: Section, { summary, findings }: PageInput, folded: boolean): Markup {
  const doubts = doubtsAbout(section.name, summary, findings);
  const found = section.rows.length > 0;
  const mind = found ? reservation(doubts) : undefined;
  return card({
    name: section.name,
    title: section.title,
    figure: found ? figureMarkup(section.figure) : pieceMarkup(emptyAnswer(section, doubts)),
    remark: mind === undefined || mind.text === '' ? [] : element('p', { class: 'mind' }, pieceMarkup(mind)),
    rows: section.rows.map(rowMarkup),
    rest: [
      ...(section.cut.length === 0 ? [] : [element('p', { class: 'rest' }, cutMarkup(section))]),
      ...section.closing.map((line) => element('p', { class: 'rest' }, lineMarkup(line))),
    ],
    folded,
  });
}

/** On a page the rest is at hand, where the terminal names another output. */
function cutMarkup({ cut, figure: [all] }: Section): Content {
  const text = cut.join(' ').replace(': --format json lists all', '');
  return all?.flows === undefined
    ? element('a', { href: changesLink(all?.changes ?? {}) }, `${text}: all changes`)
    : element('a', { href: flowsLink(all.flows) }, `${text}: all flows`);
}

/** What cannot be told. */
function undecidedCard({ summary }: PageInput): Markup {
  const count = summary.verdicts.byDeclared.get('unknown') ?? 0;
  return card({
    name: 'undecided',
    title: 'CANNOT TELL',
    figure:
      count === 0
        ? element('span', { class: 'tone-quiet' }, 'no undecided verdicts')
        : figureMarkup([flowsPiece(`${counted(count, 'verdict')} undecided`, { declared: ['unknown'] })]),
    remark: [],
    rows: undecidedRows(summary).map(rowMarkup),
    rest: [],
    folded: true,
  });
}

/** What is only late; [] when nothing is. */
function propagatingCard({ summary }: PageInput): readonly Markup[] {
  const count = summary.verdicts.byDrift.get('propagating') ?? 0;
  if (count === 0) return [];
  const meaning = `${count === 1 ? 'fits' : 'fit'} the policies of moments before: no drift`;
  return [
    card({
      name: 'propagating',
      title: 'PROPAGATING',
      figure: figureMarkup([flowsPiece(counted(count, 'verdict'), { drift: ['propagating'] })]),
      remark: [],
      rows: [],
      rest: [element('p', { class: 'rest' }, meaning)],
      folded: true,
    }),
  ];
}
