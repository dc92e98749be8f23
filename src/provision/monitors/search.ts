// The pieces that the searches of the monitors are made of. `{{period_end}}` is the plugin's: the moment in which a
// monitor was due, in milliseconds.
import type { TableName } from '../../documents/fields.ts';
import type { JsonObject } from '../../model/json.ts';
import { CLUSTER_OPTION, type Script, shown } from './scripts.ts';

export type Clause = JsonObject;
export type Aggregations = Readonly<Record<string, Clause>>;

/** Which clusters a monitor is about: one, or all that have none of their own. */
export type Scope =
  | { readonly kind: 'one'; readonly cluster: string }
  | { readonly kind: 'others'; readonly named: readonly string[] };

/** What is particular to the monitor of an alert. */
export interface Watch {
  readonly tables: readonly TableName[];
  readonly everyMinutes: number;
  readonly filter: readonly Clause[];
  /** Of one cluster. */
  readonly perCluster: Aggregations;
  /** What the clusters are ordered by, the worst first. */
  readonly order: string;
  /** Mustache, about one cluster: what follows its name. No tag stands alone on a line. */
  readonly message: string;
}

/** As many as a message names. */
const TOP = 10;

/** Clusters beyond it want monitors of their own. */
const MOST_CLUSTERS = 100;

export const CLUSTER = 'orchestrator.cluster.name';

export function ago(minutes: number): string {
  return `{{period_end}}||-${minutes}m`;
}

/** Half-open: from `fromMinutes` ago on, up to `untilMinutes` ago. */
export function between(field: string, fromMinutes: number, untilMinutes = 0): Clause {
  return { range: { [field]: { gte: ago(fromMinutes), lt: ago(untilMinutes), format: 'epoch_millis' } } };
}

/** Like {@link between}, and what a clock that is fast calls the future. */
export function since(field: string, minutes: number): Clause {
  return { range: { [field]: { gte: ago(minutes), format: 'epoch_millis' } } };
}

export function is(field: string, value: string | number): Clause {
  return { term: { [field]: { value } } };
}

export function any(clauses: readonly Clause[]): Clause {
  return { bool: { should: clauses, minimum_should_match: 1 } };
}

/** `value_as_string` is a whole number. */
export function sumOfCounts(): Clause {
  return { sum: { field: 'count', format: '0' } };
}

export interface Grouping {
  readonly order: string;
  readonly size?: number;
  readonly per: Aggregations;
}

/** The greatest groups by a figure among `per`. */
export function top(by: string | Script, { order, size = TOP, per }: Grouping): Clause {
  const source: Clause = typeof by === 'string' ? { field: by } : { script: scriptJson(by) };
  return { terms: { ...source, size, order: [{ [order]: 'desc' }, { _key: 'asc' }] }, aggregations: per };
}

/** What all documents of a group have in common, asked of one of them. */
export function told(scripts: Readonly<Record<string, Script>>): Clause {
  const fields = Object.entries(scripts).map(([name, script]) => [name, { script: scriptJson(script) }]);
  return {
    top_hits: { size: 1, _source: false, script_fields: Object.fromEntries(fields) },
  };
}

/** Throws out the groups for which the condition does not hold. */
export function keepWhere(paths: Readonly<Record<string, string>>, script: Script): Clause {
  return { bucket_selector: { buckets_path: paths, script: scriptJson(script) } };
}

export function scriptJson({ lang, source, params }: Script): Clause {
  return params === undefined ? { lang, source } : { lang, source, params };
}

/** The whole search of a monitor: groups by cluster, of which only those that are ill are left. */
export function searchOf({ filter, perCluster, order }: Watch, scope: Scope): Clause {
  const itself = told({ name: shown(CLUSTER), option: CLUSTER_OPTION });
  const clusters = top(CLUSTER, { order, size: MOST_CLUSTERS, per: { ...perCluster, itself } });
  return {
    size: 0,
    query: { bool: { filter: [...scopeClauses(scope), ...filter] } },
    aggregations: { clusters },
  };
}

function scopeClauses(scope: Scope): readonly Clause[] {
  if (scope.kind === 'one') return [is(CLUSTER, scope.cluster)];
  const all: Clause = { exists: { field: CLUSTER } };
  return scope.named.length === 0
    ? [all]
    : [all, { bool: { must_not: [{ terms: { [CLUSTER]: scope.named } }] } }];
}
