// The known answers of the lab cluster (test/samples/cluster/truth-summary.json).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, entries, number, text } from '../../../src/model/json.ts';
import type { Row } from '../../../src/queries/catalogue/savedQuery.ts';
import { CLUSTER_SAMPLE, type ClusterStore, storeOfCluster } from './storeOfCluster.ts';

const TRUTH: unknown = JSON.parse(readFileSync(join(CLUSTER_SAMPLE, 'truth-summary.json'), 'utf8'));

let store: ClusterStore;
beforeAll(async () => {
  store = await storeOfCluster();
});
afterAll(() => store.discard());

const rowsOf = async (name: string): Promise<readonly Row[]> => (await store.ask(name)).rows;

function truthCounts(...path: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    entries(at(TRUTH, ...path)).map(([name, count]) => [name, number(count) ?? Number.NaN]),
  );
}

function truthList(name: string): readonly unknown[] {
  const list: unknown = at(TRUTH, 'queries', name);
  if (!Array.isArray(list)) throw new Error(`the truth has no list ${name}`);
  return list;
}

test('audited denies by policy, on a default deny by those that isolate', async () => {
  const counts = (await rowsOf('audited-denies'))
    .filter((row) => row['policy.ref'] !== null)
    .map((row) => [row['policy.ref'], row['count']]);
  expect(Object.fromEntries(counts)).toEqual(truthCounts('queries', 'audited_denies_per_isolating_policy'));
});

test('audited denials by namespace, told conversation by conversation', async () => {
  const counts: Record<string, number> = {};
  for (const row of await rowsOf('still-denied')) {
    const subject = String(row['network.direction'] === 'egress' ? row['source'] : row['destination']);
    const [namespace = ''] = subject.split('/');
    counts[namespace] = (counts[namespace] ?? 0) + Number(row['count']);
  }
  expect(counts).toEqual(truthCounts('queries', 'audited_per_namespace'));
});

/** A policy whose body the audit log lost: what it decided is unknown. */
const OBSCURED = 'NetworkPolicy/vault/vault';

/** One request deleted all of them at one time: any may be named as the cause. */
const DELETED_AT_ONCE = /^(NetworkPolicy\/ops\/tmp-)\w+$/;

/** Who did what to which policy, when to the millisecond, and how many verdicts followed. */
function effectsInTruth(name: string): readonly string[] {
  return truthList(name)
    .filter((change) => text(at(change, 'policy')) !== OBSCURED)
    .map((change) => [
      text(at(change, 'user')),
      text(at(change, 'verb')),
      text(at(change, 'policy')).replace(DELETED_AT_ONCE, '$1*'),
      text(at(change, 'at')).slice(0, 23),
      number(at(change, 'count')),
    ])
    .map((effect) => effect.join(' '))
    .toSorted();
}

async function effectsTold(name: string): Promise<readonly string[]> {
  return (await rowsOf(name))
    .filter((row) => row['policy.ref'] !== OBSCURED)
    .map((row) => [
      row['actor.user'],
      row['change.verb'],
      String(row['policy.ref']).replace(DELETED_AT_ONCE, '$1*'),
      new Date(Number(row['change.at'])).toISOString().slice(0, 23),
      row['count'],
    ])
    .map((effect) => effect.join(' '))
    .toSorted();
}

test('what each change broke', async () => {
  expect(await effectsTold('broken-by-change')).toEqual(effectsInTruth('regressions_per_change'));
});

test('what each change opened', async () => {
  expect(await effectsTold('opened-by-change')).toEqual(effectsInTruth('newly_allowed_per_change'));
});

test('who changed what by hand', async () => {
  const told = (await rowsOf('manual-changes')).map((row) =>
    [
      row['policy.ref'],
      row['actor.user'],
      row['change.verb'],
      new Date(Number(row['change.at'])).toISOString().slice(0, 23),
    ].join(' '),
  );
  const truth = truthList('manual_changes').map((change) =>
    [
      text(at(change, 'policy')),
      text(at(change, 'user')),
      text(at(change, 'verb')),
      text(at(change, 'at')).slice(0, 23),
    ].join(' '),
  );
  expect(told.toSorted()).toEqual(truth.toSorted());
});

test('the workloads that are in audit mode at the end, and those that left it', async () => {
  const rows = await rowsOf('audit-mode');
  const namespaces = (states: readonly string[]): readonly string[] => [
    ...new Set(
      rows
        .filter((row) => states.includes(String(row['state'])))
        .map((row) => String(row['workload']).split('/')[0] ?? ''),
    ),
  ];
  // Nothing was denied in namespace calm, so nothing can tell.
  const truth = truthList('namespaces_in_audit_mode_at_end').filter((name) => name !== 'calm');
  expect(namespaces(['audited']).toSorted()).toEqual(truth);
  // Without a write of cilium-config nothing says who ended it.
  expect(namespaces(['lost'])).toEqual(['payments']);
});

test('verdicts that contradict the policies', async () => {
  const counts: Record<string, number> = {};
  for (const row of await rowsOf('contradictions'))
    counts[String(row['drift'])] = (counts[String(row['drift'])] ?? 0) + Number(row['count']);
  const { 'not-enforced': notEnforced, 'unexpected-deny': unexpected, ...rest } = counts;
  const truth = truthCounts('verdicts_by_drift');
  expect(notEnforced).toBe(truth['not-enforced']);
  expect(unexpected).toBe(truth['unexpected-deny']);
  expect(rest['stale-version']).toBe(truth['stale-version']);
  expect(rest['unknown-policy']).toBe(truth['unknown-policy']);
});

test('the scanner is a spike, and there is no baseline to compare it with', async () => {
  const [first, ...others] = await rowsOf('audited-deny-spikes');
  expect(first).toMatchObject({ count: 27, baseline: null, ratio: null, baseline_days: 0 });
  expect(new Date(Number(first?.['hour'])).toISOString()).toBe('2026-11-02T09:00:00.000Z');
  expect(others).toHaveLength(1);
});
