// The known answers of the lab cluster about policies, rules, sources, namespaces and feeds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { at, entries, field, number, text, texts } from '../../../src/model/json.ts';
import { policyOfRule } from '../../../src/model/refs.ts';
import type { Row } from '../../../src/queries/catalogue/savedQuery.ts';
import type { AskedStore } from './storeAsked.ts';
import { CLUSTER_SAMPLE, storeOfCluster } from './storeOfCluster.ts';

const SUMMARY: unknown = JSON.parse(readFileSync(join(CLUSTER_SAMPLE, 'truth-summary.json'), 'utf8'));
const TRUTH: readonly unknown[] = readFileSync(join(CLUSTER_SAMPLE, 'truth.ndjson'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line): unknown => JSON.parse(line));
/** Verdicts of which the audit log holds what it takes to judge them. */
const TELLABLE = TRUTH.filter((verdict) => field(verdict, 'obscured') === undefined);
const WHOLE_TIME = new Set(texts(at(SUMMARY, 'queries', 'in_force_whole_time')));

let store: AskedStore;
beforeAll(async () => {
  store = await storeOfCluster();
});
afterAll(() => store.discard());

const rowsOf: AskedStore['rows'] = (name, given) => store.rows(name, given);

test('each policy has the verdicts that are due to it', async () => {
  const wanted = countsBy(TELLABLE, (verdict) => {
    if (field(verdict, 'reason') === 'default-deny')
      return texts(field(verdict, 'isolating') ?? field(verdict, 'selecting'));
    return [...new Set(texts(field(verdict, 'deciding')).map(policyOfRule))];
  });
  const rows = await rowsOf('policy-statistics');
  expect(totals(rows, 'policy.ref')).toEqual(wanted);
});

test('each rule has the verdicts that it decided', async () => {
  const wanted = countsBy(TELLABLE, (verdict) => texts(field(verdict, 'deciding')));
  const rows = await rowsOf('rule-statistics');
  expect(
    totals(
      rows.map((row) => ({ ...row, rule: ruleOf(row) })),
      'rule',
    ),
  ).toEqual(wanted);
});

test('of the policies in force all the time, those that decided nothing are called unused', async () => {
  const rows = await rowsOf('unused-policies');
  const found = rows.map((row) => text(row['policy.ref'])).filter((ref) => WHOLE_TIME.has(ref));
  expect(found.toSorted()).toEqual(texts(at(SUMMARY, 'queries', 'unused_policies')));
});

test('of the policies in force all the time, the rules that decided nothing are called unused', async () => {
  const rows = await rowsOf('unused-rules');
  const found = rows.map(ruleOf).filter((rule) => WHOLE_TIME.has(policyOfRule(rule)));
  // Nobody knows which ports these name: verdicts that they may have decided are undecided.
  const doubtful = ['NetworkPolicy/mixed/named#ingress[0]', 'NetworkPolicy/mixed/named#ingress[1]'];
  const unused = texts(at(SUMMARY, 'queries', 'unused_rules'));
  expect(found.toSorted()).toEqual([...unused, ...doubtful].toSorted());
});

test('where events were lost, nothing is certain to be unused', async () => {
  const rows = [...(await rowsOf('unused-policies')), ...(await rowsOf('unused-rules'))];
  expect(new Set(rows.map((row) => row['state']))).toEqual(new Set(['unknown']));
  for (const { why } of rows) expect(why).toContain('69 events lost on node-2, node-3');
});

test('the noisiest sources are those that were denied most', async () => {
  const listed = at(SUMMARY, 'queries', 'noisiest_source_workloads');
  const wanted = (Array.isArray(listed) ? listed : []).map((source: unknown) => {
    const ends = field(source, 'entity') === undefined ? ['namespace', 'workload'] : ['entity', 'ip'];
    const name = ends.map((end) => text(field(source, end))).join(ends[0] === 'entity' ? ' ' : '/');
    return [name, field(source, 'count')];
  });
  const rows = await rowsOf('noisiest-sources');
  const found = rows.map(({ source, count }) => [source, count]);
  expect(found).toEqual(expect.arrayContaining(wanted));
  expect(found.slice(0, 3)).toEqual(wanted.slice(0, 3));
});

test.each([
  'payments',
  'shop',
  'tools',
  'monitoring',
])('every verdict with one end in %s and one outside crosses its border', async (namespace) => {
  const isInside = (verdict: unknown, end: string): boolean => at(verdict, end, 'namespace') === namespace;
  const crossing = TRUTH.filter((verdict) => isInside(verdict, 'subject') !== isInside(verdict, 'peer'));
  const isInward = (verdict: unknown): boolean =>
    isInside(verdict, 'subject') === (field(verdict, 'direction') === 'ingress');
  const rows = await rowsOf('namespace-isolation', { namespace });
  expect({
    in: total(rows.filter(({ border }) => border === 'in')),
    out: total(rows.filter(({ border }) => border === 'out')),
  }).toEqual({
    in: crossing.filter(isInward).length,
    out: crossing.filter((verdict) => !isInward(verdict)).length,
  });
});

test('the datapath still goes by an old version of one policy, and by one that nobody knows', async () => {
  const rows = await rowsOf('ghost-policies');
  const counts = countsBy(
    rows,
    (row) => [text(field(row, 'drift'))],
    (row) => number(field(row, 'count')) ?? 0,
  );
  expect(counts).toEqual({
    'stale-version': at(SUMMARY, 'verdicts_by_drift', 'stale-version'),
    'unknown-policy': at(SUMMARY, 'verdicts_by_drift', 'unknown-policy'),
  });
  expect(rows.map((row) => [row['drift'], row['policy.reported'], row['standing']])).toEqual([
    ['stale-version', null, null],
    ['stale-version', 'CiliumNetworkPolicy/stream/ingest', 'in force'],
    ['unknown-policy', 'CiliumNetworkPolicy/lab/ghost', 'not known'],
  ]);
});

test('refused and tried writes are all there', async () => {
  const outcomes = countsBy(await rowsOf('attempts'), (row) => [text(field(row, 'change.outcome'))]);
  expect(outcomes).toEqual({
    failure: at(SUMMARY, 'audit_attempts', 'failed'),
    'dry-run': at(SUMMARY, 'audit_attempts', 'dry-run'),
  });
});

test('what nodes lost is told, with the time', async () => {
  const gaps = await rowsOf('feed-gaps');
  expect(new Set(gaps.map(({ gap }) => gap))).toEqual(new Set(['lost']));
  const lost = countsBy(
    gaps,
    (row) => [text(field(row, 'observer.name'))],
    (row) => number(field(row, 'count')) ?? 0,
  );
  expect(lost).toEqual(Object.fromEntries(entries(at(SUMMARY, 'queries', 'lost_events_per_node'))));
});

test('every policy verdict of the flows is covered', async () => {
  const rows = await rowsOf('feed-coverage');
  expect(rows.reduce((sum, { verdicts }) => sum + Number(verdicts), 0)).toBe(
    at(SUMMARY, 'policy_verdict_lines'),
  );
});

function countsBy(
  items: readonly unknown[],
  keys: (item: unknown) => readonly string[],
  weight: (item: unknown) => number = () => 1,
): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const item of items)
    for (const key of keys(item)) counts.set(key, (counts.get(key) ?? 0) + weight(item));
  return Object.fromEntries(counts);
}

function ruleOf(row: Row): string {
  return `${text(row['policy.ref'])}#${text(row['rule'])}`;
}

function totals(rows: readonly Row[], name: string): Readonly<Record<string, number>> {
  return countsBy(
    rows,
    (row) => [text(field(row, name))],
    (row) =>
      ['allowed', 'denied', 'audited', 'otherwise']
        .map((figure) => number(field(row, figure)) ?? 0)
        .reduce((sum, figure) => sum + figure, 0),
  );
}

function total(rows: readonly Row[]): number {
  return rows.reduce((sum, { count }) => sum + Number(count), 0);
}
