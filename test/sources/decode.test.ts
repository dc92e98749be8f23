import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeJson,
  decodeText,
  MAX_JSON_DEPTH,
  MAX_LINE_BYTES,
  parseJson,
} from '../../src/sources/decode.ts';

const encoder = new TextEncoder();

test('any JSON value without repeated keys comes back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const written: unknown = JSON.parse(JSON.stringify(value));
      expect(parseJson(JSON.stringify(value))).toEqual({ outcome: 'accepted', value: written });
    }),
  );
});

test('a byte order mark is taken off', () => {
  expect(decodeJson(new Uint8Array([0xef, 0xbb, 0xbf, ...encoder.encode('{}')]))).toMatchObject({
    value: {},
  });
});

describe('rejected', () => {
  test.each([
    ['a key twice', '{"a":1,"b":{"c":[],"c":{}}}', 'duplicate-key', '1 of 4 members repeat a key'],
    [
      'a key twice, once with escapes',
      String.raw`{"a":1,"\u0061":2}`,
      'duplicate-key',
      '1 of 2 members repeat a key',
    ],
    ['a cut line', '{"a":', 'not-json', 'unexpected end of line at character 5'],
    ['no JSON', '{"a":secret}', 'not-json', 'unexpected text'],
    ['two values', '{} {}', 'not-json', 'unexpected text at character 3'],
  ])('%s', (_, text, reason, detail) => {
    expect(parseJson(text)).toEqual({ outcome: 'rejected', reason, detail: expect.stringContaining(detail) });
  });

  test('messages never quote the line', () => {
    expect(parseJson('{"password":hunter2}')).toMatchObject({
      detail: expect.not.stringContaining('hunter2'),
    });
  });

  test('one level more than the limit, while brackets within strings count nothing', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(parseJson(nested(MAX_JSON_DEPTH)).outcome).toBe('accepted');
    expect(parseJson(nested(MAX_JSON_DEPTH + 1))).toMatchObject({ reason: 'too-deep' });
    expect(parseJson(JSON.stringify([nested(1_000), '\\"[{']))).toMatchObject({ outcome: 'accepted' });
  });

  test('bytes that are no UTF-8, and one byte more than the limit', () => {
    expect(decodeText(new Uint8Array([0x7b, 0xc3, 0x28]))).toMatchObject({ reason: 'not-utf8' });
    expect(decodeText(new Uint8Array(MAX_LINE_BYTES + 1))).toMatchObject({ reason: 'too-long' });
  });
});

test('a key named like the prototype is a key like any other', () => {
  const parsed = parseJson('{"__proto__":{"polluted":true}}');
  expect(parsed.outcome).toBe('accepted');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  expect(parseJson('{"__proto__":1,"__proto__":2}')).toMatchObject({ reason: 'duplicate-key' });
});
