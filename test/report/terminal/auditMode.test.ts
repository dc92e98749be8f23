// The lines about audit mode: who is not protected, since when, and who switched it.
import { expect, it } from 'vitest';
import { createFrame } from '../../../src/report/terminal/frame.ts';
import { auditModeRecords } from '../../../src/report/terminal/auditModeRecords.ts';
import { auditModeLines } from '../../../src/report/terminal/sections/auditMode.ts';
import { parseMicros } from '../../../src/model/time.ts';
import { at, change, DENIED, rollup, type Scene, summaryOf } from '../../queries/scene.ts';

const AUDITED = { ...DENIED, 'verdict.observed': 'audited' };
const frame = createFrame(parseMicros(at('8:00')) ?? 0, ['prod-eu1']);

function configured(time: string, before: string | null, mode: string) {
  return change(`config-${time}`, time, {
    'policy.ref': 'ConfigMap/kube-system/cilium-config',
    'policy.kind': 'ConfigMap',
    ...(before === null ? {} : { 'change.spec_before': { data: { 'policy-audit-mode': before } } }),
    'change.spec_after': { data: { 'policy-audit-mode': mode } },
  });
}

async function linesOf(scene: Scene): Promise<readonly string[]> {
  return auditModeLines(await summaryOf(scene), frame).map(({ text }) => text.replaceAll('\u00a0', ' '));
}

it('a first audited verdict is a bound, the write of cilium-config is a time and a person', async () => {
  expect(await linesOf({ rollups: [rollup('8:10', AUDITED)] })).toEqual([
    'NOT PROTECTED now: namespace shop (seen since 08:10) is in audit mode (L3/L4 not enforced; L7 is), as ' +
      'their last denials tell',
  ]);
  const told = await linesOf({
    rollups: [rollup('8:10', AUDITED)],
    changes: [configured('8:05', 'false', 'true')],
  });
  expect(told[0]).toContain('namespace shop (since 08:05) is in audit mode');
  expect(told.slice(1)).toEqual(['switched on 08:05:00: alice patched ConfigMap kube-system/cilium-config']);
});

it('what was switched off and is audited all the same waits for its agents', async () => {
  const [, second] = await linesOf({
    rollups: [rollup('8:10', AUDITED)],
    changes: [configured('8:05', 'true', 'false')],
  });
  expect(second).toBe(
    'switched off 08:05:00: alice patched ConfigMap kube-system/cilium-config; denials were audited after that: ' +
      'an agent reads it only when it starts',
  );
});

it('a cluster whose setting is on is not protected, though nothing was denied in it', async () => {
  const lines = await linesOf({
    rollups: [rollup('8:10')],
    changes: [configured('8:05', null, 'true')],
  });
  expect(lines).toEqual([
    'NOT PROTECTED now: audit mode is on (L3/L4 not enforced; L7 is), though no last denial was audited',
    'on at the latest 08:05:00: alice patched ConfigMap kube-system/cilium-config',
  ]);
});

it('who left audit mode is told beside who is in it, some pods of a workload too', async () => {
  const lines = await linesOf({
    rollups: [
      rollup('8:10', AUDITED),
      rollup('8:20', { ...DENIED, last_seen: at('8:20:30') }),
      ...['8:00', '8:40'].map((time) => rollup(time, { ...AUDITED, 'subject.namespace': 'media' })),
      rollup('8:30', { ...DENIED, 'subject.namespace': 'media' }),
    ],
  });
  expect(lines).toEqual([
    expect.stringContaining('NOT PROTECTED now: namespace media (some pods, seen since 08:00) is'),
    'no longer audited: shop (from 08:20 on)',
  ]);
});

it('machines get each workload with its evidence, and each switch with its change', async () => {
  const { auditMode } = await summaryOf({
    rollups: [rollup('8:10', AUDITED), rollup('8:20', DENIED)],
    changes: [configured('8:05', 'false', 'true'), configured('8:15', 'true', 'false')],
  });
  expect(auditModeRecords(auditMode)).toMatchObject([
    {
      section: 'audit-mode',
      'subject.workload': 'cart',
      state: 'left',
      since: at('8:05'),
      since_evidence: 'config-change',
      switched_on: { 'actor.user': 'alice', 'change.id': 'config-8:05' },
      left_at: at('8:15'),
      left_evidence: 'config-change',
      left_as: 'dropped',
      switched_off: { 'change.id': 'config-8:15' },
    },
    { section: 'audit-switch', audit_mode: 'on', 'change.id': 'config-8:05' },
    { section: 'audit-switch', audit_mode: 'off', 'change.id': 'config-8:15' },
  ]);
});
