// The flows of a report: every verdict once, the worst whole, the rest summed up.
import { describe, expect, it } from 'vitest';
import { converse } from '../../../src/queries/question.ts';
import { type FlowGroup, flowGroups, type Limits } from '../../../src/queries/report/flowGroups.ts';
import { asking, at, DENIED, rollup, type Scene } from '../scene.ts';

const START = Date.parse(at('9:00')) * 1_000;
const FIVE_MINUTES = 300_000_000;

function groupsOf(scene: Scene, limits: Limits): Promise<readonly FlowGroup[]> {
  const dialogue = flowGroups({ startMicros: START, slotMicros: FIVE_MINUTES }, limits);
  return asking(scene, async (ask) => converse(dialogue, ask));
}

const MANY: Scene = {
  rollups: [
    rollup('9:00', { count: 5 }),
    rollup('9:04', { count: 2 }),
    rollup('9:11', { count: 3 }),
    rollup('9:12', { ...DENIED, drift: ['not-enforced'], 'verdict.observed': 'forwarded' }),
    rollup('9:13', { ...DENIED, 'peer.workload': 'other-web', count: 4 }),
    rollup('9:14', { 'peer.namespace': 'tools', 'peer.workload': 'a', count: 6 }),
    rollup('9:15', { 'peer.namespace': 'tools', 'peer.workload': 'b', count: 7 }),
    rollup('9:16', { 'peer.namespace': 'edge', 'peer.workload': 'c', count: 1 }),
  ],
};
const PLENTY = { whole: 100, namespaces: 100 };

function total(groups: readonly FlowGroup[]): number {
  return groups.reduce((sum, { count }) => sum + count, 0);
}

describe('the flows of a report', () => {
  it('are counted by slots of time', async () => {
    const groups = await groupsOf(MANY, PLENTY);
    const plain = groups.find(({ count }) => count === 10);
    expect(plain).toMatchObject({ slots: [0, 2], counts: [7, 3], detail: 'whole', groups: 1 });
  });

  it('begin with what is worst', async () => {
    const groups = await groupsOf(MANY, PLENTY);
    expect(groups.slice(0, 3).map(({ drift, observed, count }) => [drift, observed, count])).toEqual([
      [['not-enforced'], 'forwarded', 1],
      [[], 'dropped', 4],
      [[], 'forwarded', 10],
    ]);
  });

  it('name the policies that switched on a default deny, and the rules that decided else', async () => {
    const groups = await groupsOf(MANY, PLENTY);
    expect(groups.map(({ responsible }) => responsible[0]).slice(1, 3)).toEqual([
      'NetworkPolicy/shop/cart',
      'NetworkPolicy/shop/cart#ingress[0]',
    ]);
  });

  it('beyond the first limit are summed up by namespace', async () => {
    const groups = await groupsOf(MANY, { whole: 3, namespaces: 100 });
    const [tools] = groups.filter(({ conversation }) => conversation.peer.namespace === 'tools');
    expect(tools).toMatchObject({
      detail: 'namespaces',
      groups: 2,
      count: 13,
      slots: [2, 3],
      counts: [6, 7],
    });
    expect(tools?.conversation).toMatchObject({ port: 0, peer: { workload: '' } });
    expect(total(groups)).toBe(29);
  });

  it.each([1, 2, 3, 4, 5, 6])('are each counted once, whatever the limits: %i', async (limit) => {
    const groups = await groupsOf(MANY, { whole: limit, namespaces: 1 });
    expect(total(groups)).toBe(29);
    expect(groups.reduce((sum, group) => sum + group.groups, 0)).toBe(6);
    expect(groups.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0)).toBe(29);
  });
});
