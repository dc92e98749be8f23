// Which audited flows the first answer counts, so that its figure can lead to them.

import type { Conversation } from '../../queries/flows.ts';
import type { AuditedNow, Findings } from '../findings.ts';

/** Of a conversation that would be cut off the audited verdicts of both ends count, where still in audit mode. */
export function stillDeniedTalks({ auditedNow }: Findings): (talk: Conversation) => boolean {
  const still = auditedNow.filter(({ stillInAuditMode }) => stillInAuditMode);
  const denied = new Set(still.filter(({ declaredNow }) => declaredNow === 'denied').map(connectionKey));
  const counted = new Set(still.filter((row) => denied.has(connectionKey(row))).map(rowKey));
  return ({ cluster, direction, subject, peer, transport, port }) =>
    counted.has(
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
    );
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
