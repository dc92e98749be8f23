// The figures and groups that panels about verdicts share. Verdicts are counted by rollups: each exactly once.
import { FLOW_DRIFT } from '../../model/verdict.ts';
import { type Condition, exists, is } from '../../queries/catalogue/part.ts';
import { CHANGE, NAMESPACE } from '../../stores/opensearch/aliases.ts';
import type { Figure, Grouping } from './aggregations.ts';
import { CONVERSATION_FIELD } from './conversationField.ts';

export const CLUSTER_FIELD = 'orchestrator.cluster.name';

export const VERDICTS: Figure = { kind: 'sum', field: 'count', title: 'verdicts' };
export const FIRST: Figure = { kind: 'min', field: 'first_seen', title: 'first' };
export const LAST: Figure = { kind: 'max', field: 'last_seen', title: 'last' };
export const LAG: Figure = { kind: 'min', field: 'cause.lag_ms', title: 'after' };

/** Rollups that count anything: what a repair emptied stays, and counts nothing. */
export const COUNTING: Condition = { kind: 'range', field: 'count', from: 1, until: null };
export const CAUSED: Condition = exists('cause.change_id');

export const BROKEN_DRIFT = ['denied-by-change', 'newly-enforced'];
export const OPENED_DRIFT = ['newly-allowed'];

/** What somebody should look at: all but what is only late. */
export const NOTABLE_DRIFT = FLOW_DRIFT.filter((name) => name !== 'propagating');

export const DRIFTING: Condition = is('drift', ...NOTABLE_DRIFT);

/** The `size` groups with the most verdicts. */
export function most(field: string, size: number): Grouping {
  return { kind: 'terms', field, size };
}

export const CLUSTERS = most(CLUSTER_FIELD, 20);
export const NAMESPACES = most(NAMESPACE, 50);
export const CONVERSATIONS = most(CONVERSATION_FIELD, 50);
export const CHANGES = most(CHANGE, 50);
export const OBSERVED_KINDS = most('verdict.observed', 5);

/** A Lucene query for documents with one of these values. */
export function oneOf(field: string, values: readonly string[]): string {
  return `${field}:(${values.map((value) => JSON.stringify(value)).join(' OR ')})`;
}
