import { expect, test } from 'vitest';
import { createPolicyStats } from '../../src/normalise/policyStats.ts';
import type { MonitorVerdict } from '../../src/sources/monitor.ts';

const AUDITED: MonitorVerdict = { direction: 'ingress', action: 'audit', match: 'none', policyName: '' };
const ALLOWED: MonitorVerdict = { direction: 'egress', action: 'allow', match: 'L3-L4', policyName: 'dns' };

test('counts by policy, direction, result and match, in the words of Hubble', () => {
  const stats = createPolicyStats();
  for (const verdict of [AUDITED, ALLOWED, ALLOWED, { ...ALLOWED, policyName: 'web' }]) stats.add(verdict);
  expect(stats.list().map(({ count, words, policyName }) => [count, words, policyName])).toEqual([
    [2, 'policy-verdict:L3-L4 EGRESS ALLOWED', 'dns'],
    [1, 'policy-verdict:none INGRESS AUDITED', ''],
    [1, 'policy-verdict:L3-L4 EGRESS ALLOWED', 'web'],
  ]);
});

test('a full table counts what it cannot keep', () => {
  const stats = createPolicyStats(2);
  for (const policyName of ['a', 'b', 'c', 'd', 'a']) stats.add({ ...ALLOWED, policyName });
  expect(stats.list().map(({ policyName, count }) => [policyName, count])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
  expect(stats.overflow()).toBe(2);
});
