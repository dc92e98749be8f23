// Verdicts over time with the policy changes on them: the chart of the report (report/html/timelineChart.ts), whose data
// Dashboards asks for here. Filters and time of the dashboard hold for both questions. A Vega panel cannot be read by
// everybody: its figures and its changes stand in panels of their own, too.
import type { JsonObject } from '../../model/json.ts';
import { OBSERVED, type Observed } from '../../model/verdict.ts';
import { timelineChart } from '../../report/html/timelineChart.ts';
import { indexPattern } from '../../stores/opensearch/indexNames.ts';
import type { SavedObject, Said } from './savedObject.ts';
import { NO_SEARCH_SOURCE } from './searchSource.ts';
import { visualization } from './visualization.ts';

/** Dashboards complains of a newer version than its own only, and the chart asks for nothing that came later. */
const SCHEMA = 'https://vega.github.io/schema/vega-lite/v4.json';

const MOST_CHANGES = 500;

/** Readable on the light and on the dark theme. */
const PALETTE = {
  observed: {
    forwarded: '#54b399',
    redirected: '#6092c0',
    audited: '#d6bf57',
    dropped: '#e7664c',
    error: '#aa6556',
  },
  text: '#98a2b3',
  lines: '#98a2b3',
  change: '#9170b8',
  breaking: '#d36086',
};

export function timelinePanel(prefix: string, said: Said): SavedObject {
  const chart = timelineChart({
    verdicts: { data: verdictData(prefix), transform: VERDICT_ROWS },
    changes: { data: changeData(prefix), transform: CHANGE_ROWS },
    palette: PALETTE,
    width: 'container',
    height: 'container',
    standsAlone: true,
    schema: SCHEMA,
  });
  const params = { spec: JSON.stringify(chart, null, 2) };
  return visualization(prefix, said, { type: 'vega', params, aggs: [] }, NO_SEARCH_SOURCE);
}

/** Each source has a name of its own: Dashboards hands out the answers by name. */
function verdictData(prefix: string): JsonObject {
  const count = { sum: { field: 'count' } };
  const kinds = OBSERVED.map((kind) => [
    kind,
    { filter: { term: { 'verdict.observed': kind } }, aggs: { count } },
  ]);
  const time = {
    field: '@timestamp',
    interval: { '%autointerval%': true },
    min_doc_count: 0,
    extended_bounds: { min: { '%timefilter%': 'min' }, max: { '%timefilter%': 'max' } },
  };
  const body = {
    size: 0,
    query: asked([]),
    aggs: { time: { date_histogram: time, aggs: Object.fromEntries(kinds) } },
  };
  return {
    name: 'verdicts',
    url: { index: indexPattern('rollups', prefix), body },
    format: { property: 'aggregations.time.buckets' },
  };
}

/** As areas lie on each other: what was let through at the bottom. */
const STACK: readonly Observed[] = ['forwarded', 'redirected', 'audited', 'dropped', 'error'];

const VERDICT_ROWS: readonly JsonObject[] = [
  { calculate: 'datum.key', as: 'time' },
  ...OBSERVED.map((kind) => ({ calculate: `datum.${kind}.count.value`, as: kind })),
  { fold: [...OBSERVED], as: ['observed', 'count'] },
  { calculate: `indexof(${JSON.stringify(STACK)}, datum.observed)`, as: 'order' },
];

const CHANGE_FIELDS = {
  at: '@timestamp',
  actor: 'actor.user',
  verb: 'change.verb',
  policy: 'policy.ref',
  diff: 'change.diff',
};

function changeData(prefix: string): JsonObject {
  const took = [
    { terms: { 'change.outcome': ['version', 'tombstone'] } },
    { term: { 'change.origin': 'audit' } },
  ];
  const body = {
    size: MOST_CHANGES,
    query: asked(took),
    _source: Object.values(CHANGE_FIELDS),
    sort: [{ '@timestamp': 'desc' }],
  };
  return {
    name: 'changes',
    url: { index: indexPattern('changes', prefix), body },
    format: { property: 'hits.hits' },
  };
}

const CHANGE_ROWS: readonly JsonObject[] = [
  { calculate: `toDate(${source(CHANGE_FIELDS.at)})`, as: 'time' },
  { calculate: `${source(CHANGE_FIELDS.actor)} || '?'`, as: 'who' },
  { calculate: `${source(CHANGE_FIELDS.verb)} + ' ' + ${source(CHANGE_FIELDS.policy)}`, as: 'change' },
  {
    calculate: `isArray(${source(CHANGE_FIELDS.diff)}) ? join(slice(${source(CHANGE_FIELDS.diff)}, 0, 3), '; ') : ''`,
    as: 'effect',
  },
  { calculate: "''", as: 'tone' },
];

function source(field: string): string {
  return `datum._source['${field}']`;
}

/** What the dashboard filters by, the chosen time, and conditions of our own. */
function asked(own: readonly JsonObject[]): JsonObject {
  return {
    bool: {
      must: ['%dashboard_context-must_clause%'],
      filter: [
        '%dashboard_context-filter_clause%',
        { range: { '@timestamp': { '%timefilter%': true } } },
        ...own,
      ],
      must_not: ['%dashboard_context-must_not_clause%'],
    },
  };
}
