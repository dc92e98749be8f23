// What tells two rollups of a window apart: the conversation and how it was judged. Peers outside the
// cluster are told apart by address; pods by namespace, workload and labels, never by pod name.
import type { Enriched } from '../join/enriched.ts';
import { type Endpoint, peerOf, subjectOf } from '../model/event.ts';
import { canonicalJson } from '../model/json.ts';
import { windowStart } from './rollup.ts';

/** Equal text: the same rollup. Depends on the content of the verdict only. */
export function rollupKey(verdict: Enriched, folded: boolean): string {
  const { event, decision, cause } = verdict;
  const flow = event.body;
  return canonicalJson([
    windowStart(event.observedAt),
    event.cluster,
    flow.direction,
    flow.transport,
    flow.destination.port,
    endKey(subjectOf(flow)),
    folded ? ['other'] : endKey(peerOf(flow)),
    flow.observed,
    flow.matchType,
    decision.declared,
    decision.reason,
    decision.undecidable,
    decision.selecting,
    decision.isolating,
    decision.deciding,
    flow.reported.map((policy) => [policy.effect, policy.kind, policy.namespace, policy.name]),
    cause === null ? [] : [cause.change.id, cause.before],
    verdict.history,
    verdict.confidence,
    verdict.drift,
  ]);
}

/** The address of an end outside the cluster; '' for pods, whose addresses come and go. */
export function outsideAddress(end: Endpoint): string {
  return end.namespace === '' && end.pod === '' ? end.ip : '';
}

function endKey(end: Endpoint): readonly (string | readonly string[])[] {
  return [end.namespace, end.workload, end.entity, outsideAddress(end), end.labels];
}
