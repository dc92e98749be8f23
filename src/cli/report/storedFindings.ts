// What `analyze` knew beside its documents, found again from a store that it kept: what was read and what that
// forbids, the audited conversations judged again by the policies at the end. What only the run knew (its speed,
// its caches, verdicts without time, what of the manifests could not be compared) is left out.

import { AUDIT_RANGES, type AuditRange, HISTORY, type HistoryRow } from '../../queries/history.ts';
import { FEED_COUNTS, FEED_FILES } from '../../queries/report/feedCounts.ts';
import type { Summary } from '../../queries/summary.ts';
import type { FeedAccount, Findings, ManifestsAccount } from '../../report/findings.ts';
import type { StoreReader } from '../../stores/duckdb/reader.ts';
import { auditedNow } from '../analyze/auditedNow.ts';
import { caveatsOf } from '../analyze/caveats.ts';
import type { ClusterState } from '../analyze/clusters.ts';
import { limitCaveats } from './limitCaveats.ts';
import { storedAccount } from './storedAccount.ts';
import { storedClusters } from './storedClusters.ts';
import { readTalks, type StoredTalks } from './storedTalks.ts';

interface Held {
  readonly history: readonly HistoryRow[];
  readonly ranges: readonly AuditRange[];
  readonly flows: FeedAccount;
  readonly audit: FeedAccount;
}

/**
 * @param path of the store, as it was named
 * @throws Fault `store-failed`
 */
export async function storedFindings(store: StoreReader, summary: Summary, path: string): Promise<Findings> {
  const held = await readHeld(store);
  const talks = await readTalks(store, held.history);
  const clusters = storedClusters(talks.clusters, held.history, held.ranges);
  const snapshot = held.history.filter(({ origin }) => origin === 'snapshot').length;
  const snapshotObjects = snapshot === 0 ? null : snapshot;
  const end = Math.max(talks.range?.until ?? 0, ...held.ranges.map(({ until }) => until));
  const judged = auditedNow(talks.audited, clusters, end);
  return {
    clusters: clusters.map(({ name }) => name),
    flows: held.flows,
    audit: held.ranges.length === 0 ? null : held.audit,
    snapshotObjects,
    manifests: manifestsOf(summary),
    caveats: [...caveatsOf(factsOf({ held, talks, summary, clusters })), ...limitCaveats(judged)],
    auditedNow: judged,
    auditedBeyondLimit: talks.audited.beyondLimit(),
    monitor: [],
    caches: [],
    range: talks.range,
    tookMs: 0,
    kept: { store: path, documents: '', rejects: '', report: '' },
    stopped: false,
  };
}

async function readHeld(store: StoreReader): Promise<Held> {
  const counts = FEED_COUNTS.read(await store.query(FEED_COUNTS.sql));
  const files = FEED_FILES.read(await store.query(FEED_FILES.sql));
  return {
    history: HISTORY.read(await store.query(HISTORY.sql)),
    ranges: AUDIT_RANGES.read(await store.query(AUDIT_RANGES.sql)),
    flows: storedAccount('flows', counts, files),
    audit: storedAccount('audit', counts, files),
  };
}

interface Known {
  readonly held: Held;
  readonly talks: StoredTalks;
  readonly summary: Summary;
  readonly clusters: readonly ClusterState[];
}

function factsOf({ held, talks, summary, clusters }: Known): Parameters<typeof caveatsOf>[0] {
  const { byObserved, verdicts } = summary.verdicts;
  return {
    flowsGiven: held.flows.records > 0,
    auditGiven: held.ranges.length > 0,
    flows: held.flows,
    audit: held.audit,
    totals: {
      verdicts,
      copies: 0,
      lost: held.flows.lostEvents,
      range: talks.range,
      sawForwarded: byObserved.has('forwarded') || byObserved.has('redirected'),
    },
    clusters,
    snapshot: null,
    named: [],
    stopped: false,
    rejectsPath: '',
  };
}

/** null where nothing differs from manifests: whether any were given is not kept. */
function manifestsOf({ notAsDeclared }: Summary): ManifestsAccount | null {
  if (notAsDeclared.length === 0) return null;
  return {
    policies: notAsDeclared.length,
    withoutNamespace: 0,
    templates: [],
    kustomizations: [],
    problems: 0,
    uncompared: 0,
    history: 'read',
  };
}
