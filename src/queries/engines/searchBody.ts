// A part as the body of an OpenSearch search, page by page. A tally is a composite aggregation: the only one that
// counts every group exactly, at the price of pages; a listing is a sorted search.
import type { TableName } from '../../documents/fields.ts';
import {
  type Group,
  KEY_FIELDS,
  type Listing,
  type Measure,
  type Part,
  type Tally,
} from '../catalogue/part.ts';
import { checkedType, DATES, fieldType } from './fieldOf.ts';
import { clauseOf } from './searchConditions.ts';

/** The name of the aggregation of a tally, and of the value below the filter of a measure. */
export const GROUPS = 'groups';
export const FILTERED = 'filtered';

/** Below `search.max_buckets` (65,535) with what stands below each group. */
const MOST_BUCKETS = 60_000;
const MOST_GROUPS = 10_000;
/** Of documents; below `index.max_result_window`. */
const MOST_HITS = 5_000;

/**
 * What stands for a missing number, so that it comes last: OpenSearch's own ends of the range are no numbers that
 * JavaScript can give back to it.
 */
const LAST = { asc: Number.MAX_SAFE_INTEGER, desc: Number.MIN_SAFE_INTEGER } as const;

/** Where a page begins: what the page before it ended with, in OpenSearch's words; null = the first one. */
export type After = object | null;

export interface PageAsked {
  readonly after: After;
  /** Groups or documents: a page with fewer is the last one. */
  readonly size: number;
}

/** Of the first page unless told. @throws RangeError for a field that is none */
export function searchBodyOf(part: Part, page: PageAsked = firstPage(part)): SearchBody {
  return part.kind === 'tally' ? tallyBody(part, page) : listingBody(part, page);
}

export type SearchBody = Readonly<Record<string, unknown>>;

/** As large as OpenSearch takes it by default. */
export function firstPage(part: Part): PageAsked {
  return { after: null, size: mostOfPage(part) };
}

function mostOfPage(part: Part): number {
  if (part.kind === 'listing') return MOST_HITS;
  const below = Object.values(part.measures).reduce((sum, measure) => sum + bucketsOf(measure), 1);
  return Math.min(MOST_GROUPS, Math.floor(MOST_BUCKETS / below));
}

/** The conditions alone. */
export function queryOf({ from, where }: Pick<Part, 'from' | 'where'>): object {
  return { bool: { filter: where.map((condition) => clauseOf(from, condition)) } };
}

function tallyBody(tally: Tally, { after, size }: PageAsked): SearchBody {
  const { from, by } = tally;
  return {
    size: 0,
    track_total_hits: false,
    query: queryOf(tally),
    aggs: {
      [GROUPS]: {
        composite: {
          size,
          sources: Object.entries(by).map(([name, group]) => ({ [name]: sourceOf(from, group) })),
          ...(after === null ? {} : { after }),
        },
        aggs: measureAggs(tally),
      },
    },
  };
}

/** The measures of a tally as aggregations below whatever groups it. */
function measureAggs({ from, measures }: Tally): Readonly<Record<string, object>> {
  return Object.fromEntries(
    Object.entries(measures).flatMap(([name, measure]) => {
      const agg = measureAgg(from, measure);
      if (measure.where === undefined) return agg === null ? [] : [[name, agg]];
      const below = agg === null ? {} : { aggs: { [FILTERED]: agg } };
      return [[name, { filter: clauseOf(from, measure.where), ...below }]];
    }),
  );
}

function sourceOf(from: TableName, group: Group): object {
  const { field } = group;
  if ('stepMs' in group) {
    checkedType(from, field, DATES);
    return { date_histogram: { field, fixed_interval: `${group.stepMs}ms`, missing_bucket: true } };
  }
  checkedType(from, field, 'each' in group ? ['keywords'] : ['keyword', 'ip', 'long', ...DATES]);
  return { terms: { field, missing_bucket: true } };
}

/** null: the number of documents of a group is there anyway. */
function measureAgg(from: TableName, measure: Measure): object | null {
  switch (measure.kind) {
    case 'documents':
      return null;
    case 'sum':
      checkedType(from, measure.field, ['long']);
      return { sum: { field: measure.field } };
    case 'min':
    case 'max':
      checkedType(from, measure.field, ['long', ...DATES]);
      return { [measure.kind]: { field: measure.field } };
    case 'some':
      checkedType(from, measure.field, ['keyword', 'keywords']);
      return { terms: { field: measure.field, size: measure.most, order: { _key: 'asc' } } };
  }
}

function bucketsOf(measure: Measure): number {
  const own = measure.kind === 'some' ? measure.most : 0;
  return own + (measure.where === undefined ? 0 : 1);
}

function listingBody({ from, where, fields, sort }: Listing, { after, size }: PageAsked): SearchBody {
  for (const field of fields) fieldType(from, field);
  const keys = [...sort, ...KEY_FIELDS[from].map((field) => ({ field, order: 'asc' as const }))];
  return {
    size,
    track_total_hits: false,
    query: queryOf({ from, where }),
    _source: fields,
    sort: keys.map(({ field, order }) => {
      const type = checkedType(from, field, ['keyword', 'long', 'date']);
      return { [field]: { order, missing: type === 'keyword' ? '_last' : LAST[order] } };
    }),
    ...(after === null ? {} : { search_after: after }),
  };
}
