// Whatever is found among known frames is what decoding gives.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventCodec } from '../../src/codec/eventCodec.ts';
import { headerOf } from '../../src/codec/frame.ts';
import { createKnownFrames } from '../../src/codec/knownFrames.ts';
import { flowPairs } from '../arbitraries/flowPairs.ts';
import { currentSchema } from './schemas.ts';

const codec = eventCodec(currentSchema(), []);
const known = () => createKnownFrames(headerOf(codec.fingerprint));

describe('a frame like one that was decoded', () => {
  test('is found, and gives what decoding gives', () => {
    fc.assert(
      fc.property(flowPairs, ([one, other]) => {
        const frames = known();
        const first = codec.encode(one);
        expect(frames.find(first)).toBeUndefined();
        frames.keep(first, one);
        frames.keep(codec.encode({ ...one, cluster: other.cluster, origin: other.origin }), {
          ...one,
          cluster: other.cluster,
          origin: other.origin,
        });
        expect(frames.find(codec.encode(other))).toEqual(other);
      }),
    );
  });

  test('shares with it all but what is new', () => {
    fc.assert(
      fc.property(flowPairs, ([one]) => {
        const frames = known();
        const frame = codec.encode(one);
        frames.keep(frame, one);
        const found = frames.find(frame);
        expect(found?.body.destination).toBe(one.body.destination);
        expect(found?.body.source).toBe(one.body.source);
      }),
    );
  });

  test('is not taken for it when any byte of it differs that matters', () => {
    const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(flowPairs, change, ([one], { at, to }) => {
        const frames = known();
        const frame = codec.encode(one);
        frames.keep(frame, one);
        const other = Uint8Array.from(frame);
        other[at % other.length] = to;
        const found = frames.find(other);
        if (found !== undefined) expect(found).toEqual(codec.decode(other));
      }),
      { numRuns: 2_000 },
    );
  });

  test('is not found cut off, or with more behind it', () => {
    fc.assert(
      fc.property(flowPairs, fc.nat(), ([one], cut) => {
        const frames = known();
        const frame = codec.encode(one);
        frames.keep(frame, one);
        expect(frames.find(frame.subarray(0, cut % frame.length))).toBeUndefined();
        expect(frames.find(Uint8Array.from([...frame, 0]))).toBeUndefined();
      }),
    );
  });

  test('is not found when all was forgotten to stay within the bound', () => {
    const frames = createKnownFrames(headerOf(codec.fingerprint), 0);
    fc.assert(
      fc.property(flowPairs, ([one, other]) => {
        frames.keep(codec.encode(one), one);
        frames.keep(codec.encode({ ...other, body: { ...other.body, node: 'another' } }), other);
        expect(frames.find(codec.encode(one))).toBeUndefined();
      }),
    );
  });
});
