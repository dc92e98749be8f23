// Any document of a table that its catalogue of fields allows: each field there or not, texts of any
// characters, times to the microsecond or the nanosecond as the field's type says.

import * as fc from 'fast-check';
import type { Document, FieldValue } from '../../src/documents/document.ts';
import { type FieldType, type TableName, TABLES } from '../../src/documents/fields.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { FOREVER, formatInstant } from '../../src/model/time.ts';

const text = fc.string({ unit: 'binary', maxLength: 12 });
const micros = fc.nat({ max: FOREVER - 2 });
/** null stands for "no such field" in documents, so it is no value of its own; inside of objects it is one. */
const json: fc.Arbitrary<FieldValue> = fc
  .json({ maxDepth: 3, stringUnit: 'binary' })
  .map(parsed)
  .filter((value) => value !== null);

const VALUES: Readonly<Record<FieldType, fc.Arbitrary<FieldValue>>> = {
  keyword: text,
  keywords: fc.array(text, { maxLength: 4 }),
  ip: fc.oneof(fc.ipV4(), fc.ipV6()),
  long: fc.maxSafeInteger().map((value) => value + 0),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  boolean: fc.boolean(),
  date: micros.map((value) => formatInstant(value)),
  dateNanos: fc.tuple(micros, fc.nat({ max: 999 })).map(([value, nanos]) => formatInstant(value, nanos)),
  object: json,
};

const ABSENT = null;

/** Few ids and versions, so that some documents of a list supersede others. */
export function documentsOf(table: TableName): fc.Arbitrary<readonly Document[]> {
  const fields: fc.Arbitrary<Document['fields']> = fc
    .record(
      Object.fromEntries(
        TABLES[table].map((field) => [field.name, fc.option(VALUES[field.type], { nil: ABSENT })]),
      ),
      { noNullPrototype: true },
    )
    .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ABSENT)));
  const document: fc.Arbitrary<Document> = fc.record({
    _id: fc.constantFrom('a', 'b', 'B', 'é', '\u{10000}', '\uffff', 'ab'),
    _index: text,
    _version: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: Number.MAX_SAFE_INTEGER })),
    fields,
  });
  return fc.array(document, { maxLength: 12 });
}

function parsed(text: string): JsonValue {
  const value: JsonValue = JSON.parse(text);
  return value;
}
