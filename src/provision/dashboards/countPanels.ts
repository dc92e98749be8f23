// Panels that count documents: a table of groups, single figures, bars over time.
import type { JsonObject } from '../../model/json.ts';
import { aggregations, type Figure, type Grouping } from './aggregations.ts';
import type { SavedObject, Said } from './savedObject.ts';
import { type Documents, searchSource } from './searchSource.ts';
import { visualization } from './visualization.ts';

/** A question, the documents that answer it, and what the filter on them is called. */
export interface Counted extends Said {
  readonly documents: Documents;
  readonly filterName: string;
}

const ROWS_SHOWN = 10;

/** @param figures the first orders the rows, the most first */
export function table(
  prefix: string,
  counted: Counted,
  figures: readonly Figure[],
  rows: readonly Grouping[],
): SavedObject {
  const groups = rows.map((grouping) => ({ schema: 'bucket', grouping }) as const);
  const params = {
    perPage: ROWS_SHOWN,
    showPartialRows: false,
    showMetricsAtAllLevels: false,
    showTotal: false,
    totalFunc: 'sum',
    percentageCol: '',
  };
  const aggs = aggregations(counted.documents.from, figures, groups);
  return visualization(prefix, counted, { type: 'table', params, aggs }, sourceOf(prefix, counted));
}

/** The same figure of several kinds of documents, side by side. @param kinds Lucene queries by title */
export function figures(
  prefix: string,
  counted: Counted,
  figure: Figure,
  kinds: Readonly<Record<string, string>>,
): SavedObject {
  const grouping: Grouping = { kind: 'filters', filters: kinds };
  const aggs = aggregations(counted.documents.from, [figure], [{ schema: 'group', grouping }]);
  return visualization(prefix, counted, { type: 'metric', params: FIGURES, aggs }, sourceOf(prefix, counted));
}

const FIGURES: JsonObject = {
  type: 'metric',
  addTooltip: true,
  addLegend: false,
  metric: {
    percentageMode: false,
    useRanges: false,
    colorSchema: 'Green to Red',
    metricColorMode: 'None',
    colorsRange: [{ from: 0, to: 10_000 }],
    labels: { show: true },
    invertColors: false,
    style: { bgFill: '#000', bgColor: false, labelColor: false, subText: '', fontSize: 32 },
  },
};

/** Bars by `@timestamp`, one colour for each group. */
export function overTime(prefix: string, counted: Counted, figure: Figure, split: Grouping): SavedObject {
  const aggs = aggregations(
    counted.documents.from,
    [figure],
    [
      { schema: 'segment', grouping: { kind: 'time', field: '@timestamp' } },
      { schema: 'group', grouping: split },
    ],
  );
  const visState = { type: 'histogram', params: bars(figure.title), aggs } as const;
  return visualization(prefix, counted, visState, sourceOf(prefix, counted));
}

function bars(title: string): JsonObject {
  const axis = { show: true, style: {}, labels: { show: true, truncate: 100 } };
  return {
    type: 'histogram',
    grid: { categoryLines: false },
    categoryAxes: [
      {
        ...axis,
        id: 'CategoryAxis-1',
        type: 'category',
        position: 'bottom',
        scale: { type: 'linear' },
        title: {},
      },
    ],
    valueAxes: [
      {
        ...axis,
        id: 'ValueAxis-1',
        name: 'LeftAxis-1',
        type: 'value',
        position: 'left',
        scale: { type: 'linear', mode: 'normal' },
        title: { text: title },
      },
    ],
    seriesParams: [
      {
        show: true,
        type: 'histogram',
        mode: 'stacked',
        data: { label: title, id: '1' },
        valueAxis: 'ValueAxis-1',
        drawLinesBetweenPoints: true,
        lineWidth: 2,
        showCircles: true,
      },
    ],
    addTooltip: true,
    addLegend: true,
    legendPosition: 'right',
    times: [],
    addTimeMarker: false,
    labels: { show: false },
    thresholdLine: { show: false, value: 10, width: 1, style: 'full', color: '#E7664C' },
  };
}

function sourceOf(prefix: string, { documents, filterName }: Counted) {
  return searchSource(prefix, documents, filterName);
}
