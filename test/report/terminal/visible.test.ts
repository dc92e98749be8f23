import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { visible } from '../../../src/report/terminal/visible.ts';

it.each([
  ['plain/name-1', 'plain/name-1'],
  ['a\nb\r\tc', 'a\\nb\\r\\tc'],
  ['\u001b[31mred', '\\x1b[31mred'],
  ['\u009b31mred', '\\x9b31mred'],
  ['gnp.\u202Etxt', 'gnp.\\u{202e}txt'],
  ['a\u200Bb\uFEFF', 'a\\u{200b}b\\u{feff}'],
  ['a\u00A0b\u3000c', 'a\\xa0b\\u{3000}c'],
  ['tag\u{E0041}', 'tag\\u{e0041}'],
  ['half\uD800', 'half\\u{d800}'],
  ['測試 → ü', '測試 → ü'],
  ['e\u0301\u0302\u0303\u0304', 'e\u0301\u0302'],
])('shows %j as %j', (given, shown) => {
  expect(visible(given)).toBe(shown);
});

it('cuts long values and never splits a character', () => {
  expect(visible('x'.repeat(500))).toBe(`${'x'.repeat(159)}…`);
  expect(visible(`${'x'.repeat(158)}${'😀'.repeat(20)}`)).toBe(`${'x'.repeat(158)}…`);
});

it('lets only printable characters and single spaces through, whatever comes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      expect(visible(text)).not.toMatch(/[\p{C}\p{Zl}\p{Zp}\u00A0]/u);
    }),
  );
});
