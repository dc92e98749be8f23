// Would ending audit mode hurt, by today's policies? A conversation is cut off when either end's policies
// deny it, so the audited verdicts of both ends are judged together: those of conversations that would be
// denied now, and those of all others, with the reason why they would not. Where the subject is enforced by
// now, ending audit mode changes nothing: its verdicts count among the others.

import type { Conversation } from '../queries/flows.ts';
import type { AuditedNow, Findings } from './findings.ts';

/** A conversation that would be cut off. */
export interface CutOff {
  readonly conversation: Conversation;
  /** Audited verdicts of both ends, as far as they are still in audit mode. */
  readonly count: number;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** The judgements that deny it; at least one. */
  readonly denials: readonly AuditedNow[];
}

export interface StillDenied {
  /** Most verdicts first. */
  readonly denied: readonly CutOff[];
  readonly deniedCount: number;
  /** Still in audit mode, and the policies at the end allow it. */
  readonly allowedCount: number;
  /** Still in audit mode, and what the policies at the end say is unknown. */
  readonly unknownCount: number;
  /** No longer in audit mode, as far as later denials tell. */
  readonly enforcedCount: number;
  /** Not judged again: the list of conversations was full. */
  readonly unjudgedCount: number;
  /** All audited verdicts: the sum of the others. */
  readonly auditedCount: number;
}

export function stillDenied({ auditedNow, auditedBeyondLimit }: Findings): StillDenied {
  const still = auditedNow.filter(({ stillInAuditMode }) => stillInAuditMode);
  const denied: CutOff[] = [];
  const spared: AuditedNow[] = [];
  for (const rows of byConversation(still).values()) {
    const denials = rows.filter(({ declaredNow }) => declaredNow === 'denied');
    const [example] = denials;
    if (example === undefined) spared.push(...rows);
    else denied.push(cutOff(example, rows, denials));
  }
  const unknown = spared.filter(({ declaredNow }) => declaredNow === 'unknown');
  return {
    denied: denied.sort((a, b) => b.count - a.count),
    deniedCount: countOf(denied),
    allowedCount: countOf(spared) - countOf(unknown),
    unknownCount: countOf(unknown),
    enforcedCount: countOf(auditedNow) - countOf(still),
    unjudgedCount: auditedBeyondLimit,
    auditedCount: countOf(auditedNow) + auditedBeyondLimit,
  };
}

function cutOff(example: AuditedNow, rows: readonly AuditedNow[], denials: readonly AuditedNow[]): CutOff {
  return {
    conversation: conversationOf(example),
    count: countOf(rows),
    firstSeen: Math.min(...rows.map(({ firstSeen }) => firstSeen)),
    lastSeen: Math.max(...rows.map(({ lastSeen }) => lastSeen)),
    denials,
  };
}

/** Rows of both ends meet under who connected to whom, and how. */
function byConversation(rows: readonly AuditedNow[]): ReadonlyMap<string, readonly AuditedNow[]> {
  const groups = new Map<string, AuditedNow[]>();
  for (const row of rows) {
    const { cluster, direction, subject, peer, transport, port } = conversationOf(row);
    const ends = direction === 'ingress' ? [peer, subject] : [subject, peer];
    const key = JSON.stringify([cluster, ends, transport, port]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [row]);
    else known.push(row);
  }
  return groups;
}

function conversationOf(row: AuditedNow): Conversation {
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

function countOf(rows: readonly { readonly count: number }[]): number {
  return rows.reduce((sum, { count }) => sum + count, 0);
}
