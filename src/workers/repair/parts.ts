// What the role `repair` is given.
import type { EventCodec } from '../../codec/eventCodec.ts';
import type { Log, OutgoingMessage } from '../../kafka/log.ts';
import type { Logger } from '../../runtime/log.ts';
import type { DocumentStore, Refused } from '../../stores/opensearch/documentStore.ts';
import type { PolicyRecords } from '../policyLog/policyRecords.ts';
import type { RepairSettings } from './settings.ts';

/** Why a closed block is computed again. */
export type RepairReason = 'late-change' | 'provisional';

export interface RepairCounts {
  readonly acknowledged: number;
  readonly superseded: number;
  readonly refused: number;
}

export interface RepairMetrics {
  /** How far the policy log is read, and how far all closed blocks know it. */
  readonly position: (readOffset: number, policyOffset: number) => void;
  readonly block: (outcome: 'repaired' | 'unrepairable', reason: RepairReason) => void;
  readonly written: (what: 'blocks' | 'timelines', counts: RepairCounts) => void;
}

export interface RepairParts {
  readonly log: Log;
  readonly store: DocumentStore;
  readonly codec: EventCodec;
  readonly settings: RepairSettings;
  /** What other roles of this process read the policy log with, too; its own unless given. */
  readonly policyRecords?: PolicyRecords;
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly metrics: RepairMetrics;
  readonly letterOf: (refused: Refused) => OutgoingMessage;
  /** Gives up a start that waits for OpenSearch. */
  readonly signal: AbortSignal;
}
