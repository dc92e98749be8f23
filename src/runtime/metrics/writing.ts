// Metrics of what goes out: documents, requests to OpenSearch, repairs, and what policies themselves are.
import { counter, gauge, histogram } from './definition.ts';

export const WRITING = {
  documents: counter('documents', ['role', 'result'], {
    help: 'Documents by what became of them: acknowledged, superseded (a newer one was there: harmless) or refused.',
    means: 'Refused ones are in the dead letters (stage index): their templates or limits do not fit.',
    act: '`netpol-drift setup` renews the templates, then `netpol-drift dead-letters list`.',
  }),
  bulkDuration: histogram('bulk_duration_seconds', ['outcome'], {
    help: 'How long one bulk request took, by its outcome: taken, busy (429), failed or unanswered.',
    means: 'Longer: OpenSearch is at its limit.',
    act: 'Fewer shards, more nodes, or a longer FLUSH_MS.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
  }),
  bulkRetries: counter('bulk_retries', ['reason'], {
    help: 'Documents sent again, by why.',
    means: 'too-many-requests: OpenSearch pushes back, and the worker slows down by itself.',
    act: 'For long: OpenSearch needs more room, or is blocked (disk watermark, read-only index).',
  }),
  bulkAllowed: gauge('bulk_allowed_requests', [], {
    help: 'Bulk requests that may be on their way at once: falls when OpenSearch pushes back, rises again slowly.',
    means: 'At 1: OpenSearch pushes back hard.',
    act: 'As for bulk_retries_total.',
    fold: 'least',
  }),
  repaired: counter('blocks_repaired', ['because'], {
    help: 'Closed blocks computed again, because of a late-change or since provisional verdicts could be settled.',
    means: 'Snapshots and a late audit feed bring late changes, a silent audit feed provisional verdicts.',
    act: 'Many late changes without either: raise AUDIT_DISORDER_MS.',
  }),
  unrepairable: counter('blocks_unrepairable', ['because'], {
    help: 'Blocks that a late change concerns and whose events Kafka no longer has: they stay as they are.',
    means: 'Their documents may be wrong for good; the log names block and change.',
    act: 'Keep the events topic for longer.',
  }),
  policyChanges: counter('policy_changes', ['cluster', 'outcome', 'actor'], {
    help: 'Changes of policies less than an hour old, by outcome and by kind of actor, when they are first written.',
    means: 'failure: somebody tries and may not. gap: the audit log lost a write.',
    act: 'gap: check the audit policy with `netpol-drift doctor`.',
  }),
  changeDrifts: counter('change_drift', ['cluster', 'namespace', 'drift'], {
    help: 'Changes less than an hour old that carry a drift of their own, when they are first written.',
    means:
      'manual-change: a person altered what a GitOps controller or Helm manages. not-in-force: Cilium refuses the policy, and it protects nothing.',
    act: 'The dashboard Change impact names who; mend it in Git, or it will be reverted.',
  }),
  ready: gauge('ready', ['check'], {
    help: '1 for each check of /readyz that passes, 0 for one that does not.',
    means: '0: the worker cannot do its work now; most heal by themselves.',
    act: '/readyz says why in words.',
    fold: 'least',
  }),
  build: gauge('build_info', ['version', 'node'], {
    help: '1; its labels tell the version of this program and of Node.',
    means: 'Changes with a release.',
    act: 'Nothing by itself.',
    fold: 'most',
  }),
} as const;
