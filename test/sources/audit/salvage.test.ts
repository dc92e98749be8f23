import { assert, constant, jsonValue, dictionary, nat, property, string, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { salvage } from '../../../src/sources/audit/salvage.ts';

/** Whether each thing in `part` stands at the same place in `whole`. */
function isPartOf(part: unknown, whole: unknown): boolean {
  if (Array.isArray(part))
    return Array.isArray(whole) && part.every((item: unknown, index) => isPartOf(item, whole[index]));
  if (typeof part === 'object' && part !== null)
    return (
      typeof whole === 'object' &&
      whole !== null &&
      Object.entries(part).every(
        ([key, value]) => Object.hasOwn(whole, key) && isPartOf(value, Reflect.get(whole, key)),
      )
    );
  return Object.is(part, whole);
}

const objects = dictionary(string(), jsonValue({ maxDepth: 4 })).map((value): unknown =>
  JSON.parse(JSON.stringify(value)),
);

describe('properties', () => {
  test('a whole text gives the same as JSON.parse', () => {
    assert(
      property(objects, constant([undefined, 2]), (value, spaces) => {
        for (const space of spaces)
          expect(salvage(JSON.stringify(value, null, space))).toEqual({ value, open: [], cut: false });
      }),
    );
  });

  test('whatever the cut, what comes out stood in the text', () => {
    assert(
      property(tuple(objects, nat()), ([value, at]) => {
        const text = JSON.stringify(value);
        const read = salvage(text.slice(0, 1 + (at % (text.length - 1))));
        expect(read?.cut).toBe(true);
        expect(isPartOf(read?.value, value)).toBe(true);
      }),
    );
  });
});

describe('a cut', () => {
  test.each([
    ['{"a":1,"b":"x', { a: 1 }, []],
    ['{"a":1,"b":tr', { a: 1 }, []],
    ['{"a":12', {}, []],
    ['{"a":1,"b', { a: 1 }, []],
    ['{"a":1,"b":', { a: 1 }, []],
    ['{"a":{"b":[1,{"c":"d","e":"', { a: { b: [1, { c: 'd' }] } }, ['a', 'b', '1']],
    ['{"a":{"b":1},', { a: { b: 1 } }, []],
    [String.raw`{"a":"x\"}","b":"\u00`, { a: 'x"}' }, []],
  ])('in %s leaves what is whole, and says what it went through', (text, value, open) => {
    expect(salvage(text)).toEqual({ value, open, cut: true });
  });
});

test.each([
  '',
  'x',
  '[1]',
  '"a"',
  '{a:1}',
  '{"a" 1}',
  '{"a":1 "b":2}',
  '{"a":+1,',
  '{"a":nul}',
  '{"a":1,"a":2,',
  '{"a":"\\x"}',
])('%s is no object', (text) => {
  expect(salvage(text)).toBeUndefined();
});

test('nesting beyond the limit is refused, not recursed into', () => {
  expect(salvage(`{"a":${'['.repeat(100_000)}`)).toBeUndefined();
});
