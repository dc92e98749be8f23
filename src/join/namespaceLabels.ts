// Namespace labels at other times than the flow's own. At its own time the flow's labels win; in an epoch
// with another version of the Namespace, that version's labels stand in their place, so that a change of
// namespace labels can be a cause. What the timeline does not know stays as the flow has it.
import { labelSet, type LabelSet, NAMESPACE_LABEL_PREFIX } from '../model/labels.ts';
import type { Micros } from '../model/time.ts';
import type { TimelineReader } from '../timeline/reader.ts';
import { spanAt } from './heldAt.ts';

/** The timeline holds a Namespace's own labels as `k8s:key=value`. */
const SOURCE = 'k8s:';
const PREFIX = `${SOURCE}${NAMESPACE_LABEL_PREFIX}`;

/** Whether the timeline tells, or the flow shows, the namespace labels of an end at `t`; else they are the flow's. */
export function areLabelsKnown(
  timeline: TimelineReader,
  { namespace }: { readonly namespace: string },
  own: Micros,
  t: Micros,
): boolean {
  const spans = namespace === '' ? [] : timeline.namespaceLabels(namespace);
  const then = spanAt(spans, t);
  return then === undefined || then.value !== null || then === spanAt(spans, own);
}

/** The labels that an endpoint with `labels` at `own` had, or will have, at `t`. */
export function labelsAt(
  timeline: TimelineReader,
  endpoint: { readonly namespace: string; readonly labels: LabelSet },
  own: Micros,
  t: Micros,
): LabelSet {
  if (endpoint.namespace === '' || t === own) return endpoint.labels;
  const spans = timeline.namespaceLabels(endpoint.namespace);
  if (spans.length < 2) return endpoint.labels;
  const then = spanAt(spans, t);
  if (then === undefined || then.value === null || then === spanAt(spans, own)) return endpoint.labels;
  return labelSet([
    ...endpoint.labels.filter((label) => !label.startsWith(PREFIX)),
    ...then.value.map((label) => `${PREFIX}${label.slice(SOURCE.length)}`),
  ]);
}
