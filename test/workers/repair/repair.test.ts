// The repairer over a log and a store in memory: what late changes concern is mended in closed blocks, whatever
// happens to the repairer, and nothing else is touched.
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningRepair, startRepair } from '../../../src/workers/repair/worker.ts';
import type { RepairParts } from '../../../src/workers/repair/parts.ts';
import { text } from '../../../src/model/json.ts';
import { eventually } from '../../support/eventually.ts';
import {
  beginning,
  change,
  changesAfter,
  createScene,
  inOrder,
  lateChanges,
  type MemoryScene,
  type Scene,
} from './scene.ts';
import { wrongs } from './truth.ts';

const running: RunningRepair[] = [];

afterEach(async () => {
  for (const repair of running.splice(0)) await repair.stop();
});

async function repairIn(scene: Scene, own: Partial<RepairParts> = {}): Promise<RunningRepair> {
  const repair = await startRepair(scene.parts(own));
  running.push(repair);
  return repair;
}

/** Until the repairer has looked for work so many more times. */
async function looksAgain(scene: Scene): Promise<void> {
  const before = scene.looks();
  await eventually(() => scene.looks() > before + 3, scene.soon);
}

function storedNow({ store }: MemoryScene): string {
  return JSON.stringify([...store.documents]);
}

describe('a change that comes after the blocks that it concerns were closed', () => {
  it('leaves the documents of an on-time arrival', async () => {
    const scene = await createScene();
    const last = await lateChanges(scene);
    expect(await wrongs(scene)).not.toEqual([]);
    await repairIn(scene);
    await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
    expect(await wrongs(scene)).toEqual([]);
    expect(scene.mended).toContainEqual({ outcome: 'repaired', reason: 'late-change' });
  });

  it('waits until every partition is owned by somebody who knows the change', async () => {
    const scene = await createScene(2);
    const snapshot = await scene.publish(...beginning());
    await scene.send(inOrder(27));
    await scene.send(inOrder(9, 27), 1);
    const owner = await scene.own();
    await owner.work(snapshot);
    const last = await scene.publish(change(0), change(1), change(4));
    await owner.work(last, { partitions: [0] });
    await scene.completeUpTo(last);
    const repair = await repairIn(scene);
    await eventually(async () => (await scene.repairedUpTo()) === snapshot, scene.soon);
    await looksAgain(scene);
    expect(repair.status().shift).toEqual({ readOffset: last, policyOffset: snapshot });
    expect(await wrongs(scene)).not.toEqual([]);
    await owner.work(last, { partitions: [1] });
    await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
    expect(await wrongs(scene)).toEqual([]);
  });

  it('waits for the owner of an empty partition, too', async () => {
    const scene = await createScene(2);
    const last = await scene.publish(...beginning());
    await scene.send(inOrder(9));
    const owner = await scene.own();
    await owner.work(last, { partitions: [0] });
    await repairIn(scene);
    await looksAgain(scene);
    expect(await scene.repairedUpTo()).toBe(-1);
    await owner.work(last, { partitions: [1] });
    await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
  });

  it('leaves open blocks to their owner', async () => {
    const scene = await createScene();
    const snapshot = await scene.publish(...beginning());
    await scene.send(inOrder(5));
    const owner = await scene.own();
    await owner.work(snapshot);
    const before = storedNow(scene);
    const last = await scene.publish(change(0), change(4));
    // Knows the changes, and has committed so, but has not written them yet.
    await owner.work(last, { writes: false });
    await scene.completeUpTo(last);
    await repairIn(scene);
    await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
    await looksAgain(scene);
    expect(blocksIn(before)).toEqual(blocksIn(storedNow(scene)));
    expect(scene.mended).toEqual([]);
  });

  it('finds the blocks of quiet partitions, which end with the hour', async () => {
    const scene = await createScene();
    const snapshot = await scene.publish(...beginning());
    for (let hour = 0; hour < 6; hour += 1) {
      await scene.send(inOrder(4, 4 * hour));
      scene.passHour();
    }
    const last = await changesAfter(scene, snapshot, change(0), change(1), change(4));
    await repairIn(scene);
    await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
    expect(await wrongs(scene)).toEqual([]);
  });
});

describe('events that were sent again', () => {
  it.each([
    ['a block before', 4],
    ['several blocks before', 14],
  ])('are no new ones to the repairer, when they were first sent %s', async (_where, back) => {
    const scene = await createScene();
    const snapshot = await scene.publish(...beginning());
    await scene.send([...inOrder(20), ...inOrder(20 + 7).slice(20 - back), ...inOrder(9, 27)]);
    const last = await changesAfter(scene, snapshot, change(0), change(1), change(4));
    await repairIn(scene);
    await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
    expect(await wrongs(scene)).toEqual([]);
    expect(scene.mended.map(({ outcome }) => outcome)).not.toContain('unrepairable');
  });
});

describe('a record of the events that nobody can read', () => {
  it('does not keep its block from being computed again', async () => {
    const scene = await createScene();
    const snapshot = await scene.publish(...beginning());
    await scene.send(inOrder(4));
    await scene.log.sender.send({ topic: scene.topics.events, partition: 0 }, [
      { key: null, value: new TextEncoder().encode('no event') },
      { key: null, value: null },
    ]);
    await scene.send(inOrder(14, 4));
    const last = await changesAfter(scene, snapshot, change(0), change(4));
    await repairIn(scene);
    await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
    expect(await wrongs(scene)).toEqual([]);
  });
});

describe('a block that has left Kafka', () => {
  it('is not written again, and is counted', async () => {
    const scene = await createScene();
    const last = await lateChanges(scene);
    scene.broker.trim({ topic: scene.topics.events, partition: 0 }, 8);
    const isGone = ([, { fields }]: readonly [
      string,
      { readonly fields: Readonly<Record<string, unknown>> },
    ]) => Number(fields['block.number']) < 2 * 2 ** 22;
    const before = [...scene.store.documents].filter(isGone);
    const warnings: string[] = [];
    await repairIn(scene, { logger: (level, message) => level === 'warn' && warnings.push(message) });
    await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
    expect([...scene.store.documents].filter(isGone)).toEqual(before);
    expect(scene.mended).toContainEqual({ outcome: 'unrepairable', reason: 'late-change' });
    expect(scene.mended).toContainEqual({ outcome: 'repaired', reason: 'late-change' });
    expect(warnings).toContain('a late change concerns a block that cannot be computed again');
  });
});

describe('a repairer that dies', () => {
  it('commits nothing that is not written; the next one does it again', async () => {
    const scene = await createScene();
    const last = await lateChanges(scene);
    let writes = 0;
    for (let isDone = false; !isDone; writes += 3) {
      const log = scene.broker.connect();
      let countdown = writes;
      scene.store.failAt(() => (countdown -= 1) < 0);
      const repair = await startRepair(scene.parts({ log }));
      let died = false;
      repair.failure.catch(() => (died = true));
      await eventually(async () => died || (await scene.repairedUpTo()) === last, scene.soon);
      isDone = !died;
      if (died) expect(await scene.repairedUpTo()).toBeLessThan(last);
      await (died ? scene.broker.kill(log) : repair.stop());
    }
    expect(writes).toBeGreaterThan(10);
    expect(await wrongs(scene)).toEqual([]);
  });

  it('is outwaited by the next one, which says so; nobody waits for one that never was', async () => {
    const scene = await createScene();
    const settings = { ...scene.parts().settings, bulkTimeoutMs: 3_600_000 };
    const first = await startRepair(scene.parts({ settings }));
    const last = await lateChanges(scene);
    await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
    await first.stop();
    await scene.publish(change(6));
    const looks = scene.looks();
    const said: string[] = [];
    await repairIn(scene, { settings, logger: (_, message) => said.push(message) });
    const waiting = 'repair begins when nothing of the last repairer can be under way any more';
    await eventually(() => said.includes(waiting), scene.soon);
    expect(scene.looks()).toBe(looks);
  });

  it('is replaced by one that stood by', async () => {
    const scene = await createScene();
    const log = scene.broker.connect();
    const first = await startRepair(scene.parts({ log }));
    await eventually(() => first.status().shift !== null, scene.soon);
    const second = await repairIn(scene);
    await eventually(() => second.status().isMember, scene.soon);
    expect(second.status().shift).toBeNull();
    await scene.broker.kill(log);
    await lateChanges(scene);
    await eventually(async () => (await wrongs(scene)).length === 0, scene.soon);
  });

  it('goes on as before when the group rebalances and leaves it where it was', async () => {
    const scene = await createScene();
    const last = await lateChanges(scene);
    const repair = await repairIn(scene);
    await eventually(() => repair.status().shift !== null, scene.soon);
    await scene.broker.rebalance(scene.groups.repair);
    await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
    expect(await wrongs(scene)).toEqual([]);
  });
});

describe('provisional documents of closed blocks', () => {
  it('become final when the watermark has passed them', async () => {
    const scene = await createScene();
    const last = await scene.publish(...beginning(), change(0), change(4));
    await scene.send(inOrder(27));
    const owner = await scene.own();
    await owner.work(last, { status: 'provisional' });
    await repairIn(scene);
    await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
    expect(provisionalIn(scene).closed).toBeGreaterThan(0);
    await scene.completeUpTo(last);
    await eventually(() => provisionalIn(scene).closed === 0, scene.soon);
    expect(provisionalIn(scene).open).toBeGreaterThan(0);
  });

  it('wait for a watermark that knows more of the policy log than is repaired', async () => {
    const scene = await createScene();
    const snapshot = await scene.publish(...beginning());
    await scene.send(inOrder(27));
    const owner = await scene.own();
    await owner.work(snapshot, { status: 'provisional' });
    const last = await scene.publish(change(0), change(4));
    await scene.completeUpTo(last);
    await repairIn(scene);
    await eventually(async () => (await scene.repairedUpTo()) === snapshot, scene.soon);
    await looksAgain(scene);
    expect(provisionalIn(scene).closed).toBeGreaterThan(0);
    await owner.work(last, { status: 'provisional' });
    await eventually(() => provisionalIn(scene).closed === 0, scene.soon);
  });

  it('stay so when their block has left Kafka, and are tried once', async () => {
    const scene = await createScene();
    const last = await scene.publish(...beginning());
    await scene.send(inOrder(27));
    const owner = await scene.own();
    await owner.work(last, { status: 'provisional' });
    scene.broker.trim({ topic: scene.topics.events, partition: 0 }, 24);
    await scene.completeUpTo(last);
    await repairIn(scene);
    await eventually(() => scene.mended.length >= 4, scene.soon);
    await looksAgain(scene);
    expect(scene.mended).toEqual(
      Array.from({ length: 4 }, () => ({ outcome: 'unrepairable', reason: 'provisional' })),
    );
  });
});

describe('a document that the store will never take', () => {
  it('is a dead letter, and does not hold up the rest', async () => {
    const scene = await createScene();
    const last = await lateChanges(scene);
    scene.store.refuse(({ _index, fields }) =>
      _index.startsWith('netpol-verdicts') && fields['verdict.observed'] === 'audited' ? 'mapping' : null,
    );
    await repairIn(scene);
    await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
    const letters = scene.broker.records({ topic: scene.topics.deadLetters, partition: 0 });
    expect(letters.length).toBeGreaterThan(0);
  });
});

describe('a policy log that was made anew', () => {
  it('is noticed at the start, by what documents know', async () => {
    const scene = await createScene();
    await lateChanges(scene);
    const fresh = await createScene();
    await fresh.publish(...beginning().slice(0, 2));
    await expect(startRepair(fresh.parts({ store: scene.store }))).rejects.toMatchObject({
      code: 'policy-log-lost',
    });
  });

  it('is not one that went on, with its documents, while the store was slow to answer', async () => {
    const scene = await createScene();
    await lateChanges(scene);
    const highestPolicyOffset = (): Promise<number> => scene.publish(change(6));
    const begun = repairIn(scene, { store: { ...scene.store, highestPolicyOffset } });
    await expect(begun).resolves.toBeDefined();
  });
});

function provisionalIn({ store }: MemoryScene): { readonly closed: number; readonly open: number } {
  const provisional = [...store.documents.values()].filter(
    ({ fields }) => fields['join.status'] === 'provisional',
  );
  const open = provisional.filter(({ fields }) => text(fields['@timestamp']) >= OPEN_SINCE);
  return { open: open.length, closed: provisional.length - open.length };
}

/** Of 27 flows, five seconds each, the first 24 are in closed blocks. */
const OPEN_SINCE = '2026-11-02T09:02:00';

function blocksIn(stored: string): readonly string[] {
  const documents: readonly (readonly [string, unknown])[] = JSON.parse(stored);
  return documents
    .filter(([key]) => /^netpol-(verdicts|rollups)/.test(key))
    .map((one) => JSON.stringify(one));
}
