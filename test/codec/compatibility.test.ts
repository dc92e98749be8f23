// Releases must be able to read each other: a rolling update has both at work on one topic.

import type { Schema } from 'avsc';
import { describe, expect, test } from 'vitest';
import { assertFullyCompatible } from './compatibility.ts';
import { currentSchema, releasedSchemas } from './schemas.ts';

type Edit = (schema: string) => string;

/** The current schema, changed in its text. */
function edited(edit: Edit): Schema {
  const before = JSON.stringify(currentSchema());
  const after = edit(before);
  expect(after).not.toBe(before);
  const schema: Schema = JSON.parse(after);
  return schema;
}

describe('the released schemas', () => {
  test('there is one', () => {
    expect(releasedSchemas().length).toBeGreaterThan(0);
  });

  test.each(releasedSchemas())('$file and the current schema read each other', ({ schema }) => {
    assertFullyCompatible(schema, currentSchema());
  });
});

describe('what may change', () => {
  test.each<[string, Edit]>([
    [
      'a new field with a default',
      (schema) =>
        schema.replace(
          '{"name":"cluster"',
          '{"name":"region","type":"string","doc":"New.","default":""},{"name":"cluster"',
        ),
    ],
    ['a new word in an enumeration', (schema) => schema.replace('"FORWARDED",', '"FORWARDED","MIRRORED",')],
    ['another text in a doc', (schema) => schema.replace('"doc":"', '"doc":"Reworded. ')],
  ])('%s', (_, edit) => {
    assertFullyCompatible(edited(edit), currentSchema());
  });
});

describe('what may not change', () => {
  test.each<[string, Edit]>([
    [
      'a new field without a default',
      (schema) =>
        schema.replace(
          '{"name":"cluster"',
          '{"name":"region","type":"string","doc":"New."},{"name":"cluster"',
        ),
    ],
    [
      'a field of another type',
      (schema) => schema.replace('"name":"weight","type":"long"', '"name":"weight","type":"string"'),
    ],
    ['a renamed field without a default', (schema) => schema.replace('"name":"observedAt"', '"name":"at"')],
    ['a renamed record', (schema) => schema.replace('"name":"Watermark"', '"name":"HighWatermark"')],
    [
      'a narrower number',
      (schema) => schema.replace('"name":"policyOffset","type":"long"', '"name":"policyOffset","type":"int"'),
    ],
  ])('%s', (_, edit) => {
    expect(() => assertFullyCompatible(edited(edit), currentSchema())).toThrow();
  });
});
