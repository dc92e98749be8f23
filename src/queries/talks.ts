// The rollups as conversations with their labels: what is needed to ask the policies about them again. Minutes
// that were judged alike are taken together, so that a row stands for all verdicts of one kind.
import type { LabelSet } from '../model/labels.ts';
import type { Micros } from '../model/time.ts';
import {
  DECLARED,
  type Declared,
  FLOW_DRIFT,
  type FlowDrift,
  OBSERVED,
  type Observed,
  type Reason,
  REASONS,
  TRANSPORTS,
  type Transport,
  UNDECIDABLE,
  type Undecidable,
} from '../model/verdict.ts';
import { countCell, listCell, textCell, timeCell, wordCell } from './cells.ts';
import { CONVERSATION, type Conversation, conversationOf, FLOWS } from './flows.ts';

export interface Talk {
  readonly conversation: Conversation & { readonly transport: Transport };
  readonly subjectLabels: LabelSet;
  readonly peerLabels: LabelSet;
  readonly observed: Observed;
  readonly declared: Declared;
  readonly reason: Reason;
  readonly undecidable: readonly Undecidable[];
  readonly isolating: readonly string[];
  /** Rule refs. */
  readonly deciding: readonly string[];
  readonly reported: readonly string[];
  readonly drift: readonly FlowDrift[];
  /** '' = none. */
  readonly causeId: string;
  readonly count: number;
  readonly firstSeen: Micros;
  readonly lastSeen: Micros;
}

/** Streamed: one row for each way in which a conversation was judged, in no order. */
export const TALKS = `WITH labelled AS (
    SELECT DISTINCT "subject.labels_hash" AS hash, "subject.labels" AS labels FROM rollups
    UNION SELECT DISTINCT "peer.labels_hash", "peer.labels" FROM rollups),
  labels AS (SELECT hash, any_value(labels) AS labels FROM labelled WHERE hash IS NOT NULL GROUP BY hash),
  talks AS (
    SELECT ${CONVERSATION}, subject_labels, peer_labels, observed, declared, reason, undecidable, isolating,
      deciding, reported, drift, cause_id, CAST(sum(n) AS BIGINT) AS n, min(first_seen) AS first_seen,
      max(last_seen) AS last_seen
    FROM ${FLOWS} GROUP BY ALL)
  SELECT talks.*, s.labels AS subject_label_list, p.labels AS peer_label_list
  FROM talks LEFT JOIN labels s ON s.hash = talks.subject_labels LEFT JOIN labels p ON p.hash = talks.peer_labels`;

export function talkOf(row: unknown): Talk {
  const drift = listCell(row, 'drift');
  const undecidable = listCell(row, 'undecidable');
  return {
    conversation: { ...conversationOf(row), transport: wordCell(row, 'transport', TRANSPORTS, 'unknown') },
    subjectLabels: listCell(row, 'subject_label_list'),
    peerLabels: listCell(row, 'peer_label_list'),
    observed: wordCell(row, 'observed', OBSERVED, 'error'),
    declared: wordCell(row, 'declared', DECLARED, 'unknown'),
    reason: wordCell(row, 'reason', REASONS, 'undecidable'),
    undecidable: undecidable.filter((word): word is Undecidable => Object.hasOwn(UNDECIDABLE, word)),
    isolating: listCell(row, 'isolating'),
    deciding: listCell(row, 'deciding'),
    reported: listCell(row, 'reported'),
    drift: FLOW_DRIFT.filter((word) => drift.includes(word)),
    causeId: textCell(row, 'cause_id'),
    count: countCell(row, 'n'),
    firstSeen: timeCell(row, 'first_seen') ?? 0,
    lastSeen: timeCell(row, 'last_seen') ?? 0,
  };
}
