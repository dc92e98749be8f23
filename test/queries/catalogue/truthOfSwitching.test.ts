// The known answers of the lab cluster to what would happen if policies were enforced now, and those that count by
// policies that select whoever is denied.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgeStored } from '../../../src/cli/query/judgeStored.ts';
import { at, entries, number, text, texts } from '../../../src/model/json.ts';
import { HOST, SEEN } from '../../../src/queries/catalogue/conversations.ts';
import { policiesHeldParts } from '../../../src/queries/catalogue/policiesHeld.ts';
import { runQuery } from '../../../src/queries/catalogue/runQuery.ts';
import { savedQuery } from '../../../src/queries/catalogue/savedQuery.ts';
import { talkScope } from '../../../src/queries/catalogue/scope.ts';
import { judgedAgain, labelParts } from '../../../src/queries/catalogue/talksAgain.ts';
import { LABELLED } from '../../../src/queries/catalogue/undoing.ts';
import { NO_PARAMETERS } from './someParameters.ts';
import { type AskedStore } from './storeAsked.ts';
import { CLUSTER_SAMPLE, storeOfCluster } from './storeOfCluster.ts';

const TRUTH: unknown = JSON.parse(readFileSync(join(CLUSTER_SAMPLE, 'truth-summary.json'), 'utf8'));
const told = (name: string) => at(TRUTH, 'queries', name);

/** Policies that select what others deny, and isolate nobody: they share no responsibility. */
const SELECT_ONLY: readonly string[] = [
  'CiliumClusterwideNetworkPolicy//deny-world-ssh',
  'CiliumNetworkPolicy/team-01/p1',
  'CiliumNetworkPolicy/team-01/p2',
  'CiliumNetworkPolicy/team-02/p1',
];
/** Its body the audit log lost: what it decided is unknown. */
const OBSCURED = 'NetworkPolicy/vault/vault';

let store: AskedStore;
beforeAll(async () => {
  store = await storeOfCluster();
});
afterAll(() => store.discard());

/** Each once: the namespace whose policies were asked. */
async function stillDenied(states: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await store.rows('still-denied');
  const subjects = rows
    .filter((row) => states.includes(String(row['now'])))
    .map((row) => String(row['network.direction'] === 'egress' ? row['source'] : row['destination']));
  return new Set(subjects.map((subject) => subject.split('/')[0] ?? ''));
}

test('of the namespaces in audit mode, those are safe to enforce to which nothing is denied still', async () => {
  const denied = await stillDenied(['denied', 'unknown']);
  const safe = texts(told('namespaces_in_audit_mode_at_end')).filter((name) => !denied.has(name));
  expect(safe).toEqual(texts(told('safe_to_enforce_replayed')));
});

test('those are safe as far as was seen in which nothing was ever audited', async () => {
  const audited = await stillDenied(['denied', 'unknown', 'allowed', 'enforced']);
  const safe = texts(told('namespaces_in_audit_mode_at_end')).filter((name) => !audited.has(name));
  expect(safe).toEqual(texts(told('safe_to_enforce_observed')));
});

test('audited denies by policies that select whom they deny', async () => {
  const rows = (await store.rows('audited-denies')).filter((row) => row['policy.ref'] !== null);
  const wanted = entries(told('audited_denies_per_policy')).filter(([ref]) => !SELECT_ONLY.includes(ref));
  expect(Object.fromEntries(rows.map((row) => [row['policy.ref'], row['count']]))).toEqual(
    Object.fromEntries(wanted),
  );
});

// Figure by figure, from the single verdicts: truthOfPolicies.test.ts.
test('each policy has as many verdicts in all as it decided', async () => {
  const counts = new Map<string, number>();
  for (const row of await store.rows('policy-statistics')) {
    const figures = ['allowed', 'denied', 'audited', 'otherwise'].map((name) => Number(row[name]));
    const ref = text(at(row, 'policy.ref'));
    counts.set(
      ref,
      figures.reduce((sum, figure) => sum + figure, counts.get(ref) ?? 0),
    );
  }
  const wanted = entries(told('verdict_counts_per_policy')).map(([ref, observed]) => [
    ref,
    entries(observed).reduce((sum, [, count]) => sum + (number(count) ?? Number.NaN), 0),
  ]);
  const isTold = ([ref]: readonly unknown[]): boolean =>
    ref !== OBSCURED && !SELECT_ONLY.includes(String(ref));
  expect(Object.fromEntries([...counts].filter(isTold))).toEqual(Object.fromEntries(wanted.filter(isTold)));
});

/** Not in the catalogue: it asks about all that ever happened, enforced or not. */
const ALL_AGAIN = savedQuery({
  name: 'all-again',
  topic: 'audit mode',
  title: 'What would the policies of the end have denied?',
  about: '',
  takes: [],
  columns: [],
  order: [],
  caveats: [],
  parts: (parameters) => ({
    talks: {
      kind: 'tally',
      from: 'rollups',
      where: talkScope(parameters),
      by: LABELLED,
      measures: { ...SEEN, ...HOST },
    },
    ...labelParts(talkScope(parameters)),
  }),
  more: ({ talks }, parameters) => policiesHeldParts(talks, parameters),
  rows(answers, { asOfMs }, judge) {
    const said = judgedAgain(answers.talks, answers, asOfMs, judge);
    return answers.talks.map((row) => ({
      namespace: text(row['subject_namespace']),
      declared: said.get(row)?.declared ?? '',
      count: Number(row['verdicts']),
    }));
  },
});

test('the policies of the end would have denied, of all that was ever tried, what the truth says', async () => {
  const { rows } = await runQuery(ALL_AGAIN, NO_PARAMETERS, {
    answerPart: store.answerPart,
    judge: judgeStored,
  });
  const denied = rows.filter((row) => row['declared'] === 'denied');
  const counts = new Map<string, number>();
  for (const { namespace, count } of denied)
    counts.set(String(namespace), (counts.get(String(namespace)) ?? 0) + Number(count));
  expect(Object.fromEntries(counts)).toEqual(
    Object.fromEntries(entries(told('replay_denied_per_namespace'))),
  );
});
