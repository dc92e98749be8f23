// The time for which this worker is the one that repairs: what it holds, from the assignment of the policy log's
// partition until it is taken away. Nothing outlives it; who repairs next begins at the last commit.
import { isSettled } from '../../join/gate.ts';
import type { LogRecord } from '../../kafka/log.ts';
import type { Micros } from '../../model/time.ts';
import type { EventsRecord } from '../join/eventRecord.ts';
import type { WritePermit } from '../../stores/opensearch/documentStore.ts';
import type { PolicyLog } from '../policyLog/policyLog.ts';
import { blockKey, type StoredBlockName } from './blockSearch.ts';
import type { Mended } from './mendBlock.ts';
import type { RepairParts, RepairReason } from './parts.ts';
import type { TimelinePicture } from './timelinePicture.ts';

export interface Shift {
  readonly parts: RepairParts;
  /** Its own: it goes on only as far as it is repaired. */
  readonly policyLog: PolicyLog;
  readonly readEvent: (record: LogRecord) => EventsRecord;
  /** Raised when the shift is over. */
  readonly signal: AbortSignal;
  /** Nothing is written while another may already repair. */
  readonly permit: WritePermit;
  /** By cluster: what the stored change and policy documents say. */
  readonly pictures: Map<string, TimelinePicture>;
  /** Blocks that hold nothing provisional any more, or never can be mended, the oldest first. */
  readonly done: Set<string>;
}

const MAX_DONE = 100_000;

/** Whether every change that can concern a verdict is in the timelines as they stand. */
export function isSettledNow({ parts, policyLog }: Shift, cluster: string, at: Micros): boolean {
  const { completeUntil } = policyLog.settled.of(cluster, parts.nowMs());
  return isSettled(at, completeUntil, parts.settings.policyLog.join.clockSkewMs);
}

export function noteMended(
  { parts, done }: Shift,
  block: StoredBlockName,
  reason: RepairReason,
  { outcome }: Mended,
): void {
  parts.metrics.block(outcome === 'lost' ? 'unrepairable' : 'repaired', reason);
  if (outcome === 'provisional') return;
  done.add(blockKey(block));
  const [oldest] = done;
  if (done.size > MAX_DONE && oldest !== undefined) done.delete(oldest);
}
