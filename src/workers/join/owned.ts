// A partition as this worker has it, and where a new owner begins: at the last commit, with the origins that
// were committed, and never knowing less of the policy log than the owner before.
import type { Assigned } from '../../kafka/log.ts';
import type { Event, FlowVerdict } from '../../model/event.ts';
import { decodeCommit } from '../../rollup/commitMetadata.ts';
import type { CommitPoint } from '../../rollup/openBlocks.ts';
import { NO_ORIGINS } from '../../rollup/origins.ts';
import type { Inbox } from './inbox.ts';
import type { OwnedPartition } from './ownedPartition.ts';

/** A verdict that its partition has taken and the gate has not. */
export interface Unplaced {
  readonly offset: number;
  readonly event: Event<FlowVerdict>;
  readonly bytes: number;
}

export interface Owned {
  readonly partition: OwnedPartition;
  readonly inbox: Inbox;
  /** Records below are passed over: they belong to a block whose head Kafka no longer has. */
  readonly from: number;
  epoch: number;
  unplaced: Unplaced | null;
  paused: boolean;
  /** Its work stands in the queue. */
  queued: boolean;
}

export interface Beginning {
  readonly point: CommitPoint;
  /** A new owner must have read the policy log at least so far. */
  readonly needsPolicyOffset: number;
  /** What an operator should know; '' when all is as it should be. */
  readonly warning: string;
}

/**
 * A block of which the head has left Kafka's retention is never written again: what remains of it would count
 * less than what is stored.
 */
export function beginningOf(assigned: Assigned, blockOffsets: number): Beginning {
  const { position, committed } = assigned;
  if (committed === null)
    return { point: { position, origins: NO_ORIGINS, policyOffset: -1 }, needsPolicyOffset: -1, warning: '' };
  const decoded = decodeCommit(committed.metadata);
  const run = Math.floor(committed.offset / blockOffsets);
  const headIsGone = position > committed.offset && Math.floor(position / blockOffsets) === run;
  const from = headIsGone ? (run + 1) * blockOffsets : position;
  const warnings = [
    ...(decoded === null
      ? ['the commit carries no metadata of ours: events that were sent twice before it may count twice']
      : []),
    ...(position > committed.offset
      ? [`records ${committed.offset} to ${position - 1} left the retention before they were read`]
      : []),
  ];
  const policyOffset = decoded?.policyOffset ?? -1;
  return {
    point: { position: from, origins: decoded?.origins ?? NO_ORIGINS, policyOffset },
    needsPolicyOffset: policyOffset,
    warning: warnings.join('; '),
  };
}
