import { describe, expect, test } from 'vitest';
import { TABLE_NAMES, TABLES } from '../../../src/documents/fields.ts';
import { document, faultOf, memoryStore } from './workplace.ts';

describe('the tables', () => {
  test.each(
    TABLE_NAMES,
  )('%s has the columns of the catalogue under their own names, explained', async (table) => {
    const store = await memoryStore();
    const columns = await store.query(
      'SELECT column_name, comment FROM duckdb_columns() WHERE table_name = $1 ORDER BY column_index',
      [table],
    );
    expect(columns.slice(0, 3).map((column) => column['column_name'])).toEqual(['_id', '_index', '_version']);
    expect(columns.slice(3)).toEqual(
      TABLES[table].map((field) => ({ column_name: field.name, comment: field.doc })),
    );
  });

  test('hold times to the nanosecond that SQL can reckon with', async () => {
    const store = await memoryStore();
    const seen = '2026-11-02T09:00:00.010231123Z';
    await store.append('rollups', [
      document('a', 1, { first_seen: seen, 'window.start': '2026-11-02T09:00:00Z' }),
    ]);
    expect(
      await store.query(
        `SELECT first_seen, "window.start", time_bucket(INTERVAL 1 hour, first_seen) AS hour FROM rollups
         WHERE first_seen >= $since::TIMESTAMP_NS`,
        { since: seen },
      ),
    ).toEqual([
      {
        first_seen: seen,
        'window.start': '2026-11-02T09:00:00.000000Z',
        hour: '2026-11-02T09:00:00.000000Z',
      },
    ]);
  });
});

describe('a document written again', () => {
  test.each<[string, readonly number[], number]>([
    ['a higher version replaces', [1, 2], 1],
    ['an equal version replaces', [2, 2], 1],
    ['a lower version is ignored', [2, 1], 0],
  ])('%s, whether flushed in between or not', async (_, versions, winner) => {
    for (const flushed of [false, true]) {
      const store = await memoryStore();
      for (const [turn, version] of versions.entries()) {
        await store.append('rollups', [document('same', version, { count: turn })]);
        if (flushed) await store.flush();
      }
      expect(await store.query('SELECT "count" FROM rollups')).toEqual([{ count: winner }]);
    }
  });

  test('counts once though it was written in every batch of many', async () => {
    const store = await memoryStore();
    for (let turn = 0; turn < 3; turn += 1)
      await store.append(
        'rollups',
        Array.from({ length: 20_000 }, (_, index) => document(`id-${index}`, turn, { count: turn })),
      );
    expect(await store.query('SELECT count(*) AS n, min("count") AS least FROM rollups')).toEqual([
      { n: 20_000, least: 2 },
    ]);
  });
});

describe('a query', () => {
  test('sees what was appended just before', async () => {
    const store = await memoryStore();
    await store.append('feeds', [document('a')]);
    expect(await store.query('SELECT _id FROM feeds')).toEqual([{ _id: 'a' }]);
    await store.append('feeds', [document('b')]);
    expect(await store.query('SELECT count(*) AS n FROM feeds')).toEqual([{ n: 2 }]);
  });

  test('takes parameters as values, never as text of the statement', async () => {
    const store = await memoryStore();
    const hostile = `x'; DROP TABLE rollups; --`;
    await store.append('rollups', [document(hostile, 1, { drift: ['would-deny', hostile] })]);
    expect(
      await store.query('SELECT _id FROM rollups WHERE _id = $1 AND list_contains(drift, $2) LIMIT $3', [
        hostile,
        hostile,
        5,
      ]),
    ).toEqual([{ _id: hostile }]);
    expect(
      await store.query('SELECT count(*) AS n FROM rollups WHERE list_has_any(drift, $names)', {
        names: ['would-deny', 'propagating'],
      }),
    ).toEqual([{ n: 1 }]);
  });

  test('answers in plain values', async () => {
    const store = await memoryStore();
    expect(
      await store.query(
        `SELECT 1::HUGEINT AS sum, 1.25 AS share, NULL AS none, {'a': [1, 2]} AS struct, true AS yes,
         '{"k":[null]}'::JSON AS json, DATE '2026-11-02' AS day`,
      ),
    ).toEqual([
      {
        sum: 1,
        share: 1.25,
        none: null,
        struct: { a: [1, 2] },
        yes: true,
        json: { k: [null] },
        day: '2026-11-02',
      },
    ]);
  });

  test('that DuckDB refuses is a fault in one line, and the store goes on', async () => {
    const store = await memoryStore();
    const fault = await faultOf(store.query('SELECT nothing FROM nowhere'));
    expect(fault.code).toBe('store-failed');
    expect(fault.message).not.toContain('\n');
    expect(await store.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('reaches no file but the store', async () => {
    const store = await memoryStore();
    const here = import.meta.filename;
    expect((await faultOf(store.query(`SELECT * FROM read_text('${here}')`))).code).toBe('store-failed');
    expect((await faultOf(store.query(`COPY rollups TO '${here}.csv'`))).code).toBe('store-failed');
    expect((await faultOf(store.query('SET enable_external_access = true'))).code).toBe('store-failed');
  });

  test('can be read while another one is', async () => {
    const store = await memoryStore();
    await store.append('rollups', [document('a'), document('b')]);
    const pairs: unknown[] = [];
    for await (const outer of store.stream('SELECT _id FROM rollups ORDER BY _id'))
      for (const inner of await store.query('SELECT _id FROM rollups ORDER BY _id'))
        pairs.push([outer['_id'], inner['_id']]);
    expect(pairs).toEqual([
      ['a', 'a'],
      ['a', 'b'],
      ['b', 'a'],
      ['b', 'b'],
    ]);
  });
});

describe('a document that the catalogue does not allow', () => {
  test.each([
    ['a field that there is not', { 'no.such.field': 'x' }, 'no.such.field'],
    ['a text for a number', { count: '5' }, 'count'],
    ['a broken number', { count: 0.5 }, 'count'],
    ['one text for a list', { drift: 'would-deny' }, 'drift'],
    ['a time that is none', { first_seen: 'yesterday' }, 'first_seen'],
    ['a time too far for nanoseconds', { first_seen: '9999-01-01T00:00:00Z' }, 'first_seen'],
  ])('stops the store: %s', async (_, fields, named) => {
    const store = await memoryStore();
    const fault = await faultOf(
      (async () => {
        await store.append('rollups', [document('a', 1, fields)]);
        await store.flush();
      })(),
    );
    expect(fault.code).toBe('store-failed');
    expect(fault.message).toContain(named);
    expect((await faultOf(store.append('rollups', [document('b')]))).code).toBe('store-failed');
  });
});
