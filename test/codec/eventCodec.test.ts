import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventCodec } from '../../src/codec/eventCodec.ts';
import { fingerprintText, HEADER_BYTES } from '../../src/codec/frame.ts';
import type { Event } from '../../src/model/event.ts';
import { Fault } from '../../src/model/fault.ts';
import { events, eventsOf, policyChanges } from '../arbitraries/events.ts';
import { currentSchema, releasedSchemas } from './schemas.ts';

const codec = eventCodec(
  currentSchema(),
  releasedSchemas().map((release) => release.schema),
);

const WATERMARK: Event = {
  id: 'w1',
  cluster: 'prod-eu1',
  observedAt: 1_793_609_300_000_001,
  observedAtNanos: 999,
  origin: { source: 'k8s.audit', partition: 2, offset: 17, index: 0 },
  body: { kind: 'Watermark', auditSource: 'api-1', completeUntil: 5, policyOffset: 9, assumed: true },
};

const STATUS: Event = {
  ...WATERMARK,
  body: {
    kind: 'FeedStatus',
    feed: 'audit',
    reporter: '',
    lost: 0,
    lostSource: '',
    from: 0,
    until: 0,
    counts: [],
  },
};

function faultOf(action: () => unknown): Fault {
  try {
    action();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('no fault');
}

describe('an event that was encoded', () => {
  test('is the same event when decoded', () => {
    fc.assert(
      fc.property(events, (event) => {
        expect(codec.decode(codec.encode(event))).toEqual(event);
      }),
    );
  });

  test('is the same however long its texts are', () => {
    for (const length of [1_000, 16_000, 16_384, 17_000, 1_000_000]) {
      const event = { ...WATERMARK, id: 'w'.repeat(length) };
      expect(codec.decode(codec.encode(event))).toEqual(event);
    }
  });

  test('holds plain objects, as everything after the codec expects', () => {
    const decoded = codec.decode(codec.encode(WATERMARK));
    expect(Object.getPrototypeOf(decoded.body)).toBe(Object.prototype);
    expect(Object.keys(decoded.body).sort()).toEqual(Object.keys(WATERMARK.body).sort());
  });

  test('begins with the mark of single-object encoding and the fingerprint, low byte first', () => {
    const bytes = codec.encode(WATERMARK);
    expect([...bytes.subarray(0, 2)]).toEqual([0xc3, 0x01]);
    const fingerprint = [...bytes.subarray(2, HEADER_BYTES)].toReversed();
    expect(fingerprint.map((byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(
      fingerprintText(codec.fingerprint),
    );
  });

  test('can be decoded from the middle of a larger buffer', () => {
    const bytes = codec.encode(WATERMARK);
    const larger = new Uint8Array(bytes.length + 20);
    larger.set(bytes, 7);
    expect(codec.decode(larger.subarray(7, 7 + bytes.length))).toEqual(WATERMARK);
  });
});

describe('bytes that are no event', () => {
  test('of an unknown schema are refused by its name, with the names of the known', () => {
    const bytes = codec.encode(WATERMARK);
    bytes.fill(0xab, 2, HEADER_BYTES);
    const fault = faultOf(() => codec.decode(bytes));
    expect(fault.code).toBe('schema-unknown');
    expect(fault.message).toContain('abababababababab');
    expect(fault.message).toContain(fingerprintText(codec.fingerprint));
  });

  test.each([
    ['nothing', new Uint8Array(0)],
    ['a JSON line', new TextEncoder().encode('{"flow":{"verdict":"DROPPED"}}')],
    ['a Confluent frame', new Uint8Array([0, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6, 7])],
    ['a header cut off', new Uint8Array([0xc3, 0x01, 1, 2])],
  ])('%s is avro-broken', (_, bytes) => {
    expect(faultOf(() => codec.decode(bytes)).code).toBe('avro-broken');
  });

  test('any frame cut short or continued is avro-broken', () => {
    fc.assert(
      fc.property(events, fc.nat(), (event, cut) => {
        const bytes = codec.encode(event);
        const short = bytes.subarray(0, HEADER_BYTES + (cut % (bytes.length - HEADER_BYTES)));
        const long = new Uint8Array([...bytes, 0]);
        expect(faultOf(() => codec.decode(short)).code).toBe('avro-broken');
        expect(faultOf(() => codec.decode(long)).code).toBe('avro-broken');
      }),
    );
  });

  test('any damage gives an event or a fault, never another error', () => {
    fc.assert(
      fc.property(events, fc.nat(), fc.nat({ max: 255 }), (event, where, byte) => {
        const bytes = codec.encode(event);
        bytes[HEADER_BYTES + (where % (bytes.length - HEADER_BYTES))] = byte;
        try {
          codec.decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a word of a newer version', () => {
  // Both schemas call the second symbol differently: what is written as AUDIT reads as a word unheard of.
  const renamed = JSON.stringify(currentSchema()).replace('"FLOWS","AUDIT"', '"FLOWS","METRICS"');

  test('is refused by name where the model has no word for not knowing', () => {
    const reader = eventCodec(JSON.parse(renamed), [currentSchema()]);
    const fault = faultOf(() => reader.decode(codec.encode(STATUS)));
    expect(fault.code).toBe('schema-unknown');
    expect(fault.message).toContain('feed');
  });

  test('reads as unknown where the model has that word', () => {
    const newer = JSON.stringify(currentSchema()).replace('"DRY_RUN",', '');
    const reader = eventCodec(JSON.parse(newer), [currentSchema()]);
    fc.assert(
      fc.property(eventsOf(policyChanges), (event) => {
        const dry: Event = { ...event, body: { ...event.body, result: 'dry-run' } };
        expect(reader.decode(codec.encode(dry)).body).toMatchObject({ result: 'unknown' });
      }),
    );
  });
});
