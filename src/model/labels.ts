// Labels as Cilium writes them: `source:key=value`. They live in sorted arrays of strings, never as keys
// of a plain object, so that a label named `__proto__` is a label like any other.

/** Sorted, without duplicates, each `source:key=value` or `source:key`. */
export type LabelSet = readonly string[];

export interface Label {
  /** `k8s`, `reserved`, `cidr`, `fqdn`, …; `unspec` when the text names none. */
  readonly source: string;
  readonly key: string;
  readonly value: string;
}

export const NAMESPACE_KEY = 'io.kubernetes.pod.namespace';
export const CLUSTER_KEY = 'io.cilium.k8s.policy.cluster';
export const NAMESPACE_LABEL_PREFIX = 'io.cilium.k8s.namespace.labels.';

/**
 * One label. The source ends at the first `:` that stands before any `=`
 * (cilium/cilium pkg/labels, ParseLabel); a `cidr:` key keeps its own colons.
 */
export function parseLabel(text: string): Label {
  const equals = text.indexOf('=');
  const colon = text.indexOf(':');
  const hasSource = colon >= 0 && (equals < 0 || colon < equals);
  const source = hasSource ? text.slice(0, colon) : 'unspec';
  const rest = hasSource ? text.slice(colon + 1) : text;
  const split = rest.indexOf('=');
  return split < 0
    ? { source, key: rest, value: '' }
    : { source, key: rest.slice(0, split), value: rest.slice(split + 1) };
}

/** Sorted by UTF-16 code units, duplicates taken out. */
export function labelSet(labels: Iterable<string>): LabelSet {
  return [...new Set(labels)].sort();
}

/** The value of the label with this source and key; undefined when there is none. */
export function labelValue(labels: LabelSet, source: string, key: string): string | undefined {
  const prefix = `${source}:${key}=`;
  const bare = `${source}:${key}`;
  for (const label of labels) {
    if (label.startsWith(prefix)) return label.slice(prefix.length);
    if (label === bare) return '';
  }
  return undefined;
}
