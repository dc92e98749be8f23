// STILL DENIED: what ending audit mode would cut off, under the policies at the end of the log.

import { policyOfRule } from '../../../model/refs.ts';
import type { AuditedNow, Findings } from '../../findings.ts';
import { type CutOff, type StillDenied, stillDenied } from '../../stillDenied.ts';
import { cutLine, piece, type Row, type Section, SHOWN_ROWS } from '../section.ts';
import type { Frame } from '../frame.ts';
import { counted, figure, listText, pairText, policiesText, serviceText } from '../wording.ts';

export function stillDeniedSection(findings: Findings, frame: Frame): Section {
  const answer = stillDenied(findings);
  const { denied, deniedCount, auditedCount } = answer;
  const found =
    deniedCount > 0
      ? `${figure(deniedCount)} of ${counted(auditedCount, 'audited deny', 'audited denies')}, ${counted(denied.length, 'conversation')}`
      : '';
  return {
    name: 'still-denied',
    title: "STILL DENIED by today's policies if audit mode ended now",
    figure: found,
    rows: denied.slice(0, SHOWN_ROWS).map((row) => rowOf(row, frame)),
    unanswered: unansweredClause(answer),
    cut: cutLine(denied.length, 'conversation'),
    closing: restLines(answer),
  };
}

function rowOf({ conversation, count, firstSeen, lastSeen, denials }: CutOff, frame: Frame): Row {
  return {
    cells: [
      piece(frame.place(conversation.cluster) + pairText(conversation)),
      piece(serviceText(conversation)),
      piece(`${figure(count)}×`, 'warn'),
      piece(frame.span(firstSeen, lastSeen), 'quiet'),
      piece([...new Set(denials.map(whyDenied))].join('; ')),
    ],
    notes: [],
    flows: { still: ['yes'], talk: [pairText(conversation)], service: [serviceText(conversation)] },
  };
}

function unansweredClause({ unknownCount, auditedCount, unjudgedCount }: StillDenied): string {
  const open = unknownCount + unjudgedCount;
  return open === 0
    ? ''
    : `${figure(open)} of ${counted(auditedCount, 'audited deny', 'audited denies')} undecided`;
}

function whyDenied({ reasonNow, isolatingNow, decidingNow, direction }: AuditedNow): string {
  return reasonNow === 'deny-rule'
    ? `${direction} deny rule: ${policiesText([...new Set(decidingNow.map(policyOfRule))])}`
    : `${direction} default deny: ${policiesText(isolatingNow)}`;
}

/** What became of the other audited denies; nothing when there are none. */
function restLines(answer: StillDenied): readonly string[] {
  const parts: string[] = [];
  if (answer.enforcedCount > 0)
    parts.push(`${figure(answer.enforcedCount)} of workloads that are enforced by now`);
  if (answer.allowedCount > 0) parts.push(`${figure(answer.allowedCount)} that today's policies allow`);
  if (answer.unknownCount > 0) parts.push(`${figure(answer.unknownCount)} that cannot be told`);
  if (answer.unjudgedCount > 0)
    parts.push(`${figure(answer.unjudgedCount)} not judged again: too many conversations`);
  if (parts.length === 0) return [];
  const rest = answer.auditedCount - answer.deniedCount;
  return [
    `${figure(rest)} ${answer.deniedCount > 0 ? 'more' : ''} audited: ${listText(parts)}`.replace('  ', ' '),
  ];
}
