// Audit mode as a store tells it: by the verdicts of each workload, and by who wrote cilium-config.
import { describe, expect, it } from 'vitest';
import { parseMicros } from '../../src/model/time.ts';
import { type AuditedWorkload, auditedNow, leftAuditMode } from '../../src/queries/auditMode.ts';
import { at, change, DENIED, rollup, type Scene, summaryOf } from './scene.ts';

const micros = (time: string): number => parseMicros(at(time)) ?? Number.NaN;
type Fields = NonNullable<Scene['rollups']>[number];

const dropped = (time: string, fields: Fields = {}): Fields => rollup(time, { ...DENIED, ...fields });
const audited = (time: string, fields: Fields = {}): Fields =>
  dropped(time, { 'verdict.observed': 'audited', ...fields });

/** A write after which cilium-config says `mode`; null before: the log does not hold what it said. */
function configured(id: string, time: string, before: string | null, mode: string): Fields {
  return change(id, time, {
    'policy.ref': 'ConfigMap/kube-system/cilium-config',
    'policy.kind': 'ConfigMap',
    ...(before === null ? {} : { 'change.spec_before': { data: { 'policy-audit-mode': before } } }),
    'change.spec_after': { data: { 'policy-audit-mode': mode } },
  });
}

async function only(scene: Scene): Promise<AuditedWorkload> {
  const { workloads } = (await summaryOf(scene)).auditMode;
  const [workload, ...others] = workloads;
  if (workload === undefined || others.length > 0) throw new Error(`${workloads.length} workloads`);
  return workload;
}

describe('a workload is in audit mode', () => {
  it('while its last denial was audited, at the latest since the first one', async () => {
    const workload = await only({
      rollups: [audited('8:10', { count: 3 }), audited('8:15'), rollup('8:20')],
    });
    expect(workload).toMatchObject({
      subject: { namespace: 'shop', workload: 'cart' },
      audited: 4,
      firstAudited: micros('8:10'),
      lastAudited: micros('8:15'),
      unauditedUntil: null,
      entered: { at: micros('8:10'), evidence: 'first-verdict', change: null },
      isPartly: false,
      left: null,
    });
  });

  it('since the first audited denial after the last one that was dropped', async () => {
    const workload = await only({ rollups: [dropped('8:00'), dropped('8:05'), audited('8:10')] });
    expect(workload).toMatchObject({
      unauditedUntil: micros('8:05'),
      entered: { at: micros('8:10'), evidence: 'first-verdict' },
    });
  });

  it('since the write of cilium-config that switched it on, where verdicts leave room for it', async () => {
    const workload = await only({
      rollups: [dropped('8:05'), audited('8:20')],
      changes: [configured('on', '8:10', 'false', 'true')],
    });
    expect(workload.entered).toMatchObject({ at: micros('8:10'), evidence: 'config-change' });
    expect(workload.entered.change?.author.user).toBe('alice');
  });

  it('by that write, but since a verdict, where its agent went on dropping', async () => {
    const workload = await only({
      rollups: [dropped('8:12'), audited('8:20')],
      changes: [configured('on', '8:10', 'false', 'true')],
    });
    expect(workload.entered).toMatchObject({ at: micros('8:20'), evidence: 'first-verdict' });
    expect(workload.entered.change?.id).toBe('on');
  });

  it('by no write that came later, or that switched it off', async () => {
    const later = await only({
      rollups: [audited('8:05'), audited('8:20')],
      changes: [configured('on', '8:10', 'false', 'true')],
    });
    expect(later.entered).toMatchObject({ at: micros('8:05'), change: null });
    const off = await only({
      rollups: [audited('8:20')],
      changes: [configured('on', '8:00', 'false', 'true'), configured('off', '8:10', 'true', 'false')],
    });
    expect(off.entered).toMatchObject({ at: micros('8:20'), change: null });
  });

  it('by a write that does not show what stood before only if it was dropped before', async () => {
    const changes = [configured('on', '8:10', null, 'true')];
    const shown = await only({ rollups: [dropped('8:05'), audited('8:20')], changes });
    expect(shown.entered).toMatchObject({ at: micros('8:10'), evidence: 'config-change' });
    const open = await only({ rollups: [audited('8:20')], changes });
    expect(open.entered).toMatchObject({ at: micros('8:20'), change: null });
  });

  it('with some of its pods where audited and dropped denials take turns', async () => {
    const workload = await only({ rollups: [audited('8:00'), dropped('8:10'), audited('8:20')] });
    expect(workload).toMatchObject({ isPartly: true, entered: { at: micros('8:00') }, left: null });
  });

  it('again, with all of them, where a switch explains the second turn', async () => {
    const workload = await only({
      rollups: [audited('8:00'), dropped('8:10'), audited('8:20')],
      changes: [configured('off', '8:05', 'true', 'false'), configured('on', '8:15', 'false', 'true')],
    });
    expect(workload).toMatchObject({ isPartly: false, entered: { at: micros('8:15') } });
  });

  it('whichever direction its denials have', async () => {
    const egress = { 'network.direction': 'egress' };
    const workload = await only({ rollups: [audited('8:00'), dropped('8:10', egress)] });
    expect(workload.left?.at).toBe(micros('8:10'));
  });
});

describe('a workload left audit mode', () => {
  it('at the first denial that was dropped', async () => {
    const { left } = await only({ rollups: [audited('8:10'), dropped('8:20'), dropped('8:30')] });
    expect(left).toEqual({ at: micros('8:20'), evidence: 'first-verdict', change: null, as: 'dropped' });
  });

  it('at the write that switched it off, where nothing was audited after that', async () => {
    const { left } = await only({
      rollups: [audited('8:10'), dropped('8:20')],
      changes: [configured('off', '8:15', 'true', 'false')],
    });
    expect(left).toMatchObject({ at: micros('8:15'), evidence: 'config-change' });
    expect(left?.change?.id).toBe('off');
  });

  it('when the very denial that was audited is let through without a word', async () => {
    const passed = { 'verdict.observed': 'forwarded', drift: ['not-enforced'] };
    const same = await only({ rollups: [audited('8:10'), dropped('8:20', passed)] });
    expect(same.left).toMatchObject({ at: micros('8:20'), as: 'forwarded' });
    const afterAChange = { ...passed, 'cause.change_id': 'c1' };
    expect((await only({ rollups: [audited('8:10'), dropped('8:20', afterAChange)] })).left).toBeNull();
    const stale = { ...passed, drift: ['not-enforced', 'stale-version'] };
    expect((await only({ rollups: [audited('8:10'), dropped('8:20', stale)] })).left).toBeNull();
  });

  it('within one minute, as far as its rollups tell the order', async () => {
    const minute = { last_seen: at('8:10:50') };
    const { left } = await only({ rollups: [audited('8:10:05'), dropped('8:10:02', minute)] });
    expect(left?.at).toBe(micros('8:10:50'));
  });
});

describe('namespaces', () => {
  const other = { 'subject.workload': 'etl' };

  it('count their workloads in audit mode, and those that anything was denied to', async () => {
    const { auditMode } = await summaryOf({
      rollups: [
        audited('8:20'),
        dropped('8:10', other),
        audited('8:05', { ...other, 'subject.namespace': 'data' }),
      ],
    });
    expect(
      auditedNow(auditMode).map(({ namespace, workloads, denied, turn }) => [
        namespace,
        workloads.length,
        denied,
        turn.at,
      ]),
    ).toEqual([
      ['data', 1, 1, micros('8:05')],
      ['shop', 1, 2, micros('8:20')],
    ]);
    expect(leftAuditMode(auditMode)).toEqual([]);
  });

  it('of two clusters are told apart, and a switch of one explains nothing in the other', async () => {
    const us = { 'orchestrator.cluster.name': 'prod-us1' };
    const { auditMode } = await summaryOf({
      rollups: [audited('8:20'), audited('8:20', us)],
      changes: [configured('on', '8:10', 'false', 'true')],
    });
    expect(auditedNow(auditMode).map(({ cluster, turn }) => [cluster, turn.evidence])).toEqual([
      ['prod-eu1', 'config-change'],
      ['prod-us1', 'first-verdict'],
    ]);
  });
});

describe('cilium-config', () => {
  it('switches only where it says otherwise than before', async () => {
    const { configs } = (
      await summaryOf({
        changes: [
          configured('on', '8:00', 'false', 'true'),
          configured('again', '8:10', 'true', 'true'),
          configured('off', '8:20', 'true', 'false'),
        ],
      })
    ).auditMode;
    expect(configs.map(({ on, switches }) => [on, switches.map((one) => [one.change.id, one.on])])).toEqual([
      [
        false,
        [
          ['on', true],
          ['off', false],
        ],
      ],
    ]);
  });

  it('is off where the key is gone, and not known where the log lacks the body', async () => {
    const gone = { ...configured('off', '8:20', 'true', ''), 'change.spec_after': { data: {} } };
    expect((await summaryOf({ changes: [gone] })).auditMode.configs).toMatchObject([
      { on: false, switches: [{ on: false, isProven: true }] },
    ]);
    const { 'change.spec_after': _, ...bodiless } = configured('lost', '8:30', 'true', '');
    expect((await summaryOf({ changes: [bodiless] })).auditMode.configs).toMatchObject([
      { on: null, switches: [] },
    ]);
  });
});
