// The rollups as the questions see them: short column names, nothing NULL in what tells conversations
// apart, times in microseconds. Rollups count every verdict exactly once, so every figure comes from here.

import { DIRECTIONS, type Direction } from '../model/verdict.ts';
import { countCell, textCell, wordCell } from './cells.ts';

export interface End {
  /** '' when it is no pod. */
  readonly namespace: string;
  readonly workload: string;
  /** `world`, `host`, …; '' for pods. */
  readonly entity: string;
  /** Of ends outside the cluster; '' for pods. */
  readonly ip: string;
}

/** Who talked to whom, as people name it: workloads, not pods. */
export interface Conversation {
  readonly cluster: string;
  /** Whose policy was consulted: the destination's on ingress, the source's on egress. */
  readonly direction: Direction;
  readonly subject: End;
  readonly peer: End;
  readonly transport: string;
  /** 0 when there is none (ICMP). */
  readonly port: number;
}

/** Columns that make a {@link Conversation}. */
export const CONVERSATION =
  'cluster, direction, subject_namespace, subject_workload, subject_entity, ' +
  'peer_namespace, peer_workload, peer_entity, peer_ip, transport, port';

/** Columns that make a {@link Conversation} of endpoints with the same labels: what a policy can tell apart. */
export const LABELLED = `${CONVERSATION}, subject_labels, peer_labels`;

/**
 * A derived table for FROM. A subject that is no pod is a node's own endpoint (host firewall): its labels
 * say so. Rollups that a repair emptied (count 0) are left out.
 */
export const FLOWS = `(SELECT
  coalesce("orchestrator.cluster.name", '') AS cluster,
  coalesce("network.direction", '') AS direction,
  coalesce("subject.namespace", '') AS subject_namespace,
  coalesce("subject.workload", '') AS subject_workload,
  CASE WHEN list_contains("subject.labels", 'reserved:host') THEN 'host' ELSE '' END AS subject_entity,
  coalesce("peer.namespace", '') AS peer_namespace,
  coalesce("peer.workload", '') AS peer_workload,
  coalesce("peer.entity", '') AS peer_entity,
  coalesce("peer.ip", '') AS peer_ip,
  coalesce("network.transport", '') AS transport,
  coalesce("destination.port", 0) AS port,
  coalesce("subject.labels_hash", '') AS subject_labels,
  coalesce("peer.labels_hash", '') AS peer_labels,
  "verdict.observed" AS observed,
  "verdict.declared" AS declared,
  "verdict.reason" AS reason,
  "verdict.match_type" AS match_type,
  "verdict.undecidable" AS undecidable,
  coalesce("policy.isolating", CAST([] AS VARCHAR[])) AS isolating,
  coalesce("policy.deciding", CAST([] AS VARCHAR[])) AS deciding,
  coalesce("policy.reported", CAST([] AS VARCHAR[])) AS reported,
  "cause.change_id" AS cause_id,
  "cause.at" AS cause_at,
  "cause.policy" AS cause_policy,
  "cause.lag_ms" AS lag_ms,
  coalesce("drift", CAST([] AS VARCHAR[])) AS drift,
  CAST("first_seen" AS TIMESTAMP) AS first_seen,
  CAST("last_seen" AS TIMESTAMP) AS last_seen,
  "count" AS n
FROM rollups WHERE "count" > 0)`;

export function conversationOf(row: unknown): Conversation {
  return {
    cluster: textCell(row, 'cluster'),
    direction: wordCell(row, 'direction', DIRECTIONS, 'ingress'),
    subject: subjectEnd(row),
    peer: {
      namespace: textCell(row, 'peer_namespace'),
      workload: textCell(row, 'peer_workload'),
      entity: textCell(row, 'peer_entity'),
      ip: textCell(row, 'peer_ip'),
    },
    transport: textCell(row, 'transport'),
    port: countCell(row, 'port'),
  };
}

export function subjectEnd(row: unknown): End {
  return {
    namespace: textCell(row, 'subject_namespace'),
    workload: textCell(row, 'subject_workload'),
    entity: textCell(row, 'subject_entity'),
    ip: '',
  };
}
