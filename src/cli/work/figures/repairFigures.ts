// What the role `repair` tells, as metrics; and what the change documents that it writes say, while they are news.
import type { Document } from '../../../documents/document.ts';
import { field, text } from '../../../model/json.ts';
import type { Metrics } from '../../../runtime/metrics/metrics.ts';
import { WRITING } from '../../../runtime/metrics/writing.ts';
import type { DocumentStore } from '../../../stores/opensearch/documentStore.ts';
import type { RepairMetrics } from '../../../workers/repair/parts.ts';

const ROLE = { role: 'repair' } as const;
const NEWS_MS = 3_600_000;
/** Changes of an hour that are remembered as counted. */
const MOST_COUNTED = 50_000;

/** `position` is not needed: the role's status says it when it is asked for. */
export function repairFigures(metrics: Metrics): RepairMetrics {
  const documents = metrics.counter(WRITING.documents);
  const repaired = metrics.counter(WRITING.repaired);
  const unrepairable = metrics.counter(WRITING.unrepairable);
  return {
    position: () => {},
    block: (outcome, because) => (outcome === 'repaired' ? repaired : unrepairable).add({ because }),
    written(_, { acknowledged, superseded, refused }) {
      documents.add({ ...ROLE, result: 'acknowledged' }, acknowledged);
      documents.add({ ...ROLE, result: 'superseded' }, superseded);
      documents.add({ ...ROLE, result: 'refused' }, refused);
    },
  };
}

/**
 * The same store, whose change documents are counted once each when they are first written within an hour of the
 * change: a snapshot, a repair or a restart writes old ones, and nobody should be woken by them.
 */
export function countingChanges(store: DocumentStore, metrics: Metrics, nowMs: () => number): DocumentStore {
  const changes = metrics.counter(WRITING.policyChanges);
  const drifts = metrics.counter(WRITING.changeDrifts);
  const counted = new Set<string>();

  function count({ _id, fields }: Document): void {
    const at = Date.parse(text(fields['change.at']));
    const isNews = nowMs() - at < NEWS_MS;
    if (!isNews || counted.has(_id)) return;
    if (counted.size >= MOST_COUNTED) counted.clear();
    counted.add(_id);
    const cluster = text(fields['orchestrator.cluster.name']);
    const namespace = text(fields['policy.namespace']);
    const outcome = text(fields['change.outcome']);
    changes.add({ cluster, outcome, actor: text(fields['actor.kind']) });
    const drift = field(fields, 'drift');
    for (const name of Array.isArray(drift) ? drift : [])
      drifts.add({ cluster, namespace, drift: text(name) });
  }

  return {
    ...store,
    async write(documents, signal) {
      const written = await store.write(documents, signal);
      for (const document of documents) if ('change.id' in document.fields) count(document);
      return written;
    },
  };
}
