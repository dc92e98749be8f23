import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGate, gateProblems, type GateSettings } from '../../src/join/gate.ts';
import { createWatermarks, type Watermarks } from '../../src/join/watermarks.ts';

const SETTINGS: GateSettings = {
  clockSkewMs: 2_000,
  maxWaitMs: 60_000,
  disorderMs: 35_000,
  heartbeatMs: 5_000,
  bytes: 200,
  clusters: 2,
};
const SECOND = 1_000_000;

function hear(watermarks: Watermarks, cluster: string, seconds: number, nowMs: number): void {
  watermarks.hear(
    {
      id: '',
      cluster,
      observedAt: 0,
      observedAtNanos: 0,
      origin: { source: 'netpol.watermarks', partition: 0, offset: 0, index: 0 },
      body: {
        kind: 'Watermark',
        auditSource: 'api-1',
        completeUntil: seconds * SECOND,
        policyOffset: -1,
        assumed: false,
      },
    },
    nowMs,
  );
}

function setUp() {
  const watermarks = createWatermarks(30_000);
  const gate = createGate<string>(SETTINGS, watermarks);
  const offer = (item: string, seconds: number, nowMs: number, cluster = 'prod'): boolean =>
    gate.offer({ cluster, at: seconds * SECOND, bytes: 40, item }, nowMs);
  const out = (nowMs: number) => gate.release(nowMs).map(({ item, status }) => `${item} ${status}`);
  return { watermarks, gate, offer, out };
}

describe('the gate', () => {
  it('lets a record go on when the watermark has passed it by the clock skew', () => {
    const { watermarks, offer, out } = setUp();
    hear(watermarks, 'prod', 10, 0);
    offer('a', 10, 0);
    hear(watermarks, 'prod', 11.999_999, 1);
    expect(out(1)).toEqual([]);
    hear(watermarks, 'prod', 12, 2);
    expect(out(2)).toEqual(['a final']);
  });

  it('lets it go on as provisional after the longest wait', () => {
    const { watermarks, offer, out } = setUp();
    hear(watermarks, 'prod', 1, 0);
    offer('a', 10, 0);
    expect(out(59_999)).toEqual([]);
    expect(out(60_000)).toEqual(['a provisional']);
    expect(out(60_001)).toEqual([]);
  });

  it('releases by event time, not by arrival', () => {
    const { watermarks, offer, out } = setUp();
    offer('late', 20, 0);
    offer('early', 10, 1);
    hear(watermarks, 'prod', 15, 2);
    expect(out(2)).toEqual(['early final']);
  });

  it('takes no more of a cluster at its share while its audit feed is only late', () => {
    const { watermarks, offer, out } = setUp();
    hear(watermarks, 'prod', 1, 0);
    expect([offer('a', 10, 0), offer('b', 11, 0), offer('c', 12, 0)]).toEqual([true, true, false]);
    hear(watermarks, 'prod', 12, 1);
    expect(out(1)).toEqual(['a final']);
    expect(offer('c', 12, 1)).toBe(true);
  });

  it('pushes the oldest out when there is no audit feed to wait for', () => {
    const { offer, out } = setUp();
    expect([offer('a', 10, 0), offer('b', 11, 0), offer('c', 12, 0)]).toEqual([true, true, true]);
    expect(out(0)).toEqual(['a provisional']);
  });

  it('lets no cluster take the share of another', () => {
    const { watermarks, offer, out } = setUp();
    hear(watermarks, 'prod', 1, 0);
    hear(watermarks, 'test', 1, 0);
    for (const item of ['a', 'b', 'c']) offer(item, 10, 0);
    expect([offer('d', 10, 0, 'test'), offer('e', 10, 0, 'test')]).toEqual([true, true]);
    hear(watermarks, 'test', 12, 1);
    expect(out(1)).toEqual(['d final', 'e final']);
  });

  it('never holds more than its bytes, and gives each record it took out once', () => {
    const step = fc.record({
      cluster: fc.constantFrom('prod', 'test', 'third'),
      seconds: fc.nat({ max: 100 }),
      bytes: fc.integer({ min: 1, max: 150 }),
      passMs: fc.nat({ max: 20_000 }),
      watermark: fc.option(fc.nat({ max: 100 })),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const { watermarks, gate } = setUp();
        const taken: string[] = [];
        const out: string[] = [];
        let nowMs = 0;
        steps.forEach(({ cluster, seconds, bytes, passMs, watermark }, index) => {
          nowMs += passMs;
          if (watermark !== null) hear(watermarks, cluster, watermark, nowMs);
          const record = { cluster, at: seconds * SECOND, bytes, item: String(index) };
          if (gate.offer(record, nowMs)) taken.push(record.item);
          const held = gate.waiting().reduce((sum, waiting) => sum + waiting.bytes, 0);
          expect(held).toBeLessThanOrEqual(SETTINGS.bytes);
          out.push(...gate.release(nowMs).map(({ item }) => item));
        });
        out.push(...gate.release(nowMs + SETTINGS.maxWaitMs).map(({ item }) => item));
        expect(out.toSorted()).toEqual(taken.toSorted());
        expect(gate.waiting()).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the settings of the gate', () => {
  it('are refused when every verdict would go on before its watermark can come', () => {
    expect(gateProblems(SETTINGS)).toEqual([]);
    expect(gateProblems({ ...SETTINGS, maxWaitMs: 40_000 })).toEqual([expect.stringContaining('maxWaitMs')]);
  });

  it('are refused when a cluster would have no share, or a number is none', () => {
    expect(gateProblems({ ...SETTINGS, clusters: 0 })).toHaveLength(1);
    expect(gateProblems({ ...SETTINGS, heartbeatMs: Number.NaN })).not.toEqual([]);
  });
});
