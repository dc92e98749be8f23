// What one metric is: its name, its labels, what it means when it moves and what to do then. Data only; the
// catalogue is a list of these, the documentation and the instruments are made from it.

/**
 * counter    added to as things happen
 * total      a running total that its owner keeps and tells when asked
 * gauge      a figure that its owner tells when asked
 * histogram  how long things took, in buckets
 */
export type MetricKind = 'counter' | 'total' | 'gauge' | 'histogram';

/** Of series that were folded into one: what the one shows. */
export type Fold = 'sum' | 'least' | 'most';

export interface Metric<L extends string = string> {
  readonly kind: MetricKind;
  /** With prefix and base unit: `netpol_drift_…_seconds`. */
  readonly name: string;
  readonly labels: readonly L[];
  /** What it counts: one line, shown by Prometheus beside the name. */
  readonly help: string;
  /** What it means when it moves. */
  readonly means: string;
  /** What to do then. */
  readonly act: string;
  readonly fold: Fold;
  /** Upper bounds of a histogram; [] for the other kinds. */
  readonly buckets: readonly number[];
}

type Text = Pick<Metric, 'help' | 'means' | 'act'>;
export type Counter<L extends string> = Metric<L> & { readonly kind: 'counter' };
export type Total<L extends string> = Metric<L> & { readonly kind: 'total' };
export type Gauge<L extends string> = Metric<L> & { readonly kind: 'gauge' };
export type Histogram<L extends string> = Metric<L> & { readonly kind: 'histogram' };

const PREFIX = 'netpol_drift_';

/** Named by what it counts: `records` becomes `netpol_drift_records_total`. */
export function counter<const L extends string>(name: string, labels: readonly L[], text: Text): Counter<L> {
  return { kind: 'counter', name: `${PREFIX}${name}_total`, labels, fold: 'sum', buckets: [], ...text };
}

export function total<const L extends string>(name: string, labels: readonly L[], text: Text): Total<L> {
  return { kind: 'total', name: `${PREFIX}${name}_total`, labels, fold: 'sum', buckets: [], ...text };
}

export function gauge<const L extends string>(
  name: string,
  labels: readonly L[],
  text: Text & { readonly fold?: Fold },
): Gauge<L> {
  return { kind: 'gauge', name: PREFIX + name, labels, fold: 'sum', buckets: [], ...text };
}

export function histogram<const L extends string>(
  name: string,
  labels: readonly L[],
  text: Text & { readonly buckets: readonly number[] },
): Histogram<L> {
  return { kind: 'histogram', name: PREFIX + name, labels, fold: 'sum', ...text };
}

/**
 * Labels whose values come out of logs, a cluster or a server, outermost first: of these there may be any number.
 * All other labels take their values from closed lists of ours.
 */
export const OPEN_LABELS = ['cluster', 'topic', 'partition', 'namespace', 'source', 'reason'] as const;
