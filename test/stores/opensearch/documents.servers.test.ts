// Every document that the program makes has a place in the mappings, whatever the logs say.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, expect, test } from 'vitest';
import type { Document, FieldValue } from '../../../src/documents/document.ts';
import { type FieldType, TABLE_NAMES, type TableName, TABLES } from '../../../src/documents/fields.ts';
import { entries, field, isObject, number, text } from '../../../src/model/json.ts';
import { formatInstant } from '../../../src/model/time.ts';
import { openDocumentStore } from '../../../src/stores/opensearch/store.ts';
import { makeFolder, removeFolder, run } from '../../support/command.ts';
import { CALM, describeOnServer, serverForTests } from './realServer.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

const RUNS: readonly (readonly [string, readonly string[]])[] = [
  ['the example', filesOf('examples/shop', 'policies.json')],
  ['the log of a lab cluster', filesOf('test/samples/cluster', 'snapshot.json')],
];

function filesOf(folder: string, policies: string): readonly string[] {
  const [flows, audit] = [`${folder}/flows.ndjson`, `${folder}/audit.ndjson`];
  return ['--flows', flows, '--audit', audit, '--policies', `${folder}/${policies}`];
}

describeOnServer('the mappings', () => {
  const server = serverForTests();
  const { indexPrefix } = server.settings;
  const store = openDocumentStore(server.settings, () => {});
  afterAll(() => store.close());
  afterEach(() => server.ask('DELETE', `/${indexPrefix}*`));

  const count = async (): Promise<number | undefined> => {
    await server.ask('POST', `/${indexPrefix}*/_refresh`);
    return number(field(await server.ask('GET', `/${indexPrefix}*/_count`), 'count'));
  };

  test.each(RUNS)('take every document that analyze makes of %s', async (_, inputs) => {
    const folder = makeFolder();
    const ended = await run(['analyze', ...inputs, '--documents', join(folder, 'documents')], ROOT);
    expect(ended.code, ended.stderr).toBe(0);
    const documents = TABLE_NAMES.flatMap((table) =>
      documentsOf(join(folder, 'documents', `${table}.ndjson`)),
    );
    removeFolder(folder);
    expect(new Set(documents.map(tableOf))).toEqual(new Set(TABLE_NAMES));
    const written = await store.write(documents, CALM);
    expect(written.refused.map(({ reason }) => reason)).toEqual([]);
    expect(written).toMatchObject({ acknowledged: documents.length, superseded: 0 });
    expect(await count()).toBe(documents.length);
  });

  test('take whatever the logs can say', async () => {
    const anyDocument = fc.constantFrom(...TABLE_NAMES).chain((table) =>
      fc
        .record(Object.fromEntries(TABLES[table].map(({ name, type }) => [name, VALUES[type]])), {
          requiredKeys: [],
        })
        .map((fields) => ({ table, fields: Object.fromEntries(entries(fields)) })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyDocument, { minLength: 20, maxLength: 60 }), async (drawn) => {
        const documents = drawn.map(({ table, fields }, id) => ({ ...placeOf(table, id), fields }));
        const written = await store.write(documents, CALM);
        expect(written.refused.map(({ reason }) => reason)).toEqual([]);
        expect(written.acknowledged).toBe(documents.length);
      }),
      { numRuns: 12 },
    );
  });

  test('refuse alone what is nested deeper than OpenSearch reads', async () => {
    let spec: FieldValue = 'the end';
    for (let depth = 0; depth < 1_200; depth += 1) spec = { a: spec };
    const deep = { ...placeOf('policies', 1), fields: { 'policy.spec': spec } };
    const written = await store.write([deep, { ...placeOf('policies', 2), fields: {} }], CALM);
    expect(written.acknowledged).toBe(1);
    expect(written.refused.map(({ document, status }) => [document._id, status])).toEqual([[deep._id, 400]]);
  });

  test('keep what is too long or too strange to be searched', async () => {
    const fields = {
      '@timestamp': '2026-11-02T09:00:00.000000Z',
      'source.ip': 'fe80::1%eth0',
      'source.pod': 'x'.repeat(40_000),
    };
    await store.write([{ ...placeOf('verdicts', 1), fields }], CALM);
    const { _index, _id } = placeOf('verdicts', 1);
    const stored = await server.ask('GET', `/${_index.replace('netpol-', indexPrefix)}/_doc/${_id}`);
    expect(field(stored, '_source')).toEqual(fields);
  });
});

/** What a field of each type may hold: a store must not assume more. */
const HOSTILE = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', ' ', '\u0000', '\ud800', '"}\n{"index":{}}', '__proto__', '{{a}}', '%', 'other'),
  fc.constantFrom('x'.repeat(33_000), '\u{10ffff}'.repeat(9_000), '€'.repeat(11_000)),
);
const MICROS = fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) * 1_000 - 1 });
const VALUES: Readonly<Record<FieldType, fc.Arbitrary<FieldValue>>> = {
  keyword: HOSTILE,
  keywords: fc.array(HOSTILE, { minLength: 1, maxLength: 3 }),
  ip: fc.oneof(fc.ipV4(), fc.ipV6(), HOSTILE),
  long: fc.maxSafeInteger(),
  double: fc.double({ noNaN: true, noDefaultInfinity: true }),
  boolean: fc.boolean(),
  date: MICROS.map((micros) => formatInstant(micros)),
  dateNanos: fc
    .tuple(MICROS, fc.integer({ min: 0, max: 999 }))
    .map(([micros, nanos]) => formatInstant(micros, nanos)),
  object: fc.jsonValue({ maxDepth: 4 }).map((value): FieldValue => JSON.parse(JSON.stringify(value))),
};

function placeOf(table: TableName, id: number): Pick<Document, '_id' | '_index' | '_version'> {
  const suffix = {
    verdicts: '-2026.11.02',
    rollups: '-2026.11',
    changes: '-2026',
    policies: '',
    feeds: '-2026.11',
  };
  return { _id: id.toString(16).padStart(32, '0'), _index: `netpol-${table}${suffix[table]}`, _version: 1 };
}

function tableOf({ _index }: Document): string | undefined {
  return TABLE_NAMES.find((table) => _index.startsWith(`netpol-${table}`));
}

function documentsOf(path: string): readonly Document[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const value: unknown = JSON.parse(line);
      if (!isObject(value)) throw new Error(`no document: ${line}`);
      const { _id, _index, _version, ...rest } = value;
      const fields = Object.fromEntries(entries(rest));
      return { _id: text(_id), _index: text(_index), _version: number(_version) ?? 0, fields };
    });
}
