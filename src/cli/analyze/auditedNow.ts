// What audit mode let pass, judged again by the policies in force at the end of the logs: pods with the same
// names and the same answer are one line.
import type { AuditedConversation, AuditedConversations } from '../../join/auditedConversations.ts';
import { peerOf, subjectOf } from '../../model/event.ts';
import type { Micros } from '../../model/time.ts';
import type { AuditedNow } from '../../report/findings.ts';
import type { ClusterState } from './clusters.ts';

/** @param end the time whose policies judge. Sorted by count, most first. */
export function auditedNow(
  conversations: AuditedConversations,
  clusters: readonly ClusterState[],
  end: Micros,
): readonly AuditedNow[] {
  const merged = new Map<string, AuditedNow>();
  for (const conversation of conversations.list()) {
    const cluster = clusters.find(({ name }) => name === conversation.example.cluster);
    if (cluster === undefined) continue;
    const still = conversations.isStillInAuditMode(conversation.example);
    const row = judgedNow(conversation, cluster, still, end);
    const { count, firstSeen, lastSeen, ...same } = row;
    const key = JSON.stringify(same);
    const known = merged.get(key);
    merged.set(key, {
      ...same,
      count: count + (known?.count ?? 0),
      firstSeen: Math.min(firstSeen, known?.firstSeen ?? firstSeen),
      lastSeen: Math.max(lastSeen, known?.lastSeen ?? lastSeen),
    });
  }
  return [...merged.entries()]
    .sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
    .map(([, row]) => row);
}

function judgedNow(
  conversation: AuditedConversation,
  cluster: ClusterState,
  stillInAuditMode: boolean,
  end: Micros,
): AuditedNow {
  const { example, count, firstSeen, lastSeen } = conversation;
  const flow = example.body;
  const subject = subjectOf(flow);
  const peer = peerOf(flow);
  const now = cluster.joiner.decideAt(example, end);
  return {
    cluster: cluster.name,
    direction: flow.direction,
    subjectNamespace: subject.namespace,
    subjectWorkload: subject.workload,
    peerNamespace: peer.namespace,
    peerWorkload: peer.workload,
    peerEntity: peer.entity,
    peerIp: peer.namespace === '' ? peer.ip : '',
    transport: flow.transport,
    port: flow.destination.port,
    count,
    firstSeen,
    lastSeen,
    stillInAuditMode,
    declaredNow: now.declared,
    reasonNow: now.reason,
    isolatingNow: now.isolating,
    decidingNow: now.deciding,
    undecidableNow: now.undecidable,
  };
}
