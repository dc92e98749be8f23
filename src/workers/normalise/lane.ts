// A raw partition in the hands of this worker: its state, the work that waits for it, one piece at a time and in
// order, and how much of it is in memory. Partitions have lanes of their own, so that one that waits for an
// acknowledgement holds up no other.
import PQueue from 'p-queue';
import type { Committed, Group, TopicPartition } from '../../kafka/log.ts';
import type { RawPartition } from './rawPartition.ts';
import type { RawTopic } from './settings.ts';
import type { AuditMarks } from './watermarks.ts';

export interface Lane {
  readonly at: TopicPartition;
  readonly topic: RawTopic;
  readonly partition: RawPartition;
  /** null: no audit log. */
  readonly marks: AuditMarks | null;
  readonly work: PQueue;
  epoch: number;
  /** The partition is another worker's now: what is under way may end, and counts for nothing. */
  isGone: boolean;
  committed: Committed | null;
  /** A commit waits in `work`. */
  isCommitDue: boolean;
  inHandBytes: number;
  isPaused: boolean;
  /** The offset to be written next, as of the last batch or heartbeat. */
  end: number;
  lastBatchAtMs: number;
}

export function createLane(
  fixed: Pick<Lane, 'at' | 'topic' | 'partition' | 'marks'>,
  begun: Pick<Lane, 'epoch' | 'end' | 'lastBatchAtMs'>,
): Lane {
  return {
    ...fixed,
    ...begun,
    work: new PQueue({ concurrency: 1 }),
    isGone: false,
    committed: null,
    isCommitDue: false,
    inHandBytes: 0,
    isPaused: false,
  };
}

export function leaveLane(lane: Lane): void {
  lane.isGone = true;
  lane.work.clear();
}

export function isIdle({ work }: Lane): boolean {
  return work.size === 0 && work.pending === 0;
}

/** Pauses at its share of the memory, and goes on when half of that is free again. */
export function holdBack(lane: Lane, shareBytes: number, group: Group): void {
  if (!lane.isPaused && lane.inHandBytes >= shareBytes) {
    lane.isPaused = true;
    group.pause([lane.at]);
  } else if (lane.isPaused && lane.inHandBytes <= shareBytes / 2) {
    lane.isPaused = false;
    group.resume([lane.at]);
  }
}
