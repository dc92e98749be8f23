// STILL DENIED: what ending audit mode would cut off, under the policies at the end of the log.

import type { Conversation } from '../../../queries/flows.ts';
import type { AuditedNow, Findings } from '../../findings.ts';
import { stillDenied } from '../../stillDenied.ts';
import { cutLine, piece, type Row, type Section, SHOWN_ROWS } from '../section.ts';
import type { Clock } from '../times.ts';
import { counted, figure, listText, pairText, policiesText, serviceText } from '../wording.ts';

export function stillDeniedSection(findings: Findings, clock: Clock): Section {
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
    rows: denied.slice(0, SHOWN_ROWS).map((row) => rowOf(row, clock)),
    closing: [...cutLine(denied.length, 'conversation'), ...restLines(answer)],
  };
}

function rowOf(row: AuditedNow, clock: Clock): Row {
  const conversation = conversationOfAudited(row);
  return {
    cells: [
      piece(pairText(conversation)),
      piece(serviceText(row)),
      piece(`${figure(row.count)}×`, 'warn'),
      piece(clock.span(row.firstSeen, row.lastSeen), 'quiet'),
      piece(whyDenied(row)),
    ],
    notes: [],
  };
}

function whyDenied({ reasonNow, isolatingNow, decidingNow, direction }: AuditedNow): string {
  return reasonNow === 'deny-rule'
    ? `${direction} deny rule: ${policiesText(unique(decidingNow.map((rule) => rule.split('#')[0] ?? '')))}`
    : `${direction} default deny: ${policiesText(isolatingNow)}`;
}

function unique(refs: readonly string[]): readonly string[] {
  return [...new Set(refs)];
}

export function conversationOfAudited(row: AuditedNow): Conversation {
  return {
    cluster: row.cluster,
    direction: row.direction,
    subject: { namespace: row.subjectNamespace, workload: row.subjectWorkload, entity: '', ip: '' },
    peer: {
      namespace: row.peerNamespace,
      workload: row.peerWorkload,
      entity: row.peerEntity,
      ip: row.peerIp,
    },
    transport: row.transport,
    port: row.port,
  };
}

/** What became of the other audited denies; nothing when there are none. */
function restLines(answer: ReturnType<typeof stillDenied>): readonly string[] {
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
