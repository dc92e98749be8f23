// What tells two rollups of a window apart: the conversation and how it was judged. Peers outside the
// cluster are told apart by address; pods by namespace, workload and labels, never by pod name.
//
// Made for every verdict, so what is long and comes again and again (label lists, decisions) stands in it as a
// digest, which is worked out once for each array or object.
import type { Enriched } from '../join/enriched.ts';
import { type Endpoint, type FlowVerdict, peerOf, subjectOf } from '../model/event.ts';
import { hashHex } from '../model/hash.ts';
import type { LabelSet } from '../model/labels.ts';
import { windowStart } from './rollup.ts';

const DIGEST_BITS = 128;

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
    digestOf(decision, textOfDecision),
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
  return [end.namespace, end.workload, end.entity, outsideAddress(end), digestOf(end.labels, textOfLabels)];
}

function reportedParts(flow: FlowVerdict): readonly string[] {
  return flow.reported.flatMap(({ effect, kind, namespace, name }) => [effect, kind, namespace, name]);
}

function textOfLabels(labels: LabelSet): string {
  return lengthPrefixed(labels);
}

function textOfDecision(decision: Enriched['decision']): string {
  const { declared, reason, undecidable, selecting, isolating, deciding } = decision;
  return JSON.stringify([declared, reason, undecidable, selecting, isolating, deciding]);
}

/** So that ("ab", "c") and ("a", "bc") differ. */
function lengthPrefixed(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${part.length}:${part}`;
  return text;
}

const digests = new WeakMap<object, string>();

/** The digest of an object that never changes, remembered for as long as the object lives. */
function digestOf<T extends object>(object: T, textOf: (object: T) => string): string {
  const known = digests.get(object);
  if (known !== undefined) return known;
  const digest = hashHex(DIGEST_BITS, [textOf(object)]);
  digests.set(object, digest);
  return digest;
}
