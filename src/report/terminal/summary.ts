// The answer of `analyze` on a terminal: what weakens it first, then what needs somebody, most urgent first,
// the machinery last. Returns text; writes nothing.

import type { Summary } from '../../queries/summary.ts';
import { type Doubt, doubtsAbout } from '../doubts.ts';
import type { Findings } from '../findings.ts';
import { emptyAnswer, reservation } from './emptyAnswer.ts';
import { createFrame, type Frame } from './frame.ts';
import { createLayout, type Layout, type Screen } from './layout.ts';
import { cutLine, piece, type Section, SHOWN_ROWS, textOf } from './section.ts';
import { byHandSection } from './sections/byHand.ts';
import {
  feedsText,
  keptText,
  monitorRows,
  policyFigures,
  policyRow,
  slowTexts,
  undecidedRows,
} from './sections/closing.ts';
import { auditModeLines } from './sections/auditMode.ts';
import { caveatLines, titleLine } from './sections/heading.ts';
import { brokenSection, openedSection } from './sections/impacts.ts';
import { manifestsSection } from './sections/manifests.ts';
import { misfitsSection } from './sections/misfits.ts';
import { notInForceSection } from './sections/notInForce.ts';
import { stillDeniedSection } from './sections/stillDenied.ts';
import { counted, figure } from './wording.ts';

/**
 * At most 100 columns, wrapped where there are fewer; ends in a newline.
 * @param screen `colour` is for terminals only: then the text holds SGR sequences
 */
export function renderSummary(summary: Summary, findings: Findings, screen: Screen): string {
  const layout = createLayout(screen);
  const frame = createFrame(findings.range?.from ?? null, findings.clusters);
  const sawAllowed = !findings.caveats.some(({ code }) => code === 'no-forwarded-flows');
  const sections = [
    stillDeniedSection(findings, frame),
    brokenSection(summary, sawAllowed, frame),
    openedSection(summary, frame),
    misfitsSection(summary.misfits, frame),
    notInForceSection(summary.notInForce, frame),
    byHandSection(summary, frame),
    ...(findings.manifests === null
      ? []
      : [manifestsSection(summary.notAsDeclared, findings.manifests, frame)]),
  ];
  const lines = [
    ...layout.paragraph(titleLine(summary, findings), 0, 2),
    ...findings.caveats.flatMap((caveat) =>
      caveatLines(caveat).flatMap((line, index) => layout.paragraph(line, index * 2, 2 + index * 2)),
    ),
    ...auditModeLines(summary, frame).flatMap((line, index) =>
      layout.paragraph(line, index === 0 ? 0 : 2, index === 0 ? 2 : 4),
    ),
    ...sections.flatMap((section) =>
      sectionLines(section, doubtsAbout(section.name, summary, findings), layout),
    ),
    ...undecidedLines(summary, layout),
    ...propagatingLines(summary, layout),
    ...policyLines(summary, frame, layout),
    ...monitorLines(findings, layout),
    '',
    ...layout.paragraph(piece(`Feeds   ${feedsText(summary, findings, frame)}`), 0, 8),
    ...slowTexts(findings, frame).flatMap((text) => layout.paragraph(piece(text, 'warn'), 0, 2)),
    ...layout.paragraph(piece(keptText(findings), 'quiet'), 0, 2),
  ];
  return `${lines.join('\n')}\n`;
}

function sectionLines(section: Section, doubts: readonly Doubt[], layout: Layout): readonly string[] {
  const closing = [...section.cut, ...section.closing.map(textOf)].flatMap((line) =>
    layout.paragraph(piece(line, 'quiet'), 2, 4),
  );
  if (section.rows.length === 0)
    return [...layout.heading(section.title, emptyAnswer(section, doubts)), ...closing];
  const mind = reservation(doubts);
  return [
    '',
    ...layout.heading(section.title, piece(textOf(section.figure))),
    ...(mind.text === '' ? [] : layout.paragraph(mind, 2, 4)),
    ...layout.rows(section.rows),
    ...closing,
  ];
}

function undecidedLines(summary: Summary, layout: Layout): readonly string[] {
  const count = summary.verdicts.byDeclared.get('unknown') ?? 0;
  if (count === 0) return layout.heading('CANNOT TELL', piece('no undecided verdicts', 'quiet'));
  const found = `${counted(count, 'verdict')} undecided`;
  return ['', ...layout.heading('CANNOT TELL', piece(found)), ...layout.rows(undecidedRows(summary))];
}

function propagatingLines(summary: Summary, layout: Layout): readonly string[] {
  const count = summary.verdicts.byDrift.get('propagating') ?? 0;
  if (count === 0) return [];
  return layout.heading(
    'PROPAGATING',
    piece(
      `${counted(count, 'verdict')} ${count === 1 ? 'fits' : 'fit'} the policies of moments before: no drift`,
      'quiet',
    ),
  );
}

function policyLines(summary: Summary, frame: Frame, layout: Layout): readonly string[] {
  const figures = policyFigures(summary);
  if (figures.length === 0) return [];
  return [
    '',
    ...layout.heading(
      'WHAT POLICIES DID',
      piece(`${counted(figures.length, 'policy', 'policies')} decided traffic`),
    ),
    ...layout.rows(figures.slice(0, SHOWN_ROWS).map((figures) => policyRow(figures, frame))),
    ...(figures.length > SHOWN_ROWS
      ? layout.paragraph(
          piece(`… ${figure(figures.length - SHOWN_ROWS)} more: --format json lists all`, 'quiet'),
          2,
        )
      : []),
  ];
}

function monitorLines(findings: Findings, layout: Layout): readonly string[] {
  if (findings.monitor.length === 0) return [];
  const count = findings.monitor.reduce((sum, statistic) => sum + statistic.count, 0);
  return [
    '',
    ...layout.heading('VERDICTS WITHOUT TIME (cilium monitor)', piece(counted(count, 'verdict'))),
    ...layout.rows(monitorRows(findings)),
    ...cutLine(findings.monitor.length, 'line').flatMap((line) =>
      layout.paragraph(piece(line, 'quiet'), 2, 4),
    ),
  ];
}
