import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Load, mayRead } from '../../../src/workers/join/appetite.ts';

const load: fc.Arbitrary<Load> = fc.record({
  endedBlocks: fc.nat({ max: 2 }),
  records: fc.nat({ max: 500 }),
});

describe('which partitions may read on', () => {
  it('is all of them while there is room', () => {
    const loads = [
      { endedBlocks: 1, records: 40 },
      { endedBlocks: 0, records: 50 },
    ];
    expect(mayRead(loads, 91)).toEqual(new Set([0, 1]));
  });

  it('is none while an ended block only waits to be written', () => {
    const loads = [
      { endedBlocks: 1, records: 40 },
      { endedBlocks: 0, records: 50 },
    ];
    expect(mayRead(loads, 90)).toEqual(new Set());
  });

  it('is the fullest alone when no block has ended, since only reading can end one', () => {
    const loads = [
      { endedBlocks: 0, records: 40 },
      { endedBlocks: 0, records: 50 },
    ];
    expect(mayRead(loads, 90)).toEqual(new Set([1]));
  });

  it('never stops everything while no block has ended', () => {
    fc.assert(
      fc.property(fc.array(load, { minLength: 1 }), fc.nat({ max: 2_000 }), (loads, most) => {
        fc.pre(loads.every(({ endedBlocks }) => endedBlocks === 0));
        expect(mayRead(loads, most).size).toBeGreaterThan(0);
      }),
    );
  });

  it('is at most one of them beyond the limit', () => {
    fc.assert(
      fc.property(fc.array(load), fc.nat({ max: 2_000 }), (loads, most) => {
        fc.pre(loads.reduce((sum, { records }) => sum + records, 0) >= most);
        expect(mayRead(loads, most).size).toBeLessThanOrEqual(1);
      }),
    );
  });
});
