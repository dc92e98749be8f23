// The document sets of the contract leave nothing untried: two engines that both say nothing agree, too.
import { beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/queries/catalogue/catalogue.ts';
import type { Cell, Row } from '../../src/queries/catalogue/savedQuery.ts';
import { IMPACT_STATES } from '../../src/queries/impacts.ts';
import { storeAsked } from '../queries/catalogue/storeAsked.ts';
import { DOCUMENT_SETS } from './documentSets.ts';

/** What a column may say, all of it. */
const SAID = [
  ['audit-mode', 'state', ['audited', 'partly', 'switched-off', 'lost']],
  ['audit-mode-nodes', 'state', ['audits', 'drops', 'mixed']],
  ['still-denied', 'now', ['denied', 'unknown', 'allowed', 'enforced']],
  ['broken-by-change', 'state', IMPACT_STATES],
  [
    'manifest-mismatches',
    'drift',
    ['differs-from-manifests', 'not-in-cluster', 'not-in-manifests', 'unknown'],
  ],
  ['contradictions', 'drift', ['not-enforced', 'stale-version', 'unexpected-deny', 'unknown-policy']],
] as const;

const rows = new Map<string, Row[]>();

beforeAll(async () => {
  for (const [, make] of DOCUMENT_SETS) {
    const store = await storeAsked(await make());
    for (const { name } of CATALOGUE)
      rows.set(name, [...(rows.get(name) ?? []), ...(await store.rows(name))]);
    store.discard();
  }
});

describe.each(CATALOGUE.map((query) => [query.name, query] as const))('%s', (name, query) => {
  test('has rows in one set at least, and a value in each of its columns', () => {
    const isEmpty = (column: string): boolean => !(rows.get(name) ?? []).some((row) => isValue(row[column]));
    expect(rows.get(name)).not.toEqual([]);
    expect(query.columns.map((column) => column.name).filter(isEmpty)).toEqual([]);
  });
});

test.each(SAID)('%s: the sets have every %s', (name, column, said) => {
  const found = new Set((rows.get(name) ?? []).map((row) => row[column]));
  expect(found).toEqual(new Set(said));
});

function isValue(cell: Cell | undefined): boolean {
  return cell !== null && cell !== undefined && !(Array.isArray(cell) && cell.length === 0);
}
