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
const TRUTH = linesOf('truth.ndjson');
/** Verdicts of which the audit log holds what it takes to judge them. */
const TELLABLE = TRUTH.filter((verdict) => field(verdict, 'obscured') === undefined);
const FIGURES = ['allowed', 'denied', 'audited', 'otherwise'] as const;
const WHOLE_TIME = new Set(texts(at(SUMMARY, 'queries', 'in_force_whole_time')));

let store: AskedStore;
beforeAll(async () => {
  store = await storeOfCluster();
});
afterAll(() => store.discard());

const rowsOf: AskedStore['rows'] = (name, given) => store.rows(name, given);

test('each policy has the verdicts that are due to it, as they went', async () => {
  const rows = await rowsOf('policy-statistics');
  expect(figuresTold(rows, (row) => text(row['policy.ref']))).toEqual(figuresInTruth(duePolicies));
});

test('each rule has the verdicts that it decided, as they went', async () => {
  const rows = await rowsOf('rule-statistics');
  expect(figuresTold(rows, ruleOf)).toEqual(figuresInTruth((verdict) => texts(field(verdict, 'deciding'))));
});

test('each default deny is put down to all policies that had a part in it', async () => {
  const denials = TELLABLE.filter(
    (verdict) => isDenial(verdict) && field(verdict, 'reason') === 'default-deny',
  );
  const keys = (verdict: unknown): readonly string[] =>
    duePolicies(verdict).map((ref) => `${ref} ${text(field(verdict, 'direction'))}`);
  const wanted = countsBy(denials, keys);
  const audited = countsBy(denials, keys, (verdict) => (field(verdict, 'observed') === 'audited' ? 1 : 0));
  const rows = await rowsOf('default-denies');
  const told = (figure: string) =>
    Object.fromEntries(
      rows.map((row) => [`${text(row['policy.ref'])} ${text(row['network.direction'])}`, row[figure]]),
    );
  expect([told('count'), told('audited')]).toEqual([wanted, audited]);
});

test('each denial without a policy in the flows is put down to those that denied it', async () => {
  const nameless = TELLABLE.filter(
    (verdict) =>
      isDenial(verdict) &&
      field(verdict, 'declared') === 'denied' &&
      field(verdict, 'reported_uids') === undefined,
  );
  const wanted = countsBy(nameless, (verdict) =>
    duePolicies(verdict).map((ref) =>
      [ref, ...['direction', 'observed', 'reason'].map((name) => text(field(verdict, name)))].join(' '),
    ),
  );
  const told = (await rowsOf('not-named-by-hubble')).map((row) => [
    ['policy.ref', 'network.direction', 'verdict.observed', 'verdict.reason']
      .map((name) => text(row[name]))
      .join(' '),
    row['count'],
  ]);
  expect(Object.fromEntries(told)).toEqual(wanted);
});

test('of each workload that was audited, the last denial on a node tells what the node does', async () => {
  const place = (verdict: unknown): string =>
    `${text(at(verdict, 'subject', 'namespace'))}/${text(at(verdict, 'subject', 'workload'))}`;
  const denials = TRUTH.filter((verdict) => isDenial(verdict) && field(verdict, 'declared') === 'denied');
  const audited = new Set(denials.filter((one) => field(one, 'observed') === 'audited').map(place));
  const wanted = new Map<string, { kept: number; state: string }>();
  for (const verdict of denials.filter((one) => audited.has(place(one))).toSorted(byTime)) {
    const key = `${place(verdict)} ${text(field(verdict, 'node'))}`;
    const isAudited = field(verdict, 'observed') === 'audited';
    const kept = (wanted.get(key)?.kept ?? 0) + (isAudited ? 1 : 0);
    wanted.set(key, { kept, state: isAudited ? 'audits' : 'drops' });
  }
  const rows = await rowsOf('audit-mode-nodes');
  const told = rows.map(({ workload, kept, state, ...row }) => [
    `${text(workload)} ${text(row['observer.name'])}`,
    { kept, state },
  ]);
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(wanted));
});

test('every change of a policy is told, with who made it and when', async () => {
  const wanted = linesOf('truth-policies.ndjson')
    .filter((version) => field(version, 'origin') === 'audit')
    .map((version) =>
      ['policy', 'user', 'verb']
        .map((name) => text(field(version, name)))
        .concat(text(field(version, 'at')).slice(0, 23))
        .join(' '),
    );
  const told = (await rowsOf('changes')).map((row) =>
    ['policy.ref', 'actor.user', 'change.verb']
      .map((name) => text(row[name]))
      .concat(new Date(Number(row['change.at'])).toISOString().slice(0, 23))
      .join(' '),
  );
  expect(told.toSorted()).toEqual(wanted.toSorted());
  expect(told).toHaveLength(number(at(SUMMARY, 'changes')) ?? 0);
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
  const found = (await rowsOf('noisiest-sources')).map(({ source, count }) => [source, count]);
  // The truth ends after twenty, among sources of one count, which stand in no order.
  const least = Number(wanted.at(-1)?.[1]);
  const isMore = ([, count]: readonly unknown[]): boolean => Number(count) > least;
  expect(found.filter(isMore)).toEqual(wanted.filter(isMore));
  expect(found).toEqual(expect.arrayContaining(wanted));
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

type Figures = Readonly<Record<string, number>>;

/** Of each name, how many verdicts went which way. */
function figuresTold(rows: readonly Row[], nameOf: (row: Row) => string): Readonly<Record<string, Figures>> {
  return figuresBy(
    rows.flatMap((row) =>
      FIGURES.map((figure) => ({ name: nameOf(row), figure, count: Number(row[figure]) })),
    ),
  );
}

function figuresInTruth(namesOf: (verdict: unknown) => readonly string[]): Readonly<Record<string, Figures>> {
  return figuresBy(
    TELLABLE.flatMap((verdict) =>
      namesOf(verdict).map((name) => ({ name, figure: figureOf(verdict), count: 1 })),
    ),
  );
}

function figuresBy(
  counted: readonly { readonly name: string; readonly figure: string; readonly count: number }[],
): Readonly<Record<string, Figures>> {
  const all = Map.groupBy(counted, ({ name }) => name);
  return Object.fromEntries(
    [...all].map(([name, ones]) => [
      name,
      Object.fromEntries(
        FIGURES.map((figure) => [
          figure,
          ones.filter((one) => one.figure === figure).reduce((sum, { count }) => sum + count, 0),
        ]),
      ),
    ]),
  );
}

/** How a verdict went: as its policies say, audited where they deny, or otherwise. */
function figureOf(verdict: unknown): (typeof FIGURES)[number] {
  const declared = text(field(verdict, 'declared'));
  switch (text(field(verdict, 'observed'))) {
    case 'audited':
      return declared === 'denied' ? 'audited' : 'otherwise';
    case 'dropped':
      return declared === 'denied' ? 'denied' : 'otherwise';
    default:
      return declared === 'allowed' ? 'allowed' : 'otherwise';
  }
}

/** The policies that a verdict is due to, each once: those whose rule decided; on a default deny, those that isolate. */
function duePolicies(verdict: unknown): readonly string[] {
  if (field(verdict, 'reason') === 'default-deny')
    return texts(field(verdict, 'isolating') ?? field(verdict, 'selecting'));
  return [...new Set(texts(field(verdict, 'deciding')).map(policyOfRule))];
}

function isDenial(verdict: unknown): boolean {
  return ['dropped', 'audited'].includes(text(field(verdict, 'observed')));
}

/** Times of one format and zone: as texts. */
function byTime(one: unknown, other: unknown): number {
  return text(field(one, 'time')) < text(field(other, 'time')) ? -1 : 1;
}

function linesOf(file: string): readonly unknown[] {
  return readFileSync(join(CLUSTER_SAMPLE, file), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

function total(rows: readonly Row[]): number {
  return rows.reduce((sum, { count }) => sum + Number(count), 0);
}
