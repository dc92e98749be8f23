// What ending audit mode now would do to audited flows, so that the figures of the first answer can lead to them.

import type { Conversation } from '../../queries/flows.ts';
import type { AuditedNow, Findings } from '../findings.ts';

/** `not judged`: the list of conversations was full. */
export type AuditedFate = 'denied' | 'enforced' | 'allowed' | 'unknown' | 'not judged';

/** Of a conversation that would be cut off the audited verdicts of both ends are, where still in audit mode. */
export function auditedFates({ auditedNow }: Findings): (talk: Conversation) => AuditedFate {
  const still = auditedNow.filter(({ stillInAuditMode }) => stillInAuditMode);
  const denied = new Set(still.filter(({ declaredNow }) => declaredNow === 'denied').map(connectionKey));
  const fates = new Map<string, AuditedFate>();
  for (const row of auditedNow) if (!row.stillInAuditMode) fates.set(rowKey(row), 'enforced');
  for (const row of still) {
    if (denied.has(connectionKey(row))) fates.set(rowKey(row), 'denied');
    else if (fates.get(rowKey(row)) !== 'denied')
      fates.set(rowKey(row), row.declaredNow === 'unknown' ? 'unknown' : 'allowed');
  }
  return ({ cluster, direction, subject, peer, transport, port }) =>
    fates.get(
      keyOf([
        cluster,
        direction,
        subject.namespace,
        subject.workload,
        peer.namespace,
        peer.workload,
        peer.entity,
        peer.ip,
        transport,
        port,
      ]),
    ) ?? 'not judged';
}

function rowKey(row: AuditedNow): string {
  return keyOf([
    row.cluster,
    row.direction,
    row.subjectNamespace,
    row.subjectWorkload,
    row.peerNamespace,
    row.peerWorkload,
    row.peerEntity,
    row.peerIp,
    row.transport,
    row.port,
  ]);
}

/** The same for both ends. */
function connectionKey(row: AuditedNow): string {
  const subject = [row.subjectNamespace, row.subjectWorkload, '', ''];
  const peer = [row.peerNamespace, row.peerWorkload, row.peerEntity, row.peerIp];
  const ends = row.direction === 'ingress' ? [...peer, ...subject] : [...subject, ...peer];
  return keyOf([row.cluster, ...ends, row.transport, row.port]);
}

function keyOf(parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}
