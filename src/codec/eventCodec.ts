// Event ↔ bytes. Made from the schema files, which the caller reads: `schemas/event.avsc` and what lies in
// `schemas/history/`. Writes with the current schema only; reads what any of them wrote.

import avro, { type Schema, type Type } from 'avsc';
import type { Event, FlowEvent } from '../model/event.ts';
import { Fault } from '../model/fault.ts';
import { eventOf, type EventRecord, eventRecord } from './eventRecord.ts';
import { fingerprintOf } from './fingerprint.ts';
import { createFlowFrames, type Lent } from './flowFrames.ts';
import { fingerprintIn, fingerprintText, HEADER_BYTES, headerOf } from './frame.ts';
import { type Walk, walkOf } from './wellFormed.ts';

export interface EventCodec {
  /** CRC-64-AVRO of the current schema. */
  readonly fingerprint: bigint;
  /**
   * One frame (frame.ts), which may share its memory with others. Equal events give equal bytes, but for the order of
   * keys in JSON bodies.
   */
  encode(event: Event): Uint8Array;
  /** Frames that `make` encodes may be given back when they are not needed any more; `make` does not await. */
  lend<T>(make: () => T): Lent<T>;
  /**
   * @throws Fault `schema-unknown` when no schema of ours wrote it, or a newer one says what this version
   *   has no word for; `avro-broken` when the bytes are not exactly one event
   */
  decode(bytes: Uint8Array): Event;
}

interface Writer {
  readonly walk: Walk;
  readonly read: (bytes: Uint8Array) => EventRecord;
}

/**
 * @param current the parsed `schemas/event.avsc`
 * @param history the parsed schemas that were ever released, in any order; the current one may be among them
 * @throws Error when the current schema cannot read what one of the history wrote
 */
export function eventCodec(current: Schema, history: readonly Schema[]): EventCodec {
  const type = typeOf(current);
  const fingerprint = fingerprintOfType(type);
  const encode = encoder(type, headerOf(fingerprint));
  const flows = createFlowFrames(headerOf(fingerprint), (event) => encode(eventRecord(event)));
  const writers = new Map(
    [current, ...history].map((schema) => [fingerprintOfType(typeOf(schema)), writer(type, typeOf(schema))]),
  );
  return {
    fingerprint,
    encode: (event) => (isFlow(event) ? flows.encode(event) : encode(eventRecord(event))),
    lend: flows.lend,
    decode: (bytes) => {
      const found = fingerprintIn(bytes);
      const writer = writers.get(found);
      if (writer === undefined) throw unknownSchema(found, [...writers.keys()]);
      if (writer.walk(bytes, HEADER_BYTES) !== bytes.length)
        throw new Fault(
          'avro-broken',
          `an event of schema ${fingerprintText(found)} is cut off, too long or damaged (${bytes.length} bytes)`,
        );
      return eventOf(writer.read(bytes));
    },
  };
}

function isFlow(event: Event): event is FlowEvent {
  return event.body.kind === 'FlowVerdict';
}

function typeOf(schema: Schema): Type {
  return avro.Type.forSchema(schema, { omitRecordMethods: true });
}

function fingerprintOfType(type: Type): bigint {
  return fingerprintOf(JSON.stringify(type.schema()));
}

/** Most events fit in this. */
const ROOM_BYTES = 16 * 1024;

/** The library's own `toBuffer` encodes twice what is larger than a kilobyte. */
function encoder(type: Type, header: Uint8Array): (record: EventRecord) => Uint8Array {
  const room = Buffer.alloc(ROOM_BYTES);
  room.set(header);
  return (record) => {
    const end = type.encode(record, room, HEADER_BYTES);
    if (end >= 0) return new Uint8Array(room.subarray(0, end));
    // Negative: so many bytes are missing.
    const frame = Buffer.alloc(ROOM_BYTES - end);
    frame.set(header);
    type.encode(record, frame, HEADER_BYTES);
    return frame;
  };
}

function writer(reader: Type, written: Type): Writer {
  const resolver = reader.createResolver(written);
  return {
    walk: walkOf(written),
    read: (bytes) => {
      const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      // The library's answer is untyped; that it has the schema's shape is what decoding means.
      const record: EventRecord = reader.decode(view, HEADER_BYTES, resolver).value;
      return record;
    },
  };
}

function unknownSchema(found: bigint, known: readonly bigint[]): Fault {
  const list = known.map(fingerprintText).sort().join(', ');
  return new Fault(
    'schema-unknown',
    `an event was written with schema ${fingerprintText(found)}; known here: ${list}. Update netpol-drift, or add that schema to schemas/history`,
  );
}
