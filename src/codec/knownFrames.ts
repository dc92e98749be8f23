// Flow verdicts out of frames like those that were decoded before. The ends of a cluster's connections come again and
// again, with new ids, times and source ports only: so the bytes of all else are the key under which the decoded
// verdict is found, and only what is new is read. What it gives is what decoding gives; nothing but speed depends on
// what is remembered, which is bounded, and forgotten as a whole.
import type { FlowEvent, FlowVerdict } from '../model/event.ts';
import { seenAgain } from '../model/sameFlow.ts';
import { createFlowScan, type FlowSpans } from './flowSpans.ts';

export interface KnownFrames {
  /** undefined: nothing like it was kept, so decode it. Parts of events found are one object where they are equal. */
  find(frame: Uint8Array): FlowEvent | undefined;
  /** @param event what the frame decodes to */
  keep(frame: Uint8Array, event: FlowEvent): void;
}

/** Of remembered keys, in all. */
const MAX_CHARACTERS = 16_000_000;

/** By the bytes before the source port, then by those behind it. */
type Verdicts = Map<string, Map<string, FlowVerdict>>;

/** @param header of the frames that are known here; others are never found */
export function createKnownFrames(header: Uint8Array, maxCharacters = MAX_CHARACTERS): KnownFrames {
  const scan = createFlowScan(header);
  /** By the number of the judgement. */
  const verdicts: Verdicts[] = [];
  /** Names of clusters and sources, by their bytes. */
  const names = new Map<string, string>();
  let characters = 0;

  function keepName(key: string, name: string): void {
    if (names.has(key)) return;
    names.set(key, name);
    characters += key.length;
  }

  return {
    find(frame) {
      const spans = scan(frame);
      if (spans === null) return undefined;
      const bytes = bufferOf(frame);
      const like = verdicts[spans.judgement]
        ?.get(bytes.toString('latin1', spans.uuidEnd, spans.firstEnd))
        ?.get(bytes.toString('latin1', spans.lastStart, frame.length));
      if (like === undefined) return undefined;
      const cluster = names.get(bytes.toString('latin1', spans.clusterStart, spans.clusterEnd));
      const source = names.get(bytes.toString('latin1', spans.sourceStart, spans.sourceEnd));
      return cluster === undefined || source === undefined
        ? undefined
        : eventOf(bytes, spans, { like, cluster, source });
    },
    keep(frame, event) {
      const spans = scan(frame);
      if (spans === null) return;
      if (characters > maxCharacters) {
        verdicts.length = 0;
        names.clear();
        characters = 0;
      }
      const bytes = bufferOf(frame);
      keepName(bytes.toString('latin1', spans.clusterStart, spans.clusterEnd), event.cluster);
      keepName(bytes.toString('latin1', spans.sourceStart, spans.sourceEnd), event.origin.source);
      const first = bytes.toString('latin1', spans.uuidEnd, spans.firstEnd);
      const last = bytes.toString('latin1', spans.lastStart, frame.length);
      const judged = verdicts[spans.judgement] ?? new Map<string, Map<string, FlowVerdict>>();
      verdicts[spans.judgement] = judged;
      const alike = judged.get(first) ?? new Map<string, FlowVerdict>();
      judged.set(first, alike.set(last, event.body));
      characters += first.length + last.length;
    },
  };
}

function bufferOf(frame: Uint8Array): Buffer {
  return Buffer.isBuffer(frame) ? frame : Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength);
}

interface Known {
  readonly like: FlowVerdict;
  readonly cluster: string;
  readonly source: string;
}

function eventOf(bytes: Buffer, spans: FlowSpans, { like, cluster, source }: Known): FlowEvent {
  const id = bytes.toString('utf8', spans.idStart, spans.idEnd);
  return {
    id,
    cluster,
    observedAt: spans.observedAt,
    observedAtNanos: spans.observedAtNanos,
    origin: { source, partition: spans.partition, offset: spans.offset, index: spans.index },
    body: seenAgain(like, isIdUuid(bytes, spans) ? id : uuidOf(bytes, spans), spans.port),
  };
}

function uuidOf(bytes: Buffer, { uuidStart, uuidEnd }: FlowSpans): string {
  return bytes.toString('utf8', uuidStart, uuidEnd);
}

function isIdUuid(bytes: Buffer, { idStart, idEnd, uuidStart, uuidEnd }: FlowSpans): boolean {
  if (idEnd - idStart !== uuidEnd - uuidStart) return false;
  for (let index = idEnd - idStart - 1; index >= 0; index -= 1)
    if (bytes[idStart + index] !== bytes[uuidStart + index]) return false;
  return true;
}
