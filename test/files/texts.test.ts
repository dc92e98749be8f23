import { readFile } from 'node:fs/promises';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { InputSplitter } from '../../src/files/splitter.ts';
import type { TextAndLine } from './scratch.ts';

/** Splits a text that arrives in chunks of the given size. */
function split(text: string, chunkBytes = 64): readonly TextAndLine[] {
  const bytes = Buffer.from(text);
  const splitter = new InputSplitter(1_000_000);
  const records: TextAndLine[] = [];
  const keep = ({ records: some }: ReturnType<InputSplitter['push']>): void => {
    for (const record of some) records.push([Buffer.from(record.bytes).toString('utf8'), record.line]);
  };
  for (let start = 0; start < bytes.length; start += chunkBytes)
    keep(splitter.push(bytes.subarray(start, start + chunkBytes)));
  keep(splitter.finish());
  return records;
}

const values = (text: string, chunkBytes?: number): readonly unknown[] =>
  split(text, chunkBytes).map(([one]): unknown => JSON.parse(one));

describe('documents that span lines', () => {
  test('the elements of an array are records of their own, with their lines', () => {
    expect(split('[\n  {\n    "a": 1\n  },\n  {"b": [2, "]"]}\n]\n')).toEqual([
      ['{\n    "a": 1\n  }', 2],
      ['{"b": [2, "]"]}', 5],
    ]);
  });

  test('objects one after another are a record each', () => {
    expect(split('{\n "a": 1\n}\n{\n "b": "}\\"{"\n}\n')).toEqual([
      ['{\n "a": 1\n}', 1],
      ['{\n "b": "}\\"{"\n}', 4],
    ]);
  });

  test('whatever JSON is printed in whatever way, the same values come back', () => {
    const json = fc.oneof(
      fc.array(fc.jsonValue()),
      fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }),
    );
    fc.assert(
      fc.property(
        fc.array(json, { minLength: 1 }),
        fc.nat(4),
        fc.integer({ min: 1, max: 50 }),
        (all, indent, size) => {
          const text = JSON.stringify(all, null, indent);
          expect(values(text, size)).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  test('an API server EventList over many lines is one record', async () => {
    const file = new URL('../samples/audit/synthetic-webhook-eventlist.json', import.meta.url);
    const text = await readFile(file, 'utf8');
    expect(values(text)).toEqual([JSON.parse(text)]);
  });

  test('one array a line, as log shippers send batches, gives all elements', () => {
    expect(split('[{"a":1},{"b":2}]\n[{"c":3}]\n')).toEqual([
      ['{"a":1}', 1],
      ['{"b":2}', 1],
      ['{"c":3}', 2],
    ]);
  });
});

describe('lines stay lines', () => {
  test.each([
    ['objects', '{"a":1}\n{"b":2}\n'],
    ['objects after blank lines', '\n  \n{"a":1}\n{"b":2}\n'],
    ['text', 'Policy verdict log: flow 0x0\n[ not JSON\n'],
    ['objects behind a prefix', '2026-11-02T09:00:00Z stdout F {"a":\n{"b":2}\n'],
    ['an object and more on its line', '{"a":1} {"b":2}\n'],
  ])('%s', (_, text) => {
    expect(split(text).map(([one]) => one)).toEqual(text.trimEnd().split('\n'));
  });
});

describe('broken documents never swallow what follows', () => {
  test('a first line that is cut off', () => {
    for (const cut of ['{"a":1,', '{"a"', '{"a":"x', '{"a":{"b":[1'])
      expect(split(`${cut}\n{"b":2}\n{"c":3}\n`)).toEqual([
        [cut, 1],
        ['{"b":2}', 2],
        ['{"c":3}', 3],
      ]);
  });

  test('an object without its end, among whole ones', () => {
    const whole = '{\n "a": 1\n}\n';
    expect(split(`${whole}{\n "b": 2,\n${whole}`)).toEqual([
      ['{\n "a": 1\n}', 1],
      ['{\n "b": 2,', 4],
      ['{\n "a": 1\n}', 6],
    ]);
  });

  test('rubbish in an array', () => {
    expect(split('[\n{"a":1},\n{"b" 2},\noops,\n{"c":3}\n]\n{"d":4}')).toEqual([
      ['{"a":1}', 2],
      ['{"b" 2},', 3],
      ['oops', 4],
      ['{"c":3}', 5],
      ['{"d":4}', 7],
    ]);
  });

  test('an array that never ends leaves its bracket as a record for the decoder to reject', () => {
    expect(split('\n[{"a":1},\n{"b":2}\n')).toEqual([
      ['{"a":1}', 2],
      ['{"b":2}', 3],
      ['[', 2],
    ]);
  });

  test('nesting without end is broken, not unbounded', () => {
    const deep = `{"a":${'['.repeat(5_000)}`;
    expect(split(`{\n"x":1}\n${deep}\n{"b":2}`).map(([one]) => one)).toEqual(['{\n"x":1}', deep, '{"b":2}']);
  });

  test('no byte but white space and the punctuation of arrays is ever lost', () => {
    const bytes = fc.string({
      unit: fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', 'a', '1', ' ', '\n'),
      maxLength: 60,
    });
    const dense = (text: string): string => text.replaceAll(/[\s,[\]]/g, '');
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 70 }), (text, size) => {
        const records = split(text, size);
        expect(dense(records.map(([one]) => one).join(''))).toBe(dense(text));
        expect(records).toEqual(split(text, 1_000));
      }),
      { numRuns: 2_000 },
    );
  });
});
