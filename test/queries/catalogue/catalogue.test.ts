// What holds for every saved query: it can be said to both engines, and its rows are what its columns promise.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/queries/catalogue/catalogue.ts';
import type { Cell, Column, QueryParameters } from '../../../src/queries/catalogue/savedQuery.ts';
import { searchBodyOf } from '../../../src/queries/engines/searchBody.ts';
import { sqlOf } from '../../../src/queries/engines/sql.ts';
import { type ClusterStore, storeOfCluster } from './storeOfCluster.ts';
import { parametersOf, someParameters } from './someParameters.ts';

let store: ClusterStore;
beforeAll(async () => {
  store = await storeOfCluster();
});
afterAll(() => store.discard());

describe('the catalogue', () => {
  test('names each query once, in kebab-case', () => {
    const names = CATALOGUE.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  test('asks each question with a question mark, and says what must not be concluded', () => {
    for (const { title, caveats, about } of CATALOGUE) {
      expect(title).toMatch(/^[A-Z].{10,90}\?$/);
      expect(about).toMatch(/\.$/);
      expect(caveats.length).toBeGreaterThan(0);
    }
  });
});

describe.each(CATALOGUE.map((query) => [query.name, query] as const))('%s', (name, query) => {
  test('needs only what it takes, and asks for fields that there are', () => {
    for (const needed of query.needs ?? []) expect(query.takes).toContain(needed);
    for (const parameters of someParameters(query))
      for (const part of Object.values(query.parts(parameters))) {
        expect(sqlOf(part).text).toContain('SELECT');
        expect(searchBodyOf(part)).toHaveProperty('query');
      }
  });

  test('fills each column with cells of its type, and orders rows by what it has', async () => {
    const { rows, columns, cut } = await store.ask(name);
    expect(cut).toBe(false);
    const known = new Set([...columns.map((column) => column.name), ...Object.keys(rows[0] ?? {})]);
    for (const key of query.order) expect([...known]).toContain(key.replace(/^-/, ''));
    for (const row of rows)
      for (const column of columns) {
        const cell = row[column.name];
        expect(cell, `${column.name} is missing`).not.toBeUndefined();
        expect([column.name, cell, fits(cell ?? null, column)]).toEqual([column.name, cell, true]);
      }
  });

  test('narrows to the cluster and the namespace that it is asked for', async () => {
    const narrowed = async (given: Partial<QueryParameters>) =>
      (await store.ask(name, given)).rows.filter((row) => row['policy.ref'] !== null).length;
    const nothing = query.takes.includes('cluster') ? 0 : await narrowed({});
    expect(await narrowed({ cluster: 'elsewhere' })).toBe(nothing);
    expect(await narrowed({ cluster: 'prod-eu1' })).toBe(await narrowed({}));
    if (query.takes.includes('namespace')) expect(await narrowed({ namespace: 'nowhere' })).toBe(0);
  });

  test('asks with its own parameters unless told otherwise', () => {
    expect(Object.keys(parametersOf(query).own)).toEqual((query.parameters ?? []).map((one) => one.name));
  });
});

/** null = not known: allowed everywhere but in counts. */
function fits(cell: Cell, { type }: Column): boolean {
  if (cell === null) return type !== 'count' && type !== 'list' && type !== 'flag';
  switch (type) {
    case 'text':
      return typeof cell === 'string' && cell !== '';
    case 'count':
      return typeof cell === 'number' && Number.isSafeInteger(cell) && cell >= 0;
    case 'time':
      return typeof cell === 'number' && Number.isSafeInteger(cell) && cell > Date.parse('2020-01-01');
    case 'duration-ms':
    case 'ratio':
      return typeof cell === 'number' && Number.isFinite(cell);
    case 'flag':
      return typeof cell === 'boolean';
    case 'list':
      return Array.isArray(cell);
  }
}
