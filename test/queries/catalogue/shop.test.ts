// What the README of examples/shop says is to be found in it, the saved queries find.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { analysedDocuments } from './analysedDocuments.ts';
import { type AskedStore, storeAsked } from './storeAsked.ts';

const SHOP = join(import.meta.dirname, '..', '..', '..', 'examples', 'shop');

let store: AskedStore;
beforeAll(async () => {
  store = await storeAsked(await analysedDocuments(SHOP, 'policies.json'));
});
afterAll(() => store.discard());

test('attempts that changed nothing: two dry runs, a refusal, a conflict, an invalid policy', async () => {
  const rows = await store.rows('attempts');
  expect(rows.map((row) => [row['policy.ref'], row['actor.user'], row['change.code']])).toEqual([
    ['NetworkPolicy/shop/web', 'carol', '200'],
    ['CiliumNetworkPolicy/media/cdn', 'carol', '422'],
    ['NetworkPolicy/shop/cart', 'carol', '409'],
    ['NetworkPolicy/shop/cart', 'bob', '403'],
    ['NetworkPolicy/shop/cart', 'carol', '200'],
  ]);
});

test('one node goes on enforcing the old version of stream/ingest', async () => {
  const [ghost, ...more] = await store.rows('ghost-policies');
  expect(more).toEqual([]);
  expect(ghost).toMatchObject({ drift: 'stale-version', 'policy.reported': null, subjects: ['ingest'] });
});

test('who crosses into legacy is let through though it is denied', async () => {
  const rows = await store.rows('namespace-isolation', { namespace: 'legacy' });
  const passed = rows.filter(
    (row) => row['verdict.observed'] === 'forwarded' && row['verdict.declared'] === 'denied',
  );
  expect(passed.length).toBeGreaterThan(0);
  for (const row of passed)
    expect(row).toMatchObject({
      border: 'in',
      destination: 'legacy/worker',
      'policy.responsible': ['NetworkPolicy/legacy/lockdown'],
    });
});

test('rules that name a port which no file resolves may have decided what nobody can', async () => {
  const rows = await store.rows('unused-rules', { namespace: 'mixed' });
  const named = rows.filter((row) => row['policy.ref'] === 'NetworkPolicy/mixed/named');
  expect(named.map((row) => [row['rule'], row['state']])).toEqual([
    ['ingress[0]', 'unknown'],
    ['ingress[1]', 'unknown'],
  ]);
  for (const { why } of named) expect(why).toContain('2 verdicts undecided that it may have decided');
});

test('nodes 2 and 3 lost events, and nothing else is missing', async () => {
  const rows = await store.rows('feed-gaps');
  expect(new Set(rows.map((row) => `${String(row['gap'])} ${String(row['observer.name'])}`))).toEqual(
    new Set(['lost node-2', 'lost node-3']),
  );
});
