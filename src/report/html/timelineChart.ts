// Verdicts over time with the policy changes marked on them, as a Vega-Lite specification. Where the data come
// from is the caller's: a report has them beside it, a dashboard asks for them. Colours are the caller's, too: a
// page that knows light and dark passes CSS variables, a canvas needs plain ones.
//
//   verdicts   time (milliseconds or RFC 3339), observed, count        one row for a slot of time and a verdict
//   changes    time, who, change, effect, tone (`bad`: it broke something)

import type { JsonObject, JsonValue } from '../../model/json.ts';
import { OBSERVED_ORDER } from '../page/sums.ts';

export interface ChartSource {
  readonly data: JsonObject;
  /** Vega-Lite transforms that make rows of the shape above. */
  readonly transform: readonly JsonObject[];
}

export interface ChartPalette {
  readonly observed: Readonly<Record<(typeof OBSERVED_ORDER)[number], string>>;
  readonly text: string;
  readonly lines: string;
  readonly change: string;
  readonly breaking: string;
}

export interface TimelineChart {
  readonly verdicts: ChartSource;
  readonly changes: ChartSource;
  readonly palette: ChartPalette;
  readonly width: number | 'container';
  readonly height: number | 'container';
  /** Nothing beside it says what its colours mean, and nobody listens to what is chosen on it. */
  readonly standsAlone: boolean;
  /** Of the Vega-Lite version that will draw it. */
  readonly schema: string;
}

/** Above the highest bar, where the marks of changes stand. */
const HEADROOM_PX = 14;

/** The name of the selection of time: its value has `time`, two times in milliseconds. */
const BRUSH = 'brush';

export function timelineChart(chart: TimelineChart): JsonObject {
  const { verdicts, changes, palette, standsAlone } = chart;
  const time = { field: 'time', type: 'temporal', scale: { type: 'utc' }, axis: axis(palette) };
  const marked = { x: time, tooltip: TOOLTIP, color: changeColour(palette) };
  return {
    $schema: chart.schema,
    description: 'Policy verdicts over time by what was observed, with policy changes marked on them',
    width: chart.width,
    height: chart.height,
    autosize: { type: chart.height === 'container' ? 'fit' : 'fit-x', contains: 'padding' },
    background: 'transparent',
    layer: [
      {
        ...sourceOf(verdicts),
        ...(standsAlone ? {} : { params: [brush(palette)] }),
        mark: { type: 'area', interpolate: 'step-after' },
        encoding: {
          x: time,
          y: {
            field: 'count',
            type: 'quantitative',
            stack: 'zero',
            aggregate: 'sum',
            axis: countAxis(palette),
            // Vega-Lite 4, which dashboards have, knows no end of a range.
            ...(standsAlone ? {} : { scale: { rangeMax: HEADROOM_PX } }),
          },
          color: {
            field: 'observed',
            type: 'nominal',
            legend: standsAlone ? { title: null, labelColor: palette.text } : null,
            scale: {
              domain: [...OBSERVED_ORDER],
              range: OBSERVED_ORDER.map((word) => palette.observed[word]),
            },
          },
          order: { field: 'order', type: 'quantitative' },
        },
      },
      {
        // One source for both marks: where it is a question to a server, it is asked once.
        ...sourceOf({ ...changes, transform: [...changes.transform, WRITTEN_TIME] }),
        layer: [
          { mark: { type: 'rule', strokeDash: [2, 3], opacity: 0.7 }, encoding: marked },
          {
            mark: { type: 'point', shape: 'triangle-down', filled: true, size: 90, opacity: 1 },
            encoding: { ...marked, y: { value: 5 } },
          },
        ],
      },
    ],
    config: { view: { stroke: null }, axis: { labelFontSize: 11, titleFontSize: 11 } },
  };
}

function brush({ text }: ChartPalette): JsonObject {
  return {
    name: BRUSH,
    select: { type: 'interval', encodings: ['x'], mark: { fill: text, fillOpacity: 0.12 } },
  };
}

/** In UTC, which Vega-Lite's own formats of tooltips are not. */
const WRITTEN_TIME: JsonObject = {
  calculate: "utcFormat(toDate(datum.time), '%Y-%m-%d %H:%M:%S')",
  as: 'at',
};

const TOOLTIP: JsonValue = [
  { field: 'at', type: 'nominal', title: 'at' },
  { field: 'who', type: 'nominal', title: 'who' },
  { field: 'change', type: 'nominal', title: 'change' },
  { field: 'effect', type: 'nominal', title: 'effect' },
];

function sourceOf({ data, transform }: ChartSource): JsonObject {
  return transform.length === 0 ? { data } : { data, transform };
}

function changeColour({ change, breaking }: ChartPalette): JsonObject {
  return { condition: { test: "datum.tone === 'bad'", value: breaking }, value: change };
}

/** Midnight is shown as the day, every other time as hours and minutes. */
function axis(palette: ChartPalette): JsonObject {
  return {
    ...colours(palette),
    title: 'UTC',
    grid: false,
    labelFlush: false,
    labelOverlap: true,
    labelExpr:
      "utcFormat(datum.value, utchours(datum.value) == 0 && utcminutes(datum.value) == 0 ? '%b %d' : '%H:%M')",
  };
}

function countAxis(palette: ChartPalette): JsonObject {
  return { ...colours(palette), title: 'verdicts', tickMinStep: 1, tickCount: 4 };
}

function colours({ text, lines }: ChartPalette): JsonObject {
  return { labelColor: text, titleColor: text, gridColor: lines, domainColor: lines, tickColor: lines };
}
