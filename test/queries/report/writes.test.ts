// The writes of a report: what took effect, what was refused, which are shown when not all can be.
import { describe, expect, it } from 'vitest';
import { writes, type Writes } from '../../../src/queries/report/writes.ts';
import { asking, causedBy, change, DENIED, rollup, type Scene } from '../scene.ts';

const SCENE: Scene = {
  rollups: [rollup('9:01', { ...DENIED, ...causedBy('broke', '9:00', 'denied-by-change') })],
  changes: [
    change('broke', '9:00', { 'user_agent.original': 'kubectl/v1.35', 'source.ip': ['10.0.0.1'] }),
    change('refused', '9:10', { 'change.outcome': 'failure', 'change.code': 403, 'change.message': 'no' }),
    change('later', '9:20'),
    change('seed', '8:00', { 'change.origin': 'snapshot' }),
    change('same', '9:30', { 'change.outcome': 'no-op' }),
    change('space', '9:40', { 'policy.kind': 'Namespace', 'policy.ref': 'Namespace//shop' }),
  ],
};

function writesOf(most: number): Promise<Writes> {
  const question = writes(most);
  return asking(SCENE, async (ask) => question.read(await ask(question.sql)));
}

describe('the writes of a report', () => {
  it('are those that the audit log tells of, the newest first', async () => {
    const { shown, total } = await writesOf(10);
    expect(shown.map(({ change }) => change.id)).toEqual(['later', 'refused', 'broke']);
    expect(total).toBe(3);
    expect(shown[1]).toMatchObject({ code: 403, message: 'no' });
    expect(shown[2]).toMatchObject({ userAgent: 'kubectl/v1.35', addresses: ['10.0.0.1'] });
  });

  it('keep those that did something when not all can be shown', async () => {
    const { shown, total } = await writesOf(1);
    expect(shown.map(({ change }) => change.id)).toEqual(['broke']);
    expect(total).toBe(3);
  });
});
