// What the role `join` is told, each with its unit. Parsed and documented in workers/settings.ts.
import type { RawPerKey } from '../../documents/blockDocuments.ts';
import type { JoinSettings } from '../../join/enriched.ts';
import type { GateSettings } from '../../join/gate.ts';
import type { Groups, Topics } from '../topics.ts';

export interface JoinWorkerSettings {
  readonly topics: Topics;
  readonly groups: Groups;
  /** Whose origins the events carry: their positions travel in the commits. */
  readonly rawTopics: readonly string[];
  readonly blockOffsets: number;
  readonly rawPerKey: RawPerKey;
  readonly join: JoinSettings;
  readonly gate: GateSettings;
  /** How often what altered in a block is written. */
  readonly flushMs: number;
  /** How often a position is committed when no block closes. */
  readonly commitMs: number;
  readonly sessionTimeoutMs: number;
  /** The longest that one bulk request can be on its way. */
  readonly bulkTimeoutMs: number;
  readonly fetchMaxBytes: number;
  /** Records of open blocks that are held; beyond it only what helps a block to end is read. */
  readonly maxOpenRecords: number;
  /** Above this share of events that cannot be read, or of documents that are refused, the worker stops; 1 = never. */
  readonly maxRejectShare: number;
}
