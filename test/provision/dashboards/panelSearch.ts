// What Dashboards asks OpenSearch for a panel, as far as ours go (OpenSearch-Dashboards: data/common/search/aggs,
// vis_type_vega/public/data_model/opensearch_query_parser.ts). Steps of time that it would choose are an hour here.
import { entries, field, isObject, type JsonObject, type JsonValue, text } from '../../../src/model/json.ts';
import {
  aggsOf,
  filtersOf,
  inner,
  list,
  patternOf,
  type ReadObject,
  type VegaSource,
} from './readObjects.ts';

export interface PanelSearch {
  readonly index: string;
  readonly body: JsonObject;
}

/** Names of the groups, from the outermost to the innermost. */
export const GROUP = 'group';

/** @param context what the dashboard filters by, clauses of OpenSearch's own language */
export function searchOfPanel(
  panel: ReadObject,
  objects: readonly ReadObject[],
  context: readonly JsonObject[] = [],
): PanelSearch {
  const pattern = objects.find(({ type, id }) => type === 'index-pattern' && id === patternOf(panel));
  if (pattern === undefined) throw new Error(`${panel.id} has no index pattern`);
  const own = filtersOf(panel).flatMap((filter) => objectsOf(field(filter, 'query')));
  const query = { bool: { filter: [...own, ...context] } };
  const body =
    panel.type === 'search'
      ? { query, sort: sortOf(panel), ...scriptFields(pattern) }
      : { size: 0, query, aggs: aggregations(panel, pattern) };
  return { index: text(field(pattern.attributes, 'title')), body };
}

function sortOf(panel: ReadObject): readonly JsonObject[] {
  return list(field(panel.attributes, 'sort')).map((one) => {
    const [name = '', order = ''] = list(one).map(text);
    return { [name]: { order, unmapped_type: 'boolean' } };
  });
}

/** Computed fields are asked for with every document. */
function scriptFields(pattern: ReadObject): JsonObject {
  const scripted = scriptedFields(pattern).map(({ name, script }) => [name, { script }] as const);
  return { _source: true, script_fields: Object.fromEntries(scripted) };
}

function scriptedFields(pattern: ReadObject) {
  return list(inner(pattern, 'fields'))
    .filter((one) => field(one, 'scripted') === true)
    .map((one) => ({
      name: text(field(one, 'name')),
      script: { source: text(field(one, 'script')), lang: text(field(one, 'lang')) },
    }));
}

function aggregations(panel: ReadObject, pattern: ReadObject): JsonObject {
  const aggs = aggsOf(panel).map((agg) => ({
    ...agg,
    name: text(agg.params['field']),
    scripted: scriptedFields(pattern).find(({ name }) => name === agg.params['field']),
  }));
  const metrics = Object.fromEntries(
    aggs
      .filter(({ schema, type }) => schema === 'metric' && type !== 'count')
      .map(({ id, type, name }) => [id, { [type]: { field: name } }]),
  );
  const counting = new Set(aggs.filter(({ type }) => type === 'count').map(({ id }) => id));
  const groups = aggs.filter(({ schema }) => schema !== 'metric');
  return groups.reduceRight<JsonObject>((below, group) => {
    const inside = { ...metrics, ...below };
    return {
      [GROUP]: {
        ...clauseOf(group, counting),
        ...(Object.keys(inside).length === 0 ? {} : { aggs: inside }),
      },
    };
  }, {});
}

type Placed = ReturnType<typeof aggsOf>[number] & {
  readonly name: string;
  readonly scripted: ReturnType<typeof scriptedFields>[number] | undefined;
};

/** @param counting ids of figures that are the number of documents */
function clauseOf({ type, params, name, scripted }: Placed, counting: ReadonlySet<string>): JsonObject {
  switch (type) {
    case 'terms': {
      const orderBy = text(params['orderBy']);
      return {
        terms: {
          ...(scripted === undefined ? { field: name } : { script: scripted.script, value_type: 'string' }),
          size: Number(params['size']),
          order: { [counting.has(orderBy) ? '_count' : orderBy]: 'desc' },
          ...(params['missingBucket'] === true ? { missing: '__missing__' } : {}),
          ...(params['include'] === undefined ? {} : { include: params['include'] }),
        },
      };
    }
    case 'date_histogram':
      return { date_histogram: { field: name, fixed_interval: '1h', min_doc_count: 1 } };
    case 'filters':
      return {
        filters: {
          filters: Object.fromEntries(
            list(params['filters']).map((one) => [
              text(field(one, 'label')),
              { query_string: { query: text(field(field(one, 'input'), 'query')), analyze_wildcard: true } },
            ]),
          ),
        },
      };
    default:
      throw new Error(`no panel of ours groups by ${type}`);
  }
}

/** @param time the chosen span, milliseconds */
export function searchOfVega(
  { url }: VegaSource,
  time: { readonly min: number; readonly max: number },
  context: readonly JsonObject[] = [],
): PanelSearch {
  const body = filledIn(field(url, 'body'), time, context);
  return { index: text(field(url, 'index')), body: isObject(body) ? body : {} };
}

type Span = Parameters<typeof searchOfVega>[1];

function filledIn(value: JsonValue | undefined, time: Span, context: readonly JsonObject[]): JsonValue {
  if (Array.isArray(value))
    return value.flatMap((one: JsonValue): JsonValue => {
      if (one === '%dashboard_context-filter_clause%') return context;
      return typeof one === 'string' && one.startsWith('%') ? [] : [filledIn(one, time, context)];
    });
  if (!isObject(value)) return value ?? null;
  return Object.fromEntries(
    entries(value).map(([key, below]): [string, JsonValue] => {
      const filter = field(below, '%timefilter%');
      if (filter === 'min' || filter === 'max') return [key, time[filter]];
      if (filter === true)
        return [key, { gte: iso(time.min), lte: iso(time.max), format: 'strict_date_optional_time' }];
      if (field(below, '%autointerval%') === true) return [key, '10m'];
      return [key, filledIn(below, time, context)];
    }),
  );
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function objectsOf(value: unknown): readonly JsonObject[] {
  return isObject(value) ? [value] : [];
}
