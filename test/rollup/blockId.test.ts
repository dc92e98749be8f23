import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLOCK_OFFSETS } from '../../src/rollup/block.ts';
import { type BlockId, nextBlock, numberOfBlock, runOfBlock } from '../../src/rollup/blockId.ts';

const HOUR = 3_600_000;

function blocksOf(hours: readonly number[], first = 0, size = 8): readonly number[] {
  let id: BlockId | null = null;
  return hours.slice(first).map((hour, index) => {
    id = nextBlock(id, { offset: first + index, appendedAtMs: hour * HOUR }, size);
    return numberOfBlock(id);
  });
}

describe('blocks of a partition', () => {
  it('end with their run of offsets, and with the hour', () => {
    const at = (offset: number, hour: number) => nextBlock(null, { offset, appendedAtMs: hour * HOUR });
    expect(at(BLOCK_OFFSETS - 1, 5)).toEqual({ run: 0, hour: 5 });
    expect(at(BLOCK_OFFSETS, 5)).toEqual({ run: 1, hour: 5 });
    expect(nextBlock(at(0, 5), { offset: 1, appendedAtMs: 6 * HOUR })).toEqual({ run: 0, hour: 6 });
  });

  it("are found again by whoever begins at the start of one, even if the broker's clock steps back", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 40 }), (hours) => {
        const whole = blocksOf(hours);
        whole.forEach((number, offset) => {
          if (number !== whole[offset - 1]) expect(blocksOf(hours, offset)).toEqual(whole.slice(offset));
        });
        expect(whole).toEqual(whole.toSorted((a, b) => a - b));
        expect(whole.map(runOfBlock)).toEqual(hours.map((_, offset) => Math.floor(offset / 8)));
      }),
    );
  });
});
