// Whether two sets of documents say the same, as rule 3 of the design has it: verdicts, changes and policies are
// equal but for how far the policy log was known; rollups are equal when their counts are summed by key over
// blocks. Zeroed rollups, driftless forwarded verdicts and withdrawn changes are what a re-computation leaves
// behind and say nothing.
import { canonicalJson, isObject, type JsonObject, type JsonValue, text } from '../../../src/model/json.ts';

export type Table = 'verdicts' | 'rollups' | 'changes' | 'policies';

/** Documents by table, each as its flat fields with `_id`. */
export type Documents = Readonly<Record<Table, readonly JsonObject[]>>;

const LEFT_OUT = new Set(['_index', '_version', 'join.policy_offset']);
/** Of rollups: what may differ at the edges of blocks, and where a document lies. */
const EDGES = new Set(['_id', 'block.partition', 'block.number', 'attempts', 'samples', 'pods', 'count']);

/** Each difference as a line for a person; [] when they say the same. */
export function differences(one: Documents, other: Documents): readonly string[] {
  const tables = ['verdicts', 'changes', 'policies'] as const;
  return [
    ...tables.flatMap((table) => compare(table, byId(one[table]), byId(other[table]))),
    ...compare('rollups', summed(one.rollups), summed(other.rollups)),
  ];
}

function byId(documents: readonly JsonObject[]): ReadonlyMap<string, string> {
  return new Map(
    documents
      .filter((document) => isTelling(document))
      .map((document) => [text(document['_id']), canonicalJson(without(document, LEFT_OUT))]),
  );
}

function isTelling(document: JsonObject): boolean {
  if (document['change.outcome'] === 'withdrawn') return false;
  const drift = document['drift'];
  const isForwarded = ['forwarded', 'redirected'].includes(text(document['verdict.observed']));
  return !(isForwarded && (!Array.isArray(drift) || drift.length === 0));
}

interface Sum {
  count: number;
  first: string;
  last: string;
  lagMs: number;
}

/** Sums over blocks; of times and lags the least and the greatest. */
function summed(rollups: readonly JsonObject[]): ReadonlyMap<string, string> {
  const sums = new Map<string, Sum>();
  for (const rollup of rollups) {
    const count = Number(rollup['count']);
    if (count === 0) continue;
    const {
      first_seen,
      last_seen,
      'cause.lag_ms': lag,
      ...rest
    } = without(rollup, new Set([...EDGES, ...LEFT_OUT]));
    const key = canonicalJson(rest);
    const lagMs = typeof lag === 'number' ? lag : Number.POSITIVE_INFINITY;
    const sum = sums.get(key) ?? { count: 0, first: text(first_seen), last: text(last_seen), lagMs };
    sums.set(key, {
      count: sum.count + count,
      first: text(first_seen) < sum.first ? text(first_seen) : sum.first,
      last: text(last_seen) > sum.last ? text(last_seen) : sum.last,
      lagMs: Math.min(sum.lagMs, lagMs),
    });
  }
  return new Map([...sums].map(([key, sum]) => [key, JSON.stringify(sum)]));
}

function without(document: JsonObject, names: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !names.has(name)));
}

function compare(
  table: Table,
  one: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
): readonly string[] {
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((key) => {
    const left = one.get(key);
    const right = other.get(key);
    if (left === right) return [];
    return [`${table} ${key}:\n  ${left ?? 'missing'}\n  ${right ?? 'missing'}`];
  });
}

/** One table as OpenSearch gives it back, objects flattened to dotted names where the catalogue has no object. */
export function flat(source: JsonValue, prefix = ''): JsonObject {
  if (!isObject(source)) return {};
  return Object.fromEntries(
    Object.entries(source).flatMap(([name, value]): readonly (readonly [string, JsonValue | undefined])[] => {
      const path = prefix === '' ? name : `${prefix}.${name}`;
      return isObject(value) && !KEPT.has(path) ? Object.entries(flat(value, path)) : [[path, value]];
    }),
  );
}

/** Fields whose value is an object. */
const KEPT = new Set(['change.spec_before', 'change.spec_after', 'policy.spec']);
