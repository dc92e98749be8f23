// What tells two rollups of a window apart: the conversation and how it was judged. Peers outside the
// cluster are told apart by address; pods by namespace, workload and labels, never by pod name.
//
// Made for every verdict, so label lists and decisions stand in it by their digests.
import type { Enriched } from '../join/enriched.ts';
import { type Endpoint, type FlowVerdict, peerOf, subjectOf } from '../model/event.ts';
import { decisionDigest, labelsDigest } from './digests.ts';
import { windowStart } from './rollup.ts';

/** Equal text: the same rollup. Depends on the content of the verdict only. */
export function rollupKey(verdict: Enriched, folded: boolean): string {
  const { event, decision, cause } = verdict;
  const flow = event.body;
  return [
    windowStart(event.observedAt),
    flow.direction,
    flow.transport,
    flow.destination.port,
    flow.observed,
    flow.matchType,
    verdict.history,
    verdict.confidence,
    verdict.drift.join(),
    decisionDigest(decision),
    cause === null ? '' : `${cause.change.id},${cause.before}`,
    // Names as logs have them may hold any character: they go last, each with its length.
    lengthPrefixed([event.cluster, ...endParts(subjectOf(flow)), ...reportedParts(flow)]),
    folded ? 'other' : lengthPrefixed(endParts(peerOf(flow))),
  ].join('|');
}

/** The address of an end outside the cluster; '' for pods, whose addresses come and go. */
export function outsideAddress(end: Endpoint): string {
  return end.namespace === '' && end.pod === '' ? end.ip : '';
}

function endParts(end: Endpoint): readonly string[] {
  return [end.namespace, end.workload, end.entity, outsideAddress(end), labelsDigest(end.labels)];
}

function reportedParts(flow: FlowVerdict): readonly string[] {
  return flow.reported.flatMap(({ effect, kind, namespace, name }) => [effect, kind, namespace, name]);
}

/** So that ("ab", "c") and ("a", "bc") differ. */
function lengthPrefixed(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  return text;
}
