import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dnsName, dnsPattern, matchesName } from '../../src/policy/dnsPattern.ts';

/** The regular expression that Cilium's sources make of a pattern. */
function documented(pattern: string): RegExp {
  const deep = /^\*{2,}\./.exec(pattern)?.[0] ?? '';
  const rest = pattern.slice(deep.length).replaceAll('.', '[.]').replace(/\*+/g, '[-a-z0-9_]*');
  return new RegExp(`^${deep === '' ? '' : '([-a-z0-9_]+([.][-a-z0-9_]+)*)[.]'}${rest}$`);
}

const part = fc.string({ unit: fc.constantFrom('a', 'b', '-'), minLength: 1, maxLength: 4 });
const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
const wildPart = fc.string({ unit: fc.constantFrom('a', 'b', '*'), minLength: 1, maxLength: 4 });
const pattern = fc
  .tuple(fc.boolean(), fc.array(wildPart, { minLength: 1, maxLength: 3 }))
  .map(([deep, parts]) => `${deep ? '**.' : ''}${parts.join('.')}`)
  .filter((text) => !/^\*+$/.test(text));

test('patterns match what their documented regular expression matches', () => {
  fc.assert(
    fc.property(pattern, name, (written, asked) => {
      expect(matchesName(dnsPattern(written), asked)).toBe(documented(written).test(asked));
    }),
    { numRuns: 500 },
  );
});

test('every name matches itself, whatever its case and with a dot at the end', () => {
  fc.assert(
    fc.property(name, (asked) => {
      expect(matchesName(dnsName(asked.toUpperCase()), `${asked}.`)).toBe(true);
    }),
  );
});

test('a pattern of stars alone matches every name', () => {
  fc.assert(
    fc.property(name, fc.integer({ min: 1, max: 3 }), (asked, stars) => {
      expect(matchesName(dnsPattern('*'.repeat(stars)), asked)).toBe(true);
    }),
  );
});

test('a literal name has no wildcards', () => {
  expect(matchesName(dnsName('a.example.com'), 'b.example.com')).toBe(false);
});

test('a pattern made to be slow is not', () => {
  const hostile = dnsPattern(`${'a*'.repeat(120)}b`);
  expect(matchesName(hostile, 'a'.repeat(250))).toBe(false);
});
