// What the role `normalise` is told, each with its unit. Parsed and documented in workers/settings.ts.
import type { FeedStatus } from '../../model/event.ts';
import type { Topics } from '../topics.ts';

/** A topic of the user's, and the one log that it holds. */
export interface RawTopic {
  readonly topic: string;
  readonly feed: FeedStatus['feed'];
  /** The cluster of its records, where neither a header nor an envelope names one; '' = none was set. */
  readonly cluster: string;
}

export interface NormaliseSettings {
  readonly groupId: string;
  readonly topics: Topics;
  readonly rawTopics: readonly RawTopic[];
  /** The cluster of records of which nothing else tells; '' = `default` for flows, audit records are rejected. */
  readonly cluster: string;
  /** `count` where the export lacks event type 5: then policy drops (event type 1) are judgements. */
  readonly dropEvents: 'ignore' | 'count';
  /** Flows older than that when they came to Kafka are rejected; null = of any age. */
  readonly retentionDays: number | null;
  /** The most that audit events overtake each other by stage time (webhook 35,000, log 5,000). */
  readonly auditDisorderMs: number;
  /** How often the end of an idle audit partition says that nothing is missing. */
  readonly heartbeatMs: number;
  /** How often, at most, the policy log is told how far the audit log of a cluster reaches. */
  readonly coverageIntervalMs: number;
  /** How often coverage figures are sent and positions committed. */
  readonly commitMs: number;
  /** Above this share of rejected records in a raw topic the worker stops; 1 = never. */
  readonly maxRejectShare: number;
  /** Raw bytes that are read and not yet sent on; beyond it partitions are paused. */
  readonly inHandBytes: number;
  /** How long a graceful stop may take before what is under way is left to the next owner. */
  readonly stopMs: number;
  readonly sessionTimeoutMs: number;
  readonly fetchMaxBytes: number;
}
