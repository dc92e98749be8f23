import { describe, expect, it } from 'vitest';
import { parseMicros } from '../../src/model/time.ts';
import { at, BY_ARGO, causedBy, change, DENIED, rollup, type Scene, summaryOf } from './scene.ts';

const micros = (time: string): number => parseMicros(at(time)) ?? Number.NaN;

const BROKEN = { ...DENIED, ...causedBy('break', '9:00', 'denied-by-change') };
const WORKS_AGAIN = causedBy('mend', '9:25', 'newly-allowed');
const BREAK = change('break', '9:00', {
  'change.spec_before': { ingress: ['web'] },
  'change.spec_after': { ingress: [] },
});

async function brokenOf(scene: Scene) {
  const [impact] = (await summaryOf(scene)).broken;
  if (impact === undefined) throw new Error('nothing broken');
  return impact;
}

describe('totals', () => {
  it('count every verdict of a rollup, and each person and controller once', async () => {
    const { verdicts, changes } = await summaryOf({
      rollups: [
        rollup('8:00', { count: 41 }),
        rollup('8:01', { ...DENIED, count: 2, drift: ['propagating'] }),
      ],
      changes: [
        change('a', '8:00'),
        change('b', '8:10'),
        change('c', '8:20', BY_ARGO),
        change('d', '8:30', { 'change.outcome': 'failure' }),
        change('e', '8:40', { 'change.outcome': 'dry-run' }),
        change('f', '8:50', { 'policy.kind': 'Namespace' }),
      ],
    });
    expect(verdicts.verdicts).toBe(43);
    expect([...verdicts.byDrift]).toEqual([['propagating', 2]]);
    expect(changes).toEqual({ changes: 3, people: 1, controllers: 1, refused: 1, dryRun: 1, lost: 0 });
  });

  it('leave out rollups that a repair emptied', async () => {
    const { verdicts } = await summaryOf({ rollups: [rollup('8:00', { count: 0 })] });
    expect(verdicts.verdicts).toBe(0);
    expect([...verdicts.byObserved]).toEqual([]);
  });
});

describe('what a change broke', () => {
  it('is counted by change, with the least lag of its conversations', async () => {
    const impact = await brokenOf({
      rollups: [
        rollup('9:01', { ...BROKEN, count: 5 }),
        rollup('9:02', { ...BROKEN, 'verdict.observed': 'audited', 'cause.lag_ms': 200, count: 2 }),
        rollup('9:03', { ...BROKEN, 'peer.workload': 'checkout', count: 1 }),
      ],
      changes: [BREAK],
    });
    expect(impact).toMatchObject({ changeId: 'break', count: 8, audited: 2, conversations: 2, undone: 0 });
    expect(impact.effects[0]).toMatchObject({ count: 7, lagMs: 200, firstSeen: micros('9:01') });
    expect(impact.change?.author.user).toBe('alice');
  });

  it('is mended at the later change after which the same conversation was allowed', async () => {
    const impact = await brokenOf({
      rollups: [rollup('9:01', BROKEN), rollup('9:30', WORKS_AGAIN)],
      changes: [BREAK, change('mend', '9:25')],
    });
    expect(impact).toMatchObject({ state: 'undone', endedAt: micros('9:25') });
    expect(impact.endedBy?.id).toBe('mend');
  });

  it('is mended at the first allowed verdict when no change explains that', async () => {
    const impact = await brokenOf({ rollups: [rollup('9:01', BROKEN), rollup('9:30')], changes: [BREAK] });
    expect(impact).toMatchObject({ state: 'undone', endedAt: micros('9:30'), endedBy: null });
  });

  it('still stands when another conversation of the workload works', async () => {
    const impact = await brokenOf({
      rollups: [rollup('9:01', BROKEN), rollup('9:30', { 'peer.workload': 'checkout' })],
      changes: [BREAK],
    });
    expect(impact.state).toBe('standing');
  });

  it('still stands when only a peer with other labels is let in', async () => {
    const impact = await brokenOf({
      rollups: [rollup('9:01', BROKEN), rollup('9:30', { 'peer.labels_hash': 'w2' })],
      changes: [BREAK],
    });
    expect(impact.state).toBe('standing');
  });

  it('still stands when traffic slips through that the policies deny', async () => {
    const impact = await brokenOf({
      rollups: [
        rollup('9:01', BROKEN),
        rollup('9:30', { ...BROKEN, 'verdict.observed': 'forwarded', drift: ['not-enforced'] }),
      ],
      changes: [BREAK],
    });
    expect(impact.state).toBe('standing');
  });

  it('is mended for conversations not tried since, once others are', async () => {
    const impact = await brokenOf({
      rollups: [
        rollup('9:01', BROKEN),
        rollup('9:02', { ...BROKEN, 'peer.workload': 'nightly' }),
        rollup('9:30', WORKS_AGAIN),
      ],
      changes: [BREAK, change('mend', '9:25')],
    });
    expect(impact).toMatchObject({ state: 'undone', conversations: 2, undone: 1 });
  });

  it('is taken back when the policy says again what it said, though nothing was tried since', async () => {
    const back = change('back', '9:40', { ...BY_ARGO, 'change.spec_after': { ingress: ['web'] } });
    const impact = await brokenOf({ rollups: [rollup('9:01', BROKEN)], changes: [BREAK, back] });
    expect(impact).toMatchObject({ state: 'taken-back', endedAt: micros('9:40') });
  });

  it('is untried when the policy was changed to something else after the last denial', async () => {
    const other = change('other', '9:40', { 'change.spec_after': { ingress: ['web', 'etl'] } });
    const impact = await brokenOf({ rollups: [rollup('9:01', BROKEN)], changes: [BREAK, other] });
    expect(impact).toMatchObject({ state: 'untried', endedAt: micros('9:40') });
  });

  it('names the deny section that switched on default deny', async () => {
    const egress = { ...BROKEN, 'network.direction': 'egress' };
    const spec = { egressDeny: [{ toCIDR: ['169.254.169.254/32'] }], endpointSelector: {} };
    const alone = change('break', '9:00', { 'change.verb': 'create', 'change.spec_after': spec });
    const kept = { ...spec, enableDefaultDeny: { egress: false } };
    expect((await brokenOf({ rollups: [rollup('9:01', egress)], changes: [alone] })).denySectionAlone).toBe(
      'egressDeny',
    );
    const open = { ...alone, 'change.spec_after': kept };
    expect(
      (await brokenOf({ rollups: [rollup('9:01', egress)], changes: [open] })).denySectionAlone,
    ).toBeNull();
  });
});

describe('what a change opened', () => {
  it('is closed when the same conversation is denied later', async () => {
    const { opened } = await summaryOf({
      rollups: [rollup('9:30', { ...WORKS_AGAIN, count: 4 }), rollup('10:00', DENIED)],
      changes: [change('mend', '9:25')],
    });
    expect(opened).toMatchObject([{ changeId: 'mend', count: 4, state: 'undone', endedAt: micros('10:00') }]);
  });
});

describe('misfits', () => {
  it('are told by workload and combination, so that rows add up', async () => {
    const { misfits } = await summaryOf({
      rollups: [
        rollup('9:00', { drift: ['not-enforced'], count: 3 }),
        rollup('9:01', { drift: ['not-enforced'], 'peer.workload': 'checkout', count: 4 }),
        rollup('9:02', { drift: ['not-enforced', 'stale-version'], count: 1 }),
        rollup('9:03', { drift: ['propagating'], count: 9 }),
      ],
    });
    expect(misfits.map(({ drift, count, conversations }) => [drift, count, conversations])).toEqual([
      [['not-enforced'], 7, 2],
      [['not-enforced', 'stale-version'], 1, 1],
    ]);
    expect(misfits[0]?.example.peer.workload).toBe('checkout');
  });
});

describe('changes by hand', () => {
  const byHand = change('hand', '10:12', {
    'policy.managed_by': 'Argo CD',
    'change.spec_before': { a: 1, b: 2 },
    'change.spec_after': { a: 1, b: 3 },
    drift: ['manual-change'],
  });

  it('are reverted when the manager puts back the spec, in whatever order of keys', async () => {
    const back = change('back', '10:15', { ...BY_ARGO, 'change.spec_after': { b: 2, a: 1 } });
    const { byHand: made } = await summaryOf({ changes: [byHand, back] });
    expect(made).toHaveLength(1);
    expect(made[0]?.revertedBy?.id).toBe('back');
  });

  it('are not reverted by another person, nor by another spec', async () => {
    const person = change('person', '10:15', { 'change.spec_after': { a: 1, b: 2 } });
    const other = change('other', '10:16', { ...BY_ARGO, 'change.spec_after': { a: 1 } });
    const { byHand: made } = await summaryOf({ changes: [byHand, person, other] });
    expect(made.map(({ revertedBy }) => revertedBy)).toEqual([null]);
  });
});

describe('policies', () => {
  it('share a default deny, and each allowing policy counts an allowed verdict once', async () => {
    const { policyUse } = await summaryOf({
      rollups: [
        rollup('9:00', {
          ...DENIED,
          'policy.isolating': ['NetworkPolicy/shop/all', 'NetworkPolicy/shop/cart'],
          count: 2,
        }),
        rollup('9:01', {
          'policy.deciding': ['NetworkPolicy/shop/cart#ingress[0]', 'NetworkPolicy/shop/cart#ingress[1]'],
          count: 3,
        }),
      ],
    });
    expect(policyUse.map(({ ref, use, count }) => `${ref} ${use} ${count}`)).toEqual([
      'NetworkPolicy/shop/all denied 2',
      'NetworkPolicy/shop/cart allowed 3',
      'NetworkPolicy/shop/cart denied 2',
    ]);
  });

  it('not in force are listed with the problem', async () => {
    const { notInForce } = await summaryOf({
      policies: [
        {
          'policy.ref': 'CiliumNetworkPolicy/ops/legacy-dns',
          'policy.problem': 'unknown field toPort',
          drift: ['not-in-force'],
        },
        { 'policy.ref': 'CiliumNetworkPolicy/ops/fine' },
      ],
    });
    expect(notInForce).toMatchObject([
      { ref: 'CiliumNetworkPolicy/ops/legacy-dns', problem: 'unknown field toPort', since: null },
    ]);
  });
});

it('undecided verdicts are counted by reason', async () => {
  const unknown = { 'verdict.declared': 'unknown', 'verdict.undecidable': ['fqdn', 'named-port'] };
  const { undecided } = await summaryOf({
    rollups: [
      rollup('9:00', { ...unknown, count: 2 }),
      rollup('9:01', { ...unknown, 'verdict.undecidable': ['fqdn'] }),
    ],
  });
  expect(undecided).toEqual([
    { reason: 'fqdn', count: 3 },
    { reason: 'named-port', count: 2 },
  ]);
});

it('an empty store answers every question with nothing', async () => {
  const summary = await summaryOf({});
  expect(summary.verdicts.verdicts).toBe(0);
  expect([summary.broken, summary.opened, summary.misfits, summary.byHand, summary.reporters]).toEqual([
    [],
    [],
    [],
    [],
    [],
  ]);
});
