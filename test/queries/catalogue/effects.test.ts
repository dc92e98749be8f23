// What changes broke, whether it is mended, how long they took; what audit mode let pass.
import { describe, expect, test } from 'vitest';
import { at, BY_ARGO, causedBy, change, DENIED, rollup } from '../scene.ts';
import { rowsOf } from './sceneAsked.ts';
import { configured, verdictOn } from './scenes.ts';

const NARROW = { ingress: [{ ports: [{ port: 8081 }] }] };
const WIDE = { ingress: [{ ports: [{ port: 8080 }] }] };

const BREAKS = change('c1', '9:00', { 'change.spec_before': WIDE, 'change.spec_after': NARROW, ...BY_ARGO });
const DENIAL = rollup('9:01', { ...DENIED, ...causedBy('c1', '9:00', 'denied-by-change'), count: 5 });

describe('what a change broke', () => {
  test('still stands while nothing speaks against it', async () => {
    expect(await rowsOf({ rollups: [DENIAL], changes: [BREAKS] }, 'broken-by-change')).toMatchObject([
      {
        'change.id': 'c1',
        'actor.user': BY_ARGO['actor.user'],
        count: 5,
        state: 'standing',
        conversations: 1,
        examples: ['shop/web → shop/cart tcp 8080'],
        'cause.lag_ms': 800,
        ended_at: null,
      },
    ]);
  });

  test('is undone by a later verdict of the same conversation, due to another change', async () => {
    const mended = rollup('9:30', causedBy('c2', '9:25', 'newly-allowed'));
    const rows = await rowsOf({ rollups: [DENIAL, mended], changes: [BREAKS] }, 'broken-by-change');
    expect(rows).toMatchObject([{ state: 'undone', ended_at: Date.parse(at('9:25')) }]);
  });

  test('is not undone by an endpoint with other labels', async () => {
    const other = rollup('9:30', { ...causedBy('c2', '9:25', 'newly-allowed'), 'peer.labels_hash': 'w2' });
    const rows = await rowsOf({ rollups: [DENIAL, other], changes: [BREAKS] }, 'broken-by-change');
    expect(rows).toMatchObject([{ state: 'standing' }]);
  });

  test('is taken back when the policy says again what it said before', async () => {
    const back = change('c2', '9:25', { 'change.spec_before': NARROW, 'change.spec_after': WIDE });
    const rows = await rowsOf({ rollups: [DENIAL], changes: [BREAKS, back] }, 'broken-by-change');
    expect(rows).toMatchObject([{ state: 'taken-back', ended_at: Date.parse(at('9:25')) }]);
  });

  test('is told though the store does not hold the change', async () => {
    expect(await rowsOf({ rollups: [DENIAL] }, 'broken-by-change')).toMatchObject([
      { 'change.id': 'c1', 'policy.ref': 'NetworkPolicy/shop/cart', 'actor.user': null, count: 5 },
    ]);
  });
});

describe('what a change opened', () => {
  const opening = (id: string, time: string, fields: Parameters<typeof rollup>[1] = {}) =>
    rollup(`${time}:30`, { ...causedBy(id, time, 'newly-allowed'), ...fields });

  test('is what it mended, where another change had broken it, and stands after real openings', async () => {
    const other = opening('c3', '9:40', { 'peer.workload': 'scanner', 'peer.labels_hash': 's1' });
    const rollups = [DENIAL, { ...opening('c2', '9:25'), count: 9 }, other];
    expect(await rowsOf({ rollups }, 'opened-by-change')).toMatchObject([
      { 'change.id': 'c3', count: 1, mended: 0, mends: null },
      { 'change.id': 'c2', count: 9, mended: 9, mends: Date.parse(at('9:00')) },
    ]);
  });

  test('is told from what it mended, where it did both', async () => {
    const other = opening('c2', '9:25', { 'peer.workload': 'scanner', 'peer.labels_hash': 's1' });
    const rollups = [DENIAL, opening('c2', '9:25'), other];
    expect(await rowsOf({ rollups }, 'opened-by-change')).toMatchObject([{ count: 2, mended: 1 }]);
  });

  test('is a mending though the break is older than the span that is asked for', async () => {
    const rollups = [DENIAL, opening('c2', '9:25')];
    const given = { sinceMs: Date.parse(at('9:20')) };
    expect(await rowsOf({ rollups }, 'opened-by-change', given)).toMatchObject([{ mended: 1 }]);
  });

  test('is no mending of what was broken later', async () => {
    const rollups = [DENIAL, opening('c0', '8:40')];
    expect(await rowsOf({ rollups }, 'opened-by-change')).toMatchObject([{ mended: 0, mends: null }]);
  });
});

test('the enforcement lag lies between the last verdict of the old way and the first of the new one', async () => {
  const old = rollup('9:00:03', {
    ...causedBy('c1', '9:00', 'propagating'),
    'verdict.declared': 'denied',
    'cause.lag_ms': 3_000,
  });
  expect(await rowsOf({ rollups: [DENIAL, old], changes: [BREAKS] }, 'enforcement-lag')).toMatchObject([
    { 'change.id': 'c1', first_effect_ms: 800, last_old_ms: 3_000, old: 1, count: 5 },
  ]);
});

describe('what audit mode let pass', () => {
  const policies = { 'policy.selecting': ['NetworkPolicy/shop/cart'] };
  const audited = rollup('9:10', { ...DENIED, ...policies, 'verdict.observed': 'audited', count: 3 });
  const now = async (
    rollups: readonly ReturnType<typeof rollup>[],
    changes: readonly ReturnType<typeof change>[] = [],
  ) => (await rowsOf({ rollups: [audited, ...rollups], changes }, 'still-denied')).map((row) => row['now']);

  test('is denied still, where no policy has changed since', async () => {
    expect(await now([], [change('old', '9:05')])).toEqual(['denied']);
  });

  test('is unknown where a policy of the namespace has', async () => {
    expect(await now([], [change('new', '9:20')])).toEqual(['unknown']);
  });

  test('does not care for policies of other namespaces', async () => {
    const elsewhere = { 'policy.ref': 'NetworkPolicy/lab/base', 'policy.namespace': 'lab' };
    expect(await now([], [change('new', '9:20', elsewhere)])).toEqual(['denied']);
  });

  test('nor for one that does not select the workload, as a later verdict shows', async () => {
    const ref = 'NetworkPolicy/shop/other';
    const other = change('new', '9:20', { 'policy.ref': ref });
    const seen = rollup('9:30', { ...policies, 'peer.workload': 'checkout' });
    expect(await now([], [other])).toEqual(['unknown']);
    expect(await now([seen], [other])).toEqual(['denied']);
    const selected = { ...seen, 'policy.selecting': [ref, 'NetworkPolicy/shop/cart'] };
    expect(await now([selected], [other])).toEqual(['unknown']);
  });

  test('is allowed where a later verdict was', async () => {
    expect(await now([rollup('9:30', policies)], [change('new', '9:20')])).toEqual(['allowed']);
  });

  test('is allowed where a node goes on denying what the policies allow by then', async () => {
    const late = rollup('9:20:01', {
      ...DENIED,
      ...policies,
      'verdict.observed': 'audited',
      'verdict.declared': 'allowed',
    });
    expect(await now([late], [change('new', '9:20')])).toEqual(['allowed']);
  });

  test('is unknown where a policy has changed since it was last allowed', async () => {
    expect(await now([rollup('9:30', policies)], [change('new', '9:40')])).toEqual(['unknown']);
  });

  test('is beside the point where the workload is enforced by now', async () => {
    expect(await now([rollup('9:30', { ...DENIED, 'peer.workload': 'checkout' })])).toEqual(['enforced']);
  });
});

describe('a workload whose denials are dropped again', () => {
  const audited = rollup('9:10', { ...DENIED, 'verdict.observed': 'audited' });
  const dropped = rollup('9:40', DENIED);

  test('has lost audit mode where no switch explains it', async () => {
    expect(await rowsOf({ rollups: [audited, dropped] }, 'audit-mode')).toMatchObject([
      { workload: 'shop/cart', state: 'lost', left_at: Date.parse(at('9:40')), left_by: null },
    ]);
  });

  test('was switched off where one does', async () => {
    const changes = [configured('off', '9:30', 'true', 'false')];
    expect(await rowsOf({ rollups: [audited, dropped], changes }, 'audit-mode')).toMatchObject([
      { workload: 'shop/cart', state: 'switched-off', left_at: Date.parse(at('9:30')), left_by: 'alice' },
    ]);
  });
});

describe('a switch of audit mode takes effect node by node', () => {
  const verdicts = [
    verdictOn('node-1', '9:10', 'audited'),
    verdictOn('node-2', '9:20', 'audited'),
    verdictOn('node-1', '9:40', 'dropped'),
    verdictOn('node-2', '9:45', 'audited'),
    verdictOn('node-3', '9:41', 'audited'),
    verdictOn('node-3', '9:41', 'dropped'),
  ];
  const changes = [configured('off', '9:30', 'true', 'false')];
  const nodes = (given: Parameters<typeof rowsOf>[2] = {}) =>
    rowsOf({ verdicts, changes }, 'audit-mode-nodes', given);

  test('the node whose agent has started since drops; the other one audits on', async () => {
    const [one, other] = await nodes();
    expect(one).toMatchObject({
      workload: 'shop/cart',
      'observer.name': 'node-1',
      state: 'drops',
      last_audited: Date.parse(at('9:10')),
      first_dropped: Date.parse(at('9:40')),
      kept: 1,
    });
    expect(other).toMatchObject({ 'observer.name': 'node-2', state: 'audits', first_dropped: null, kept: 2 });
  });

  test('both of them audited before it', async () => {
    const untilMs = Date.parse(at('9:30'));
    const before = await nodes({ untilMs, asOfMs: untilMs });
    expect(before.map((row) => [row['observer.name'], row['state']])).toEqual([
      ['node-1', 'audits'],
      ['node-2', 'audits'],
    ]);
  });

  test('where a node did both at one moment, nobody can say what it does', async () => {
    const [, , mixed] = await nodes();
    expect(mixed).toMatchObject({ 'observer.name': 'node-3', state: 'mixed', kept: 1 });
  });
});
