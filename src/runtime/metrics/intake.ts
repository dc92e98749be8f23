// Metrics of what comes in: the two feeds, the partitions that this worker reads, and what could not be used.
import { counter, gauge } from './definition.ts';

export const INTAKE = {
  records: counter('records', ['feed', 'outcome', 'reason'], {
    help: 'Records read from the raw topics, by what became of them.',
    means:
      'A new reason among the rejected ones means that a feed has changed its shape or that something else writes to its topic.',
    act: '`netpol-drift dead-letters list` shows where they came from and why.',
  }),
  rejectShare: gauge('reject_ratio', ['topic'], {
    help: 'Share of the newest records of a raw topic that could not be used, 0 to 1.',
    means:
      'Near MAX_REJECT_SHARE the worker is about to stop, so that a feed gone wrong does not all go to the dead letters.',
    act: 'Look at one dead letter; mend the feed, or go back to the release that could read it.',
    fold: 'most',
  }),
  eventsSent: counter('events_sent', ['kind'], {
    help: 'Records that the normaliser had acknowledged in our own topics.',
    means: 'Level while records are read: Kafka does not take what is sent.',
    act: 'See the log for what Kafka answers.',
  }),
  feedNewest: gauge('feed_newest_timestamp_seconds', ['cluster', 'feed'], {
    help: 'Time of the newest record of a feed, in seconds since 1970.',
    means:
      '`time() -` this is the age of the feed. An audit feed is silent at night only if nobody writes anything, leases included.',
    act: 'When it stops: is the exporter or the log shipper of that cluster up?',
    fold: 'most',
  }),
  lag: gauge('lag_records', ['role', 'topic', 'partition'], {
    help: 'Records in a partition that this worker owns and has not read yet: its end less our position.',
    means:
      'Grows while more comes in than is done. Scale by this one: committed offsets stay at the start of open blocks and overstate.',
    act: 'If it keeps growing: more workers, up to one a partition, or a faster OpenSearch (see bulk_duration_seconds).',
  }),
  partitions: gauge('partitions', ['role', 'state'], {
    help: 'Partitions that this worker owns, reading or paused.',
    means: 'Paused: what comes after cannot keep up, and memory is being bounded.',
    act: 'Paused for long: OpenSearch is slow or away, or an audit feed is late (gate_waiting_bytes).',
  }),
  inHandBytes: gauge('in_hand_bytes', ['role'], {
    help: 'Bytes of records fetched, packed as they came, and not yet done with.',
    means: 'Bounded by settings; at its bound partitions are paused.',
    act: 'Nothing by itself.',
  }),
  commits: counter('commits', ['role', 'result'], {
    help: 'Offsets committed, superseded (the partition is not ours any more: harmless) or failed.',
    means: 'Failed ones cost nothing but work done again after a restart.',
    act: 'When they keep failing: see the log for what Kafka answers.',
  }),
  deadLetters: counter('dead_letters', ['stage', 'reason'], {
    help: 'Records and documents set aside in the dead-letter topic.',
    means: 'Each is something that no answer includes.',
    act: '`netpol-drift dead-letters list`, then `retry` once the reason is mended.',
  }),
  lostEvents: counter('lost_events', ['cluster', 'feed'], {
    help: 'Events that a feed itself says it lost.',
    means: 'Hubble overran its ring buffer or its exporter queue, or the audit backend dropped events.',
    act: "Raise Hubble's event queue and buffer sizes, or the audit backend's buffer; what was lost stays unknown.",
  }),
} as const;
