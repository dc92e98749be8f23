// The findings of `doctor` as a person reads them: which answers there are, what mends the rest, then the
// fields and figures behind it. Returns text; writes nothing.

import { VERDICT_FIELDS } from '../../model/inspection.ts';
import { createLayout, type Layout, type Screen } from '../terminal/layout.ts';
import { piece, type Row, type Tone } from '../terminal/section.ts';
import { counted } from '../terminal/wording.ts';
import { ANSWERS, type Answerable } from './answers.ts';
import { clusterFeeds, namesText } from './clusterFeeds.ts';
import type { Diagnosis, Finding } from './diagnosis.ts';
import type { Cause, DoctorFacts } from './facts.ts';
import { percent } from './flowRules.ts';
import { seenLines } from './seen.ts';

const TONES: Readonly<Record<Answerable, Tone>> = { yes: 'good', partly: 'warn', no: 'bad' };
/** Causes in a row of the table; all of them stand below. */
const CLAUSES = 2;

/**
 * At most 100 columns, wrapped where there are fewer; ends in a newline.
 * @param screen `colour` is for terminals only: then the text holds SGR sequences
 */
export function renderDiagnosis(diagnosis: Diagnosis, facts: DoctorFacts, screen: Screen): string {
  const layout = createLayout(screen);
  const { findings, causes } = diagnosis;
  const lines = [
    ...layout.paragraph(piece(titleOf(facts), 'strong'), 0, 2),
    '',
    ...layout.heading('WHAT THIS INPUT CAN TELL', piece(totalOf(findings), 'quiet')),
    ...layout.rows(findings.map(findingRow)),
    '',
    ...layout.heading('TO MEND', piece(causes.length === 0 ? 'nothing' : counted(causes.length, 'thing'))),
    ...causes.flatMap((cause) => causeLines(cause, layout)),
    ...fieldLines(facts, layout),
    '',
    ...layout.heading('WHAT WAS SEEN', piece('')),
    ...layout.rows(
      seenLines(facts).map(({ label, text }) => ({ cells: [piece(label), piece(text)], notes: [] })),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** `prod-eu1`; a cluster with only one of the two feeds is said at once. */
function titleOf(facts: DoctorFacts): string {
  const { both, flowsOnly, auditOnly } = clusterFeeds(facts);
  const parts = [
    both.length === 0 ? '' : namesText(both),
    flowsOnly.length === 0 ? '' : `${namesText(flowsOnly)}: flows only, no audit log`,
    auditOnly.length === 0 ? '' : `${namesText(auditOnly)}: audit log only, no flows`,
  ].filter((part) => part !== '');
  return parts.join(' · ') || 'no cluster: neither feed holds a record';
}

function totalOf(findings: readonly Finding[]): string {
  const count = (verdict: Answerable): number => findings.filter((each) => each.verdict === verdict).length;
  return `${count('yes')} yes, ${count('partly')} partly, ${count('no')} no`;
}

function findingRow({ answer, verdict, causes }: Finding): Row {
  const clauses = causes.slice(0, CLAUSES).map(({ clause }) => clause);
  const more = causes.length > CLAUSES ? [`${causes.length - CLAUSES} more`] : [];
  return {
    cells: [
      piece(ANSWERS[answer]),
      piece(verdict, TONES[verdict]),
      piece([...clauses, ...more].join('; '), 'quiet'),
    ],
    notes: [],
  };
}

function causeLines({ why, remedy, limits }: Cause, layout: Layout): readonly string[] {
  const isTaken = [...limits.values()].includes('no');
  return [
    ...layout.paragraph(piece(`- ${why}`, isTaken ? 'bad' : 'warn'), 2, 4),
    ...layout.paragraph(piece(`→ ${remedy}`), 4, 6),
  ];
}

/** A row for each field that some verdicts lack; the others in one line. */
function fieldLines({ flows }: DoctorFacts, layout: Layout): readonly string[] {
  const verdicts = flows?.kinds.get('verdict') ?? 0;
  if (flows === null || verdicts === 0) return [];
  const fields = [...flows.fields];
  const complete = fields.filter(([, { present, due }]) => present === due).map(([field]) => field);
  const rows = fields
    .filter(([, { present, due }]) => present < due)
    .map(([field, { present, due }]): Row => {
      const tone: Tone = present === 0 ? 'warn' : 'plain';
      return {
        cells: [
          piece(field),
          piece(percent(present / due).padStart(5), tone),
          piece(VERDICT_FIELDS[field], 'quiet'),
        ],
        notes: [],
      };
    });
  const rest = complete.length === 0 ? [] : [`in all of them: ${complete.join(', ')}`];
  return [
    '',
    ...layout.heading('FIELDS', piece(`of ${counted(verdicts, 'verdict')}`)),
    ...layout.rows(rows),
    ...rest.flatMap((text) => layout.paragraph(piece(text, 'quiet'), 2, 4)),
  ];
}
