// The instruments of the catalogue, over prom-client. Whoever counts sees only these: `add`, `observe`, and `from`
// for figures that their owner is asked for when Prometheus scrapes, so that nothing has to be kept up to date
// in between and nothing stays behind when the owner is gone.
//
// Adding to a counter of prom-client costs a microsecond or more, and there is something to add for each record: sums
// are kept here and handed on when Prometheus scrapes.
import {
  Counter as PromCounter,
  Gauge as PromGauge,
  Histogram as PromHistogram,
  Registry,
} from 'prom-client';
import { collectDefaultMetrics } from 'prom-client';
import { createBoundedSeries, type LabelValues, MOST_SERIES } from './boundedSeries.ts';
import type { Counter, Fold, Gauge, Histogram, Metric, Total } from './definition.ts';
import { createLabelSums } from './labelSums.ts';

export type Labels<L extends string> = Readonly<Record<L, string>>;

export interface Addable<L extends string> {
  /** @param amount not negative */
  add(labels: Labels<L>, amount?: number): void;
}

export interface Observable<L extends string> {
  /** In the metric's unit: seconds. */
  observe(labels: Labels<L>, value: number): void;
}

export type Reading<L extends string> = readonly [labels: Labels<L>, value: number];

export interface Readable<L extends string> {
  /**
   * `read` is asked at each scrape, must not wait and must not throw. What is not a finite number is left out.
   * @returns ends it
   */
  from(read: () => Iterable<Reading<L>>): () => void;
}

export interface Metrics {
  readonly counter: <L extends string>(metric: Counter<L>) => Addable<L>;
  readonly histogram: <L extends string>(metric: Histogram<L>) => Observable<L>;
  readonly gauge: <L extends string>(metric: Gauge<L> | Total<L>) => Readable<L>;
  /** In Prometheus' text format. */
  readonly exposition: () => Promise<string>;
  readonly contentType: string;
}

/**
 * Instruments of its own for each process (or test). An instrument is made when it is first asked for.
 * @param mostSeries of each metric, roughly; see boundedSeries.ts.
 */
export function createMetrics(mostSeries: number = MOST_SERIES): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = new Map<string, Addable<string>>();
  const histograms = new Map<string, Observable<string>>();
  const gauges = new Map<string, Readable<string>>();
  return {
    counter: (metric) => once(counters, metric, () => createCounter(metric, registry, mostSeries)),
    histogram: (metric) => once(histograms, metric, () => createHistogram(metric, registry, mostSeries)),
    gauge: (metric) => once(gauges, metric, () => createGauge(metric, registry, mostSeries)),
    exposition: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

/** Labels come from the data; Prometheus may never ask. */
const MOST_SUMS = 1_000;

function once<T>(made: Map<string, T>, { name }: Metric, make: () => T): T {
  const instrument = made.get(name) ?? make();
  made.set(name, instrument);
  return instrument;
}

function createCounter(metric: Metric, registry: Registry, mostSeries: number): Addable<string> {
  const labelled = createBoundedSeries(metric.labels, mostSeries);
  const sums = createLabelSums(metric.labels);
  const handOn = (): void => {
    for (const { labels, amount } of sums.take()) counter.inc(labelled(labels), amount);
  };
  const counter: PromCounter = new PromCounter({ ...describe(metric, registry), collect: handOn });
  return {
    add(labels, amount = 1) {
      if (sums.size() >= MOST_SUMS) handOn();
      sums.add(labels, amount);
    },
  };
}

function createHistogram(metric: Metric, registry: Registry, mostSeries: number): Observable<string> {
  const labelled = createBoundedSeries(metric.labels, mostSeries);
  const histogram = new PromHistogram({ ...describe(metric, registry), buckets: [...metric.buckets] });
  return { observe: (labels, value) => histogram.observe(labelled(labels), value) };
}

function createGauge(metric: Metric, registry: Registry, mostSeries: number): Readable<string> {
  const labelled = createBoundedSeries(metric.labels, mostSeries);
  const sources = new Set<() => Iterable<Reading<string>>>();
  const about = describe(metric, registry);
  const read = (): Iterable<Reading<string>> => folded(sources, labelled, metric.fold);
  if (metric.kind === 'total') collectTotal(about, read);
  else collectGauge(about, read);
  return {
    from(source) {
      sources.add(source);
      return () => void sources.delete(source);
    },
  };
}

interface About {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly registers: Registry[];
}

function describe({ name, help, labels }: Metric, registry: Registry): About {
  return { name, help, labelNames: labels, registers: [registry] };
}

function collectTotal(about: About, read: () => Iterable<Reading<string>>): void {
  const counter: PromCounter = new PromCounter({
    ...about,
    collect() {
      counter.reset();
      for (const [labels, value] of read()) counter.inc(labels, value);
    },
  });
}

function collectGauge(about: About, read: () => Iterable<Reading<string>>): void {
  const gauge: PromGauge = new PromGauge({
    ...about,
    collect() {
      gauge.reset();
      for (const [labels, value] of read()) gauge.set(labels, value);
    },
  });
}

function folded(
  sources: Iterable<() => Iterable<Reading<string>>>,
  labelled: (labels: LabelValues) => LabelValues,
  fold: Fold,
): Iterable<Reading<string>> {
  const found = new Map<string, Reading<string>>();
  for (const source of sources)
    for (const [given, value] of source()) {
      if (!Number.isFinite(value)) continue;
      const labels = labelled(given);
      const key = JSON.stringify(labels);
      const before = found.get(key);
      found.set(key, [labels, before === undefined ? value : combine(fold, before[1], value)]);
    }
  return found.values();
}

function combine(fold: Fold, a: number, b: number): number {
  switch (fold) {
    case 'sum':
      return a + b;
    case 'least':
      return Math.min(a, b);
    case 'most':
      return Math.max(a, b);
  }
}
