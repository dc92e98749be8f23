// STILL DENIED: what ending audit mode would cut off, under the policies at the end of the log.

import { policyOfRule } from '../../../model/refs.ts';
import type { AuditedNow, Findings } from '../../findings.ts';
import { type CutOff, type StillDenied, stillDenied } from '../../stillDenied.ts';
import { cutLine, flowsPiece, type Piece, piece, type Row, type Section, SHOWN_ROWS } from '../section.ts';
import type { Frame } from '../frame.ts';
import { counted, figure, pairText, policiesText, serviceText } from '../wording.ts';

export function stillDeniedSection(findings: Findings, frame: Frame): Section {
  const answer = stillDenied(findings);
  const { denied, deniedCount, auditedCount } = answer;
  return {
    name: 'still-denied',
    title: "STILL DENIED by today's policies if audit mode ended now",
    figure:
      deniedCount === 0
        ? []
        : [
            flowsPiece(figure(deniedCount), { still: ['denied'] }),
            piece(' of '),
            flowsPiece(counted(auditedCount, 'audited deny', 'audited denies'), { observed: ['audited'] }),
            piece(', '),
            flowsPiece(counted(denied.length, 'conversation'), { still: ['denied'] }),
          ],
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
    flows: { still: ['denied'], talk: [pairText(conversation)], service: [serviceText(conversation)] },
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
function restLines(answer: StillDenied): readonly (readonly Piece[])[] {
  const fates = [
    [answer.enforcedCount, 'enforced', 'of workloads that are enforced by now'],
    [answer.allowedCount, 'allowed', "that today's policies allow"],
    [answer.unknownCount, 'unknown', 'that cannot be told'],
    [answer.unjudgedCount, 'not judged', 'not judged again: too many conversations'],
  ] as const;
  const some = fates.filter(([count]) => count > 0);
  if (some.length === 0) return [];
  const rest = answer.auditedCount - answer.deniedCount;
  const parts = some.flatMap(([count, fate, words], index) => [
    piece(index === 0 ? ': ' : index === some.length - 1 ? ' and ' : ', '),
    flowsPiece(`${figure(count)} ${words}`, { still: [fate] }),
  ]);
  const all = flowsPiece(`${figure(rest)} ${answer.deniedCount > 0 ? 'more ' : ''}audited`, {
    still: some.map(([, fate]) => fate),
  });
  return [[all, ...parts]];
}
