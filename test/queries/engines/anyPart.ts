// Any small documents, and any part that may be asked of them: few words, so that groups meet.
import fc from 'fast-check';
import type { Document, FieldValue } from '../../../src/documents/document.ts';
import { type FieldType, type TableName, TABLES } from '../../../src/documents/fields.ts';
import { entries } from '../../../src/model/json.ts';
import { formatInstant } from '../../../src/model/time.ts';
import {
  type Condition,
  type Group,
  LISTED_TABLES,
  type Listing,
  type Measure,
  type Part,
  type Tally,
} from '../../../src/queries/catalogue/part.ts';

const START = Date.parse('2026-11-02T08:00:00Z');
const HOUR = 3_600_000;

const WORDS = ['a', 'b', 'B', 'ab', 'é', '\u{10000}', '\uffff', '%', `o'"$1`];
const word = fc.constantFrom(...WORDS);
const whole = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(2 ** 40, -(2 ** 40) - 1));
const moment = fc.record({
  ms: fc.integer({ min: 0, max: 3 * HOUR }),
  micros: fc.nat({ max: 999 }),
  nanos: fc.nat({ max: 999 }),
});

const VALUES: Readonly<Record<FieldType, fc.Arbitrary<FieldValue>>> = {
  keyword: word,
  keywords: fc.array(word, { minLength: 1, maxLength: 3 }),
  ip: fc.ipV4(),
  long: whole,
  double: fc.double({ noNaN: true, noDefaultInfinity: true }),
  boolean: fc.boolean(),
  date: moment.map(({ ms, micros }) => formatInstant((START + ms) * 1_000 + micros)),
  dateNanos: moment.map(({ ms, micros, nanos }) => formatInstant((START + ms) * 1_000 + micros, nanos)),
  object: fc.constantFrom<FieldValue>({ a: [1, null, 'x'] }, { 'b.c': {} }),
};

const INDEX: Readonly<Record<TableName, string>> = {
  verdicts: 'netpol-verdicts-2026.11.02',
  rollups: 'netpol-rollups-2026.11',
  changes: 'netpol-changes-2026',
  policies: 'netpol-policies',
  feeds: 'netpol-feeds-2026.11',
};

/** Each with its own id, of which the fields that tell listed documents apart are made. */
function anyDocuments(table: TableName): fc.Arbitrary<readonly Document[]> {
  const fields = fc
    .record(Object.fromEntries(TABLES[table].map(({ name, type }) => [name, VALUES[type]])), {
      requiredKeys: [],
    })
    .map((drawn) => Object.fromEntries(entries(drawn)));
  return fc.array(fields, { maxLength: 12 }).map((drawn) =>
    drawn.map((one, index) => {
      const id = String(index);
      const key =
        table === 'changes' ? { 'change.id': id } : table === 'policies' ? { 'policy.ref': id } : {};
      return { _id: id, _index: INDEX[table], _version: 1, fields: { ...one, ...key } };
    }),
  );
}

function fieldsOf(table: TableName, ...types: readonly FieldType[]): fc.Arbitrary<string> {
  return fc.constantFrom(...TABLES[table].filter(({ type }) => types.includes(type)).map(({ name }) => name));
}

function has(table: TableName, wanted: FieldType): boolean {
  return TABLES[table].some(({ type }) => type === wanted);
}

function anyCondition(table: TableName): fc.Arbitrary<Condition> {
  const texts = fieldsOf(table, 'keyword', 'keywords');
  const bound = (value: fc.Arbitrary<number>) => fc.option(value, { freq: 3 });
  const time = fc.integer({ min: START, max: START + 3 * HOUR });
  const range = (types: readonly FieldType[], value: fc.Arbitrary<number>) =>
    fc.record({
      kind: fc.constant('range' as const),
      field: fieldsOf(table, ...types),
      from: bound(value),
      until: bound(value),
    });
  const leaf: fc.Arbitrary<Condition> = fc.oneof(
    fc.record({ kind: fc.constant('is' as const), field: texts, values: fc.array(word, { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('begins' as const), field: texts, prefix: word }),
    fc.record({
      kind: fc.constant('exists' as const),
      field: fieldsOf(table, 'keyword', 'keywords', 'long', 'date', 'dateNanos'),
    }),
    range(['date', 'dateNanos'], time),
    ...(has(table, 'long') ? [range(['long'], whole)] : []),
  );
  return fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      leaf,
      fc.record({ kind: fc.constant('not' as const), of: tie('condition') }),
      fc.record({
        kind: fc.constantFrom('any' as const, 'all' as const),
        of: fc.array(tie('condition'), { maxLength: 3 }),
      }),
    ),
  })).condition;
}

function anyGroup(table: TableName): fc.Arbitrary<Group> {
  return fc.oneof(
    fc.record({ field: fieldsOf(table, 'keyword', 'ip', 'long', 'date', 'dateNanos') }),
    ...(has(table, 'keywords')
      ? [fc.record({ field: fieldsOf(table, 'keywords'), each: fc.constant(true as const) })]
      : []),
    fc.record({
      field: fieldsOf(table, 'date', 'dateNanos'),
      stepMs: fc.constantFrom(60_000, HOUR, 24 * HOUR),
    }),
  );
}

function anyMeasure(table: TableName): fc.Arbitrary<Measure> {
  const numbers = fieldsOf(table, 'long', 'date', 'dateNanos');
  const measure: fc.Arbitrary<Measure> = fc.oneof(
    fc.constant<Measure>({ kind: 'documents' }),
    fc.record({ kind: fc.constant('sum' as const), field: fieldsOf(table, 'long') }),
    fc.record({ kind: fc.constantFrom('min' as const, 'max' as const), field: numbers }),
    fc.record({
      kind: fc.constant('some' as const),
      field: fieldsOf(table, 'keyword', 'keywords'),
      most: fc.integer({ min: 1, max: 4 }),
    }),
  );
  return fc
    .tuple(measure, fc.option(anyCondition(table)))
    .map(([one, where]) => (where === null ? one : { ...one, where }));
}

function anyTally(from: TableName): fc.Arbitrary<Tally> {
  return fc.record({
    kind: fc.constant('tally' as const),
    from: fc.constant(from),
    where: fc.array(anyCondition(from), { maxLength: 2 }),
    by: named(fc.array(anyGroup(from), { minLength: 1, maxLength: 3 }), 'g'),
    measures: named(fc.array(anyMeasure(from), { maxLength: 4 }), 'm'),
  });
}

function named<T>(drawn: fc.Arbitrary<readonly T[]>, letter: string): fc.Arbitrary<Record<string, T>> {
  return drawn.map((all) => Object.fromEntries(all.map((one, index) => [`${letter}${index}`, one])));
}

function anyListing(from: Listing['from']): fc.Arbitrary<Listing> {
  const key = fc.record({
    field: fieldsOf(from, 'keyword', 'long', 'date'),
    order: fc.constantFrom('asc' as const, 'desc' as const),
  });
  return fc.record({
    kind: fc.constant('listing' as const),
    from: fc.constant(from),
    where: fc.array(anyCondition(from), { maxLength: 2 }),
    fields: fc.uniqueArray(fc.constantFrom(...TABLES[from].map(({ name }) => name)), {
      minLength: 1,
      maxLength: 6,
    }),
    sort: fc.uniqueArray(key, { maxLength: 2, selector: ({ field }) => field }),
  });
}

/** A table with documents, and parts to ask of it. */
export interface Scene {
  readonly documents: readonly Document[];
  readonly parts: readonly Part[];
}

export function anyScene(): fc.Arbitrary<Scene> {
  const tallied = fc.constantFrom<TableName>('rollups', 'verdicts', 'changes', 'policies', 'feeds');
  const tallies = tallied.chain((table) =>
    fc.record({
      documents: anyDocuments(table),
      parts: fc.array(anyTally(table), { minLength: 8, maxLength: 16 }),
    }),
  );
  const listings = fc.constantFrom(...LISTED_TABLES).chain((table) =>
    fc.record({
      documents: anyDocuments(table),
      parts: fc.array(anyListing(table), { minLength: 8, maxLength: 16 }),
    }),
  );
  return fc.oneof({ arbitrary: tallies, weight: 3 }, listings);
}
