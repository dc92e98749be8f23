// How the common parameters narrow each kind of document. Rollups are told by the minute in which they begin:
// the ends of a span that is no whole minute are those of its minutes.
import type { Condition } from './part.ts';
import { between, is } from './part.ts';
import type { QueryParameters } from './savedQuery.ts';

/** Rollups whose subject (the end whose policies were asked) is in the namespace; those that count anything. */
export function flowScope(parameters: QueryParameters): readonly Condition[] {
  return [...talkScope(parameters), ...named('subject.namespace', parameters.namespace)];
}

/** Rollups of the span and the cluster, whatever the namespace. */
export function talkScope(parameters: QueryParameters): readonly Condition[] {
  return [
    // What a repair emptied stays, and counts nothing.
    { kind: 'range', field: 'count', from: 1, until: null },
    ...verdictScope({ ...parameters, namespace: '' }),
  ];
}

/** Verdicts that are kept whole, of subjects in the namespace. */
export function verdictScope({
  sinceMs,
  untilMs,
  cluster,
  namespace,
}: QueryParameters): readonly Condition[] {
  return [
    ...between('@timestamp', sinceMs, untilMs),
    ...named('orchestrator.cluster.name', cluster),
    ...named('subject.namespace', namespace),
  ];
}

/** Changes that were made within the span. */
export function changeScope(parameters: QueryParameters): readonly Condition[] {
  return [...between('change.at', parameters.sinceMs, parameters.untilMs), ...policyScope(parameters)];
}

/** Changes and policies of the cluster and namespace; cluster-scoped kinds have none. */
export function policyScope({ cluster, namespace }: QueryParameters): readonly Condition[] {
  return [...named('orchestrator.cluster.name', cluster), ...named('policy.namespace', namespace)];
}

/** What feeds covered within the span, as far as it meets it. */
export function feedScope({ sinceMs, untilMs, cluster }: QueryParameters): readonly Condition[] {
  return [
    ...between('feed.until', sinceMs, null),
    ...between('feed.from', null, untilMs),
    ...named('orchestrator.cluster.name', cluster),
  ];
}

function named(field: string, value: string): readonly Condition[] {
  return value === '' ? [] : [is(field, value)];
}
