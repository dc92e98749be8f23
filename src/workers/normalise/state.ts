// What the files of this role share: the lanes of the partitions that the worker has now, and what is known across
// them.
import type { Group, TopicPartition } from '../../kafka/log.ts';
import type { RejectReason } from '../../model/outcome.ts';
import type { RejectShare } from '../rejectShare.ts';
import type { AuditCoverage } from './auditCoverage.ts';
import type { Lane } from './lane.ts';
import type { NormaliserParts } from './parts.ts';
import type { RawPartitionParts } from './rawPartition.ts';
import type { Sending } from './sending.ts';

export interface NormaliserState {
  readonly parts: NormaliserParts;
  readonly sending: Sending;
  readonly partitionParts: Omit<RawPartitionParts, 'feed' | 'reader'>;
  readonly coverage: AuditCoverage;
  /** By raw topic. */
  readonly rejectShares: ReadonlyMap<string, RejectShare<RejectReason>>;
  /** By {@link laneName}. */
  readonly lanes: Map<string, Lane>;
  group: Group | null;
  isAssigned: boolean;
  isStopping: boolean;
}

export function laneName({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
