// Where the parts of a flow verdict stand in its frame, found without decoding it: what is new in every frame is read,
// the rest is measured. Nothing is found in frames of another schema, of another kind, or of any form but the one that
// our own encoder gives; those are to be decoded. It knows the current schema by heart, as the test of knownFrames.ts
// holds against it.
//
//   header │ id │ cluster │ time │ source, partition, offset, index │ kind │ judgement │ uuid │ first ─ port ─ last │
import { HEADER_BYTES } from './frame.ts';

/** Each `Start` is where the bytes of a text begin, each `End` where they end. */
export interface FlowSpans {
  idStart: number;
  idEnd: number;
  clusterStart: number;
  clusterEnd: number;
  observedAt: number;
  observedAtNanos: number;
  sourceStart: number;
  sourceEnd: number;
  partition: number;
  offset: number;
  index: number;
  /** The symbol's number. */
  judgement: number;
  uuidStart: number;
  uuidEnd: number;
  /** From the end of the uuid to here: what was observed, and the source up to its address. */
  firstEnd: number;
  /** Of the source. */
  port: number;
  /** From here to the end of the frame: the rest of the source, and all else. */
  lastStart: number;
}

const MAX_LONG = Number.MAX_SAFE_INTEGER;
const MAX_INT = 2 ** 31 - 1;

/** @returns the spans, the same object at each call; null where the frame has another form */
export function createFlowScan(header: Uint8Array): (frame: Uint8Array) => FlowSpans | null {
  const spans = emptySpans();
  const cursor: Cursor = { bytes: header, at: 0 };
  return (frame) => {
    for (let index = 0; index < HEADER_BYTES; index += 1) if (frame[index] !== header[index]) return null;
    cursor.bytes = frame;
    cursor.at = HEADER_BYTES;
    readEvent(cursor, spans);
    // The first branch of the union.
    if (whole(cursor, MAX_INT) !== 0) return null;
    readFlow(cursor, spans);
    return cursor.at < frame.length ? spans : null;
  };
}

interface Cursor {
  bytes: Uint8Array;
  /** Beyond the end: something was wrong. */
  at: number;
}

function readEvent(cursor: Cursor, spans: FlowSpans): void {
  const id = whole(cursor, MAX_INT);
  spans.idStart = cursor.at;
  spans.idEnd = skip(cursor, id);
  const cluster = whole(cursor, MAX_INT);
  spans.clusterStart = cursor.at;
  spans.clusterEnd = skip(cursor, cluster);
  spans.observedAt = whole(cursor, MAX_LONG);
  spans.observedAtNanos = whole(cursor, MAX_INT);
  const source = whole(cursor, MAX_INT);
  spans.sourceStart = cursor.at;
  spans.sourceEnd = skip(cursor, source);
  spans.partition = whole(cursor, MAX_INT);
  spans.offset = whole(cursor, MAX_LONG);
  spans.index = whole(cursor, MAX_INT);
}

function readFlow(cursor: Cursor, spans: FlowSpans): void {
  spans.judgement = whole(cursor, MAX_INT);
  const uuid = whole(cursor, MAX_INT);
  spans.uuidStart = cursor.at;
  spans.uuidEnd = skip(cursor, uuid);
  // Observed, the raw word, direction; namespace, pod, workload, its kind, identity, labels, address.
  whole(cursor, MAX_INT);
  skipText(cursor);
  whole(cursor, MAX_INT);
  for (let texts = 0; texts < 4; texts += 1) skipText(cursor);
  whole(cursor, MAX_LONG);
  skipTexts(cursor);
  skipText(cursor);
  spans.firstEnd = cursor.at;
  spans.port = whole(cursor, MAX_INT);
  spans.lastStart = cursor.at;
}

function skip(cursor: Cursor, bytes: number): number {
  cursor.at += bytes;
  return cursor.at;
}

function skipText(cursor: Cursor): void {
  const length = whole(cursor, MAX_INT);
  skip(cursor, length);
}

/** Blocks of texts until a block of none. */
function skipTexts(cursor: Cursor): void {
  const { bytes } = cursor;
  for (let count = whole(cursor, MAX_INT); count > 0; count = whole(cursor, MAX_INT))
    for (let left = count; left > 0 && cursor.at < bytes.length; left -= 1) skipText(cursor);
}

/** From 0 to `most`, in zigzag and base 128. */
function whole(cursor: Cursor, most: number): number {
  const { bytes } = cursor;
  let value = 0;
  for (let scale = 1; scale <= 2 ** 56; scale *= 128) {
    const byte = bytes[cursor.at] ?? 0x80;
    cursor.at += 1;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  // Odd ones are negative.
  if (value % 2 === 0 && value <= Number.MAX_SAFE_INTEGER && value / 2 <= most) return value / 2;
  cursor.at = Infinity;
  return 0;
}

function emptySpans(): FlowSpans {
  return {
    idStart: 0,
    idEnd: 0,
    clusterStart: 0,
    clusterEnd: 0,
    observedAt: 0,
    observedAtNanos: 0,
    sourceStart: 0,
    sourceEnd: 0,
    partition: 0,
    offset: 0,
    index: 0,
    judgement: 0,
    uuidStart: 0,
    uuidEnd: 0,
    firstEnd: 0,
    port: 0,
    lastStart: 0,
  };
}
