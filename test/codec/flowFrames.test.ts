// What is written anew of a known flow, and what is not, must not show.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventCodec } from '../../src/codec/eventCodec.ts';
import { events } from '../arbitraries/events.ts';
import { flowPairs } from '../arbitraries/flowPairs.ts';
import { currentSchema } from './schemas.ts';

const codec = () => eventCodec(currentSchema(), []);

describe('the frame of a flow like one that was encoded', () => {
  test('is that of an encoder that knows none', () => {
    const known = codec();
    fc.assert(
      fc.property(flowPairs, ([one, other]) => {
        known.encode(one);
        expect(Buffer.from(known.encode(other))).toEqual(Buffer.from(codec().encode(other)));
      }),
    );
  });

  test('stays what it is when others are encoded', () => {
    const known = codec();
    fc.assert(
      fc.property(fc.array(flowPairs), events, (pairs, event) => {
        const flows = pairs.flat();
        const frames = flows.map((flow) => known.encode(flow));
        known.encode(event);
        expect(frames.map((frame) => known.decode(frame))).toEqual(flows);
      }),
    );
  });

  test('is gone when it was lent and is released, and no other one is', () => {
    const known = codec();
    fc.assert(
      fc.property(flowPairs, flowPairs, (pair, others) => {
        const encode = (flows: typeof pair) => flows.map((flow) => known.encode(flow));
        encode(pair);
        encode(others);
        const before = encode(pair);
        const lent = known.lend(() => encode(others));
        const after = encode(pair);
        const again = known.lend(() => encode(others));
        expect(lent.made.map((frame) => known.decode(frame))).toEqual(others);
        lent.release();
        // Of what was plainly encoded, the library made a frame of its own.
        for (const frame of lent.made) expect([0, frame.buffer.byteLength]).toContain(frame.length);
        for (const kept of [before, after]) expect(kept.map((frame) => known.decode(frame))).toEqual(pair);
        expect(again.made.map((frame) => known.decode(frame))).toEqual(others);
      }),
    );
  });

  test('tells flows apart that differ in one thing only', () => {
    fc.assert(
      fc.property(flowPairs, ([flow]) => {
        const { body } = flow;
        const known = codec();
        known.encode(flow);
        const others = [
          { ...body, node: `${body.node}2` },
          { ...body, weight: body.weight > 0 ? body.weight - 1 : 1 },
          { ...body, isReply: body.isReply === null },
          { ...body, policyLog: [...body.policyLog, 'more'] },
          { ...body, l7: { protocol: 'http', type: '', summary: `${body.l7?.summary}2` } },
          { ...body, destination: { ...body.destination, port: body.destination.port + 1 } },
          { ...body, source: { ...body.source, labels: [...body.source.labels, 'k8s:a=b'] } },
          { ...body, reported: body.reported.map((policy) => ({ ...policy, uid: `${policy.uid}2` })) },
        ];
        for (const other of others)
          expect(known.decode(known.encode({ ...flow, body: other }))).toEqual({ ...flow, body: other });
      }),
    );
  });
});
