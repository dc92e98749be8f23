import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLabelSums } from '../../../src/runtime/metrics/labelSums.ts';

const word = fc.constantFrom('', 'a', 'b', 'ab', '__proto__');
const additions = fc.array(fc.tuple(word, word, fc.nat({ max: 9 })));

test('sums are by all labels, in the order in which these came first, until they are taken', () => {
  const sums = createLabelSums(['one', 'other']);
  fc.assert(
    fc.property(additions, (all) => {
      const expected = new Map<string, number>();
      for (const [one, other, amount] of all) {
        sums.add({ one, other, unnamed: `${amount}` }, amount);
        const key = JSON.stringify([one, other]);
        expected.set(key, (expected.get(key) ?? 0) + amount);
      }
      expect(sums.size()).toBe(expected.size);
      const taken = sums
        .take()
        .map(({ labels, amount }) => [JSON.stringify([labels['one'], labels['other']]), amount]);
      expect(taken).toEqual([...expected]);
      expect([sums.size(), sums.take()]).toEqual([0, []]);
    }),
  );
});
