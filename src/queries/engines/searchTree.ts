// A tally of few groups as one search: groups within groups. Each document is looked at once, where the pages of
// searchBody.ts look at it twice and once more for each page; but all groups have to fit into one answer. Whether
// they did is for the answer to say: then the pages are asked.
//
//   cluster ── bench ──┬── policy a ──┬── ingress ── measures
//                      │              └── egress  ── measures
//                      └── policy b ── …
import type { TableName } from '../../documents/fields.ts';
import { at, field, type JsonValue, number, text } from '../../model/json.ts';
import type { Group, PartRow, Tally } from '../catalogue/part.ts';
import { checkedType, fieldType } from './fieldOf.ts';
import { GROUPS, measureAggs, queryOf, type SearchBody } from './searchBody.ts';
import { measuresOf } from './searchPage.ts';

/** With more of them there are nearly as many groups on the way as at the end: pages are faster then. */
const MOST_LEVELS = 3;

/** Below `search.max_buckets` (65,535): if a level has more than that, there is no answer anyway. */
const MOST_GROUPS = 60_000;

/** Stands for what a document does not say. Neither is in any document, and both come before what is. */
const NOTHING = { text: '', time: '0001-01-01T00:00:00Z' } as const;

/** null: pages are better. @throws RangeError for a field that is none */
export function treeBodyOf(tally: Tally): SearchBody | null {
  const groups = Object.values(tally.by);
  const levels = groups.map((group) => levelOf(tally.from, group));
  if (groups.length > MOST_LEVELS || levels.includes(null)) return null;
  const aggs = levels.reduceRight<Readonly<Record<string, object>>>(
    (below, level) => ({
      [GROUPS]: { ...level, ...(Object.keys(below).length === 0 ? {} : { aggs: below }) },
    }),
    measureAggs(tally),
  );
  return { size: 0, track_total_hits: false, query: queryOf(tally), aggs };
}

/** null for types of which nothing can stand for a missing value. */
function levelOf(from: TableName, group: Group): object | null {
  const { field: name } = group;
  const type = fieldType(from, name);
  if ('stepMs' in group) {
    if (type !== 'date') return null;
    const fixed_interval = `${group.stepMs}ms`;
    return { date_histogram: { field: name, fixed_interval, min_doc_count: 1, missing: NOTHING.time } };
  }
  if (type !== 'keyword' && type !== 'keywords') return null;
  checkedType(from, name, 'each' in group ? ['keywords'] : ['keyword']);
  return {
    terms: {
      field: name,
      size: MOST_GROUPS,
      order: { _key: 'asc' },
      collect_mode: 'depth_first',
      missing: NOTHING.text,
    },
  };
}

/** In the order of pages. null when groups are missing in it, or when this is no answer to such a search. */
export function readTree(tally: Tally, answer: unknown): readonly PartRow[] | null {
  if (!Array.isArray(at(answer, 'hits', 'hits'))) return null;
  // No index, no aggregation.
  const top = at(answer, 'aggregations', GROUPS);
  return top === undefined ? [] : rowsBelow(tally, Object.entries(tally.by), top);
}

function rowsBelow(
  tally: Tally,
  [level, ...deeper]: readonly (readonly [string, Group])[],
  groups: JsonValue | undefined,
): readonly PartRow[] | null {
  const buckets = field(groups, 'buckets');
  const isWhole =
    (number(field(groups, 'sum_other_doc_count')) ?? 0) === 0 &&
    (number(field(groups, 'doc_count_error_upper_bound')) ?? 0) === 0;
  if (level === undefined || !Array.isArray(buckets) || !isWhole) return null;
  const [name, group] = level;
  const rows: PartRow[] = [];
  for (const bucket of buckets) {
    const cell = { [name]: valueOf(group, bucket) };
    const below =
      deeper.length === 0 ? [measuresOf(tally, bucket)] : rowsBelow(tally, deeper, field(bucket, GROUPS));
    if (below === null) return null;
    for (const row of below) rows.push({ ...cell, ...row });
  }
  return rows;
}

function valueOf(group: Group, bucket: JsonValue): JsonValue {
  const key = field(bucket, 'key');
  if (!('stepMs' in group)) return text(key) === NOTHING.text ? null : text(key);
  const start = number(key) ?? 0;
  return start < 0 ? null : start;
}
