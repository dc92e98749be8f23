// What the role `join` is given, and what it shares between its files: the partitions that it owns now.
import type { EventCodec } from '../../codec/eventCodec.ts';
import type { Enriched } from '../../join/enriched.ts';
import type { Gate, ReleaseReason } from '../../join/gate.ts';
import type { Group, Log, OutgoingMessage } from '../../kafka/log.ts';
import type { Event } from '../../model/event.ts';
import type { BlockContent } from '../../rollup/blockContent.ts';
import type { DocumentStore, Refused } from '../../stores/opensearch/documentStore.ts';
import type { PolicyLog } from '../policyLog/policyLog.ts';
import type { Owned } from './owned.ts';
import type { Held, Unusable } from './reading.ts';
import type { RejectLimits } from './rejectLimits.ts';
import type { JoinWorkerSettings } from './settings.ts';
import type { WrittenCounts } from './writeOut.ts';

export type JoinLogger = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

export interface JoinMetrics {
  readonly record: (what: 'verdict' | 'feed' | 'copy' | 'unusable', event: Event | null) => void;
  readonly joined: (verdict: Enriched, reason: ReleaseReason, assumed: boolean) => void;
  readonly raised: (touched: number, tookMs: number) => void;
  readonly written: (kind: 'flush' | 'close', counts: WrittenCounts) => void;
  readonly closed: (content: BlockContent) => void;
  readonly committed: (result: 'committed' | 'superseded') => void;
}

export interface JoinerParts {
  readonly log: Log;
  readonly store: DocumentStore;
  /** Followed by this worker alone; not stopped here. */
  readonly policyLog: PolicyLog;
  readonly codec: EventCodec;
  readonly settings: JoinWorkerSettings;
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  readonly logger: JoinLogger;
  readonly metrics: JoinMetrics;
  readonly letters: {
    readonly ofRecord: (unusable: Unusable) => OutgoingMessage;
    readonly ofDocument: (refused: Refused) => OutgoingMessage;
  };
}

export interface JoinState {
  readonly parts: JoinerParts;
  readonly gate: Gate<Held>;
  readonly limits: RejectLimits;
  /** By `topic/partition`. */
  readonly owned: Map<string, Owned>;
  group: Group | null;
  assigned: boolean;
  stopping: boolean;
  /** Nothing may be read, written or committed any more: whoever goes on does it all again. */
  failed: boolean;
  /** Takes what was read of the policy log into the timelines and the open blocks, at once. */
  advance: () => void;
}
