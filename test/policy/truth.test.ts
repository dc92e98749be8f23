// Kleene's laws: what is unknown may turn out yes or no, and an answer that is certain stays right then.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { and, isUnknown, not, or, type Truth, unknown } from '../../src/policy/truth.ts';

const truth: fc.Arbitrary<Truth> = fc.constantFrom<Truth>(true, false, unknown('fqdn'), unknown('group'));
const boolean = fc.boolean();

/** What a truth may turn out to be. */
function outcomes(value: Truth): readonly boolean[] {
  return isUnknown(value) ? [true, false] : [value];
}

test('a certain answer of and, or and not holds however its unknown parts turn out', () => {
  fc.assert(
    fc.property(truth, truth, (left, right) => {
      for (const a of outcomes(left))
        for (const b of outcomes(right)) {
          expect(outcomes(and(left, right))).toContain(a && b);
          expect(outcomes(or(left, right))).toContain(a || b);
          expect(outcomes(not(left))).toContain(!a);
        }
    }),
  );
});

test('the order of two clauses changes nothing', () => {
  fc.assert(
    fc.property(truth, truth, (left, right) => {
      expect(and(left, right)).toEqual(and(right, left));
      expect(or(left, right)).toEqual(or(right, left));
    }),
  );
});

test('without anything unknown it is plain logic', () => {
  fc.assert(
    fc.property(boolean, boolean, (left, right) => {
      expect(and(left, right)).toBe(left && right);
      expect(or(left, right)).toBe(left || right);
    }),
  );
});

test('the reasons of both unknown parts are kept, each once and sorted', () => {
  expect(and(unknown('group'), unknown('fqdn'))).toEqual(['fqdn', 'group']);
  expect(or(unknown('fqdn'), unknown('fqdn'))).toEqual(['fqdn']);
});
