// The names of our topics and consumer groups, all below one prefix, so that two installations can share a
// Kafka. The raw topics are the user's own and named in the settings.

export const TOPIC_PREFIX = 'netpol.';
export const GROUP_PREFIX = 'netpol-drift.';

export interface Topics {
  /** Avro events (FlowVerdict, FeedStatus), by hash of cluster, node and subject workload. LogAppendTime. */
  readonly events: string;
  /** Avro events (PolicyChange, FeedStatus of the audit feed), one partition, kept for ever. */
  readonly policyChanges: string;
  /** Avro events (Watermark), compacted by cluster and audit source. */
  readonly watermarks: string;
  /** What could not be used, in its original bytes. */
  readonly deadLetters: string;
}

export function topicsOf(prefix: string = TOPIC_PREFIX): Topics {
  return {
    events: `${prefix}events`,
    policyChanges: `${prefix}policy-changes`,
    watermarks: `${prefix}watermarks`,
    deadLetters: `${prefix}dead-letters`,
  };
}

export interface Groups {
  readonly normalise: string;
  readonly join: string;
  readonly repair: string;
}

export function groupsOf(prefix: string = GROUP_PREFIX): Groups {
  return { normalise: `${prefix}normalise`, join: `${prefix}join`, repair: `${prefix}repair` };
}
