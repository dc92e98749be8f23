// Metrics of the join: how far the policy log and the watermarks reach, what waits for them, what is held open,
// and what the verdicts say. The last are what alert rules look at.
import { counter, gauge, histogram, total } from './definition.ts';

export const JOINING = {
  policyLogEnd: gauge('policy_log_end_offset', [], {
    help: 'Offset that the policy log would write next.',
    means: 'Moves with each change of a policy, a namespace or a setting, and with each snapshot.',
    act: 'Nothing by itself.',
    fold: 'most',
  }),
  policyLogRead: gauge('policy_log_read_offset', ['role'], {
    help: 'Last offset of the policy log that was read; -1 before the first.',
    means:
      'Behind policy_log_end_offset - 1 for long: this worker judges by old policies and its verdicts stay provisional.',
    act: 'See the log for what Kafka answers; a restart reads the policy log anew.',
    fold: 'least',
  }),
  policyLogApplied: gauge('policy_log_applied_offset', ['role'], {
    help: 'Last offset of the policy log that verdicts are judged by (join), or that closed blocks know (repair).',
    means: 'For repair, the distance from policy_log_read_offset is what waits for repair.',
    act: 'If repair does not move: does every partition of the events topic have an owner that commits?',
    fold: 'least',
  }),
  watermark: gauge('watermark_timestamp_seconds', ['cluster', 'belief'], {
    help: 'Event time up to which the audit feed of a cluster is believed (complete) or known (proven) complete, in seconds since 1970.',
    means:
      '`time() -` this is how long verdicts wait. Level: verdicts of that cluster become provisional after MAX_WAIT_MS.',
    act: 'See audit_feed_state for why.',
    fold: 'least',
  }),
  feedState: gauge('audit_feed_state', ['cluster', 'state'], {
    help: '1 at what the audit feed of a cluster is: absent, moving, stuck or silent; 0 at the others.',
    means:
      'All but moving: verdicts of that cluster are judged without knowing the newest changes, and repaired later.',
    act: 'absent: send the audit log of that cluster, or name it (AUDIT_TOPICS). stuck, silent: is its audit backend up?',
  }),
  silentSources: gauge('audit_source_heard_timestamp_seconds', ['cluster', 'source'], {
    help: 'When an audit source that fell silent was heard last, in seconds since 1970; sources that speak are not listed.',
    means: 'The watermark goes on without it: changes that only it would tell come late.',
    act: 'Is that API server gone for good? Then nothing. Else its log shipper is down.',
    fold: 'least',
  }),
  gateRecords: gauge('gate_waiting_records', ['cluster'], {
    help: 'Verdicts that wait until the audit feed of their cluster has passed their time.',
    means: 'About the rate of verdicts times the disorder bound is normal.',
    act: 'Beyond that: the audit feed is late or silent.',
  }),
  gateBytes: gauge('gate_waiting_bytes', ['cluster'], {
    help: 'What they take of the bound GATE_BYTES.',
    means:
      "At a cluster's share (GATE_BYTES / CLUSTERS) its partitions pause, or, its audit feed being silent, verdicts go on provisional.",
    act: 'Raise GATE_BYTES if the audit feed is healthy.',
  }),
  released: counter('gate_released', ['cluster', 'reason', 'assumed'], {
    help: 'Verdicts that went on, by why: watermark, waited (MAX_WAIT_MS) or pushed-out (no room); assumed: by what an idle audit source said.',
    means: 'waited and pushed-out are provisional: judged again when the audit feed has caught up.',
    act: 'When their share grows, look at audit_feed_state.',
  }),
  openBlocks: gauge('open_blocks', [], {
    help: 'Blocks of events that are not closed yet.',
    means: 'One or two a partition. More: blocks wait to be written or for the gate.',
    act: 'Does OpenSearch take documents (bulk_duration_seconds, documents_total)?',
  }),
  openRecords: gauge('open_records', [], {
    help: 'Verdicts held in open blocks.',
    means: 'At MAX_OPEN_RECORDS the worker reads no further.',
    act: 'More workers, or a smaller BLOCK_OFFSETS (in a new events topic).',
  }),
  flushes: counter('blocks_flushed', [], {
    help: 'Open blocks written as far as they were known.',
    means: 'Goes on while verdicts come.',
    act: 'Level while verdicts come: OpenSearch does not answer.',
  }),
  closed: counter('blocks_closed', [], {
    help: 'Blocks written whole and committed past.',
    means: 'Once per BLOCK_OFFSETS events and at least hourly for each partition in use.',
    act: 'Level for hours: see the log.',
  }),
  events: counter('events_read', ['kind'], {
    help: 'Records read from the events topic: verdict, feed (coverage), copy (sent again, left out) or unusable.',
    means:
      'Copies come after a restart of a normaliser; unusable ones are in the dead letters (stage decode).',
    act: 'Copies all the time: normalisers restart again and again. unusable: are all workers of one release?',
  }),
  rejoined: counter('verdicts_rejoined', [], {
    help: 'Verdicts of open blocks that were joined again, since the policy log went on.',
    means: 'Follows late changes; many with each change means that changes concern much.',
    act: 'Nothing by itself.',
  }),
  raiseDuration: histogram('raise_duration_seconds', [], {
    help: 'How long it took to take news of the policy log into the timelines and the open blocks; nothing else is done meanwhile.',
    means: 'Grows with the number of policies and of open verdicts.',
    act: 'Above a second: more workers, each with fewer partitions.',
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
  }),
  delay: histogram('verdict_delay_seconds', [], {
    help: 'From the time of a verdict until it was first joined.',
    means: 'What a reader of the dashboards waits, less FLUSH_MS and the refresh of the index.',
    act: 'Longer than before with a healthy audit feed: the worker lags (lag_records).',
    buckets: [5, 10, 25, 45, 90, 300, 3_600, 86_400],
  }),
  verdicts: counter('verdicts', ['cluster', 'observed', 'declared'], {
    help: 'Verdicts joined, each by its weight, by what the datapath did and what the policies say.',
    means: 'dropped or forwarded beside the other declared decision is drift.',
    act: 'See drift_verdicts_total for which.',
  }),
  denials: counter('denied_verdicts', ['cluster', 'namespace', 'observed'], {
    help: 'Verdicts dropped, or audited (would be dropped), by the namespace whose policy decided.',
    means:
      'A jump in audited: something new would break under enforcement. A jump in dropped: something broke.',
    act: '`netpol-drift why` on one of them; the dashboard Change impact.',
  }),
  drifts: counter('drift_verdicts', ['cluster', 'namespace', 'drift'], {
    help: 'Verdicts that carry a drift, once for each that they carry.',
    means:
      'not-enforced: what the policies deny gets through. propagating: enforcement is still on its way, no alarm.',
    act: '`netpol-drift why`, or docs/read-the-answer.md for each name.',
  }),
  regressions: counter('verdicts_denied_by_change', ['cluster', 'namespace', 'cause_age'], {
    help: 'Verdicts denied because a change turned allowed into denied, by how old that change was: 15m, hour, day or older.',
    means: 'A jump in 15m: somebody has just broken a connection.',
    act: 'The dashboard Change impact names the change and who made it.',
  }),
  cacheLookups: total('cache_lookups', ['role', 'result'], {
    help: 'Look-ups of decisions made before: hit or miss.',
    means: 'Misses follow each change of a policy.',
    act: 'Mostly misses without changes: raise CACHE_ENTRIES if memory allows.',
  }),
  cacheEvictions: total('cache_evictions', ['role'], {
    help: 'Decisions forgotten for lack of room.',
    means: 'More different conversations than CACHE_ENTRIES.',
    act: 'Raise CACHE_ENTRIES if memory allows.',
  }),
} as const;
