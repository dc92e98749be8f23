// What --redact takes out of a report, and what it must leave.
import { describe, expect, it } from 'vitest';
import { causedBy, change, DENIED, rollup, type Scene } from '../../queries/scene.ts';
import { MORNING_FINDINGS } from '../terminal/morning.ts';
import { dataOf, pageOf } from './pageOf.ts';

const WORLD = { 'peer.namespace': '', 'peer.workload': '', 'peer.entity': 'world' };
const SCENE: Scene = {
  rollups: [
    rollup('9:00', {
      ...DENIED,
      ...causedBy('break', '9:00', 'denied-by-change'),
      ...WORLD,
      'peer.ip': '203.0.113.9',
    }),
    rollup('9:01', { ...WORLD, 'peer.ip': '10.9.8.7' }),
    rollup('9:02', { ...WORLD, 'peer.ip': '2001:db8::17' }),
  ],
  changes: [
    change('break', '9:00', {
      'actor.user': 'Alice.Smith@example.com',
      'actor.impersonator': 'oidc:bob',
      'change.cause': 'asked for by alice.smith, see 203.0.113.9',
      'change.diff': [
        'spec.cidr: 203.0.113.0/24 → 198.51.100.7/32',
        'metadata.annotations.by: alice.smith@EXAMPLE.com → bob',
        'spec.inside: 10.0.0.0/8 → 0.0.0.0/0',
        'metadata.malice: alice → bobsled',
      ],
      'user_agent.original': 'kubectl/v1.35 (Alice.Smith)',
      'source.ip': ['10.1.2.3', '2001:DB8::17'],
      'change.commit.id': '1a2b3c4',
      'change.commit.author': 'Jane Doe',
      'change.commit.at': '2026-11-02T08:00:00.000000Z',
      'change.commit.file': 'np.yaml',
    }),
    change('deny', '9:30', { 'actor.user': 'denied', 'change.outcome': 'failure', 'change.code': 403 }),
    change('argo', '9:40', { 'actor.user': 'system:serviceaccount:argocd:app', 'actor.kind': 'controller' }),
  ],
};
const FINDINGS = {
  ...MORNING_FINDINGS,
  kept: { ...MORNING_FINDINGS.kept, store: '/home/alice.smith/drift.duckdb' },
};

/** One change by somebody of that name, who also stands in its reason. */
function changeBy(user: string): Scene {
  return { changes: [change('one', '9:00', { 'actor.user': user, 'change.cause': `for ${user}.` })] };
}

const open = await pageOf(SCENE, FINDINGS);
const redacted = await pageOf(SCENE, FINDINGS, true);

describe('a redacted report', () => {
  it.each([
    'Alice.Smith',
    'oidc:bob',
    'Jane Doe',
    '203.0.113.9',
    '198.51.100.7',
    '203.0.113.0',
    '10.9.8.7',
    '10.1.2.3',
    '2001:db8',
  ])('holds %s nowhere, which the open one holds', (secret) => {
    expect(open.toLowerCase()).toContain(secret.toLowerCase());
    expect(redacted.toLowerCase()).not.toContain(secret.toLowerCase());
  });

  it('gives one person one stand-in, wherever and however the name is written', () => {
    const [written] = dataOf(redacted).changes.filter(({ id }) => id === 'break');
    const [, user = ''] = /^(user-\d+) \(impersonated by (user-\d+)\)$/.exec(written?.who ?? '') ?? [];
    expect(user).not.toBe('');
    expect(written?.client).toContain(`(${user})`);
    expect(written?.remarks.join(' ')).toContain(`asked for by ${user}`);
    expect(written?.diff.find(({ path }) => path.endsWith('by'))).toMatchObject({ before: user });
  });

  it('gives one outside address one stand-in', () => {
    const { flows, changes } = dataOf(redacted);
    const [written] = changes.filter(({ id }) => id === 'break');
    const standIns = flows.map(({ talk }) => /external-\d+/.exec(talk)?.[0]);
    expect(new Set(standIns).size).toBe(3);
    expect(written?.remarks.join(' ')).toContain(`see ${standIns[0]}`);
  });

  it('leaves what names nobody', () => {
    const { changes, flows } = dataOf(redacted);
    const [written] = changes.filter(({ id }) => id === 'break');
    expect(written?.diff.find(({ path }) => path === 'spec.inside')).toMatchObject({
      before: '10.0.0.0/8',
      after: '0.0.0.0/0',
    });
    expect(written?.name).toContain('shop/cart');
    expect(changes.find(({ id }) => id === 'argo')?.who).toBe('argocd/app');
    expect(flows.map(({ declared }) => declared)).toContain('denied');
  });

  it.each([
    'a-b',
    'a.b*c',
    '(group)',
    'x|y',
    '[a]',
    'a\\b',
    'ünïcødé',
    '李雷雷',
    'a/b c',
  ])('knows a person by any name: %s', async (user) => {
    const page = await pageOf(changeBy(user), FINDINGS, true);
    expect(dataOf(page).changes[0]).toMatchObject({ who: 'user-1', remarks: ['saying “for user-1.”'] });
  });

  it('is not broken by a person whose name is one of its own words', () => {
    const { changes, flows } = dataOf(redacted);
    expect(changes.find(({ id }) => id === 'deny')?.who).toMatch(/^user-\d+$/);
    expect(flows.map(({ drift }) => drift)).toContainEqual(['denied-by-change']);
  });
});
