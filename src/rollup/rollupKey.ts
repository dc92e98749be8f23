// What tells two rollups of a window apart: the conversation and how it was judged. Peers outside the
// cluster are told apart by address; pods by namespace, workload and labels, never by pod name.
//
// Made for every verdict: label lists and decisions stand in it by their digests, and no list is built.
import type { Enriched } from '../join/enriched.ts';
import { type Endpoint, type FlowVerdict, peerOf, subjectOf } from '../model/event.ts';
import { decisionDigest, labelsDigest } from './digests.ts';
import { windowStart } from './rollup.ts';

/** Equal text: the same rollup. Depends on the content of the verdict only. */
export function rollupKey(verdict: Enriched, folded: boolean): string {
  const flow = verdict.event.body;
  const peer = folded ? 'other' : endText(peerOf(flow));
  return `${windowStart(verdict.event.observedAt)}|${measured(verdict.event.cluster)}${endText(subjectOf(flow))}|${peer}|${flow.direction}|${flow.transport}|${flow.destination.port}|${judgementText(verdict)}|${reportedText(flow)}`;
}

/** The address of an end outside the cluster; '' for pods, whose addresses come and go. */
export function outsideAddress(end: Endpoint): string {
  return end.namespace === '' && end.pod === '' ? end.ip : '';
}

function judgementText(verdict: Enriched): string {
  const { event, cause, history, confidence, drift } = verdict;
  const changed = cause === null ? '' : `${cause.change.id},${cause.before}`;
  return `${event.body.observed}|${event.body.matchType}|${decisionDigest(verdict.decision)}|${changed}|${history}|${confidence}|${drift.join()}`;
}

function endText(end: Endpoint): string {
  return `${measured(end.namespace)}${measured(end.workload)}${end.entity}|${measured(outsideAddress(end))}${labelsDigest(end.labels)}`;
}

function reportedText({ reported }: FlowVerdict): string {
  let text = '';
  for (const { effect, kind, namespace, name } of reported)
    text += `${effect}|${measured(kind)}${measured(namespace)}${measured(name)}`;
  return text;
}

/** A log may hold any name: with its length before it, no name can pass for two, or for something else. */
function measured(name: string): string {
  return `${name.length}:${name}`;
}
