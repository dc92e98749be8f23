// Reads back from a stored rollup or verdict document what tells whether a change can concern it, and from the
// stored rollups which blocks repair has to compute again. What a document does not tell counts as yes.
import type { Trace } from '../join/touched.ts';
import { texts, text } from '../model/json.ts';
import { type Micros, parseMicros } from '../model/time.ts';
import { DIRECTIONS } from '../model/verdict.ts';
import { WINDOW_MICROS, windowStart } from '../rollup/rollup.ts';
import type { Document } from './document.ts';
import { policyOffsetOf } from './versions.ts';

/**
 * Whole windows, not the first and last verdict in them: a verdict that moves from one rollup to another of
 * the same window must find both.
 * @returns null for a rollup that counts nothing any more, and for what is no rollup.
 */
export function rollupTrace({ fields }: Document): Trace | null {
  const from = parseMicros(text(fields['window.start']));
  const direction = DIRECTIONS.find((word) => word === fields['network.direction']);
  if (from === undefined || direction === undefined || fields['count'] === 0) return null;
  const causeAt = parseMicros(text(fields['cause.at']));
  return {
    cluster: text(fields['orchestrator.cluster.name']),
    from,
    until: from + WINDOW_MICROS - 1,
    direction,
    subject: {
      labels: texts(fields['subject.labels']),
      namespace: text(fields['subject.namespace']),
      ip: '',
      pod: '',
      dns: [],
      identity: 0,
    },
    peerNamespace: fields['peer.workload'] === 'other' ? null : text(fields['peer.namespace']),
    cause: causeAt === undefined ? null : { ref: text(fields['cause.policy']), at: causeAt },
    drift: texts(fields['drift']),
    reported: texts(fields['policy.reported']),
  };
}

/** A block as documents name it. */
export interface BlockName {
  readonly partition: string;
  readonly number: number;
}

/**
 * The blocks of which some rollup can be concerned and was made without knowing the record at `policyOffset`.
 * Sorted, each once. Open blocks may be among them: those are their owners' to mend.
 */
export function touchedBlocks(
  rollups: Iterable<Document>,
  policyOffset: number,
  isTouched: (trace: Trace) => boolean,
): readonly BlockName[] {
  const older = [...rollups].filter(({ _version }) => policyOffsetOf(_version) < policyOffset);
  return blocksOf(older, isTouched);
}

/**
 * The blocks that may hold verdicts of which provisional documents are stored though the watermark has passed
 * them: to be computed again, so that the documents become final. By window, cluster and subject namespace,
 * since verdict documents name no block.
 */
export function settledBlocks(
  rollups: Iterable<Document>,
  provisional: readonly Document[],
  isSettled: (cluster: string, t: Micros) => boolean,
): readonly BlockName[] {
  const windows = new Set<string>();
  for (const { fields } of provisional) {
    const at = parseMicros(text(fields['@timestamp']));
    const cluster = text(fields['orchestrator.cluster.name']);
    if (at === undefined || fields['join.status'] !== 'provisional' || !isSettled(cluster, at)) continue;
    windows.add(windowKey(cluster, windowStart(at), text(fields['subject.namespace'])));
  }
  const isHeld = (trace: Trace): boolean =>
    windows.has(windowKey(trace.cluster, trace.from, trace.subject.namespace));
  return blocksOf(rollups, isHeld);
}

function windowKey(cluster: string, start: Micros, namespace: string): string {
  return `${start} ${namespace} ${cluster}`;
}

function blocksOf(rollups: Iterable<Document>, isWanted: (trace: Trace) => boolean): readonly BlockName[] {
  const found = new Map<string, BlockName>();
  for (const document of rollups) {
    const trace = rollupTrace(document);
    if (trace === null || !isWanted(trace)) continue;
    const partition = text(document.fields['block.partition']);
    const number = Number(document.fields['block.number']);
    found.set(`${partition} ${number}`, { partition, number });
  }
  return [...found.values()].sort((a, b) => a.number - b.number || (a.partition < b.partition ? -1 : 1));
}
