// What the schema file itself promises.

import { expect, test } from 'vitest';
import { at, entries, field, isObject, type JsonValue, text } from '../../src/model/json.ts';
import { currentSchema, releasedSchemas } from './schemas.ts';

function schemaAsJson(): JsonValue {
  const value: JsonValue = JSON.parse(JSON.stringify(currentSchema()));
  return value;
}

/** Every object anywhere in the schema. */
function objectsIn(value: JsonValue | undefined): readonly JsonValue[] {
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => objectsIn(item));
  if (!isObject(value)) return [];
  return [value, ...entries(value).flatMap(([, item]) => objectsIn(item))];
}

const all = objectsIn(schemaAsJson());
const fields = all.filter((each) => field(each, 'name') !== undefined && isField(each));

function isField(value: JsonValue): boolean {
  return !['record', 'enum'].includes(text(at(value, 'type')));
}

test('every field says what it means', () => {
  expect(fields.length).toBeGreaterThan(100);
  expect(fields.filter((each) => text(field(each, 'doc')) === '')).toEqual([]);
});

test('every enumeration can be extended: an unknown symbol reads as UNKNOWN', () => {
  const enumerations = all.filter((each) => field(each, 'type') === 'enum');
  expect(enumerations.length).toBeGreaterThan(10);
  for (const each of enumerations) {
    expect(field(each, 'default')).toBe('UNKNOWN');
    expect(field(each, 'symbols')).toContain('UNKNOWN');
  }
});

test('the current schema is the newest of the released ones', () => {
  expect(releasedSchemas().at(-1)?.schema).toEqual(currentSchema());
});
