// The contract of consumer groups (src/kafka/log.ts, `Group`), held to every implementation.
import { describe, expect, test } from 'vitest';
import type { Log } from '../../src/kafka/log.ts';
import { eventually } from '../support/eventually.ts';
import { type Witness, witness } from './groupWitness.ts';
import { type LogHarness, messages } from './logHarness.ts';

/** A rebalance waits for the slowest heartbeat, an empty group for more members. */
const SOON = { withinMs: 30_000 };

export interface GroupContract {
  readonly harness: () => LogHarness;
  readonly log: () => Log;
  readonly topicOf: (partitions: number) => Promise<string>;
}

export function describeGroups({ harness, log, topicOf }: GroupContract): void {
  const write = async (topic: string, partitions: number, from: number, count: number): Promise<void> => {
    for (let partition = 0; partition < partitions; partition += 1)
      await log().sender.send({ topic, partition }, messages(from, count));
  };

  describe('a member of a group', () => {
    test('is assigned the topic, reads each partition in order, and is told where it ends', async () => {
      const topic = await topicOf(2);
      await write(topic, 2, 0, 10);
      const groupId = harness().name('group');
      const one = await witness(log(), { groupId, topics: [topic] });
      await eventually(() => one.values().length === 20, SOON);
      expect(one.assigned[0]?.partitions).toEqual(
        [0, 1].map((partition) => ({ topic, partition, position: 0, committed: null, end: 10, kept: false })),
      );
      for (const partition of [0, 1]) {
        const own = one.delivered().filter((place) => place.startsWith(`${topic}/${partition}@`));
        expect(own).toEqual(Array.from({ length: 10 }, (_, offset) => `${topic}/${partition}@${offset}`));
      }
      expect(one.batches.at(-1)?.batch).toMatchObject({ next: 10, end: 10 });
      await one.group.leave();
      expect([one.breaches, one.failures]).toEqual([[], []]);
    });

    test('gets batches that have no records once they are released', async () => {
      const topic = await topicOf(1);
      await write(topic, 1, 0, 10);
      const groupId = harness().name('group');
      const one = await witness(log(), { groupId, topics: [topic] });
      await eventually(() => one.values().length === 10, SOON);
      const [first] = one.batches.flatMap(({ batch }) => (batch.bytes > 0 ? [batch] : []));
      expect([...(first?.each() ?? [])].length).toBeGreaterThan(0);
      first?.release();
      first?.release();
      expect([...(first?.each() ?? [])]).toEqual([]);
      await one.group.leave();
      expect([one.breaches, one.failures]).toEqual([[], []]);
    });

    test('gets no batch before its assignment was taken in', async () => {
      const topic = await topicOf(1);
      await write(topic, 1, 0, 3);
      const gate = Promise.withResolvers<void>();
      const one = await witness(
        log(),
        { groupId: harness().name('group'), topics: [topic] },
        { onAssigned: () => gate.promise },
      );
      await eventually(() => one.assigned.length === 1, SOON);
      await log().admin.offsets(topic);
      expect(one.batches).toEqual([]);
      gate.resolve();
      await eventually(() => one.values().length === 3, SOON);
      await one.group.leave();
    });

    test('commits an offset with 3,000 bytes beside it, which whoever comes next is told', async () => {
      const topic = await topicOf(2);
      await write(topic, 2, 0, 10);
      const groupId = harness().name('group');
      const metadata = 'm'.repeat(3_000);
      const one = await witness(log(), { groupId, topics: [topic] });
      await eventually(() => one.values().length === 20, SOON);
      const at = { topic, partition: 1 };
      expect(await one.group.commit(at, { offset: 6, metadata }, one.epoch())).toBe('committed');
      await one.group.leave();
      expect(await log().admin.committed(groupId, topic)).toEqual([null, { offset: 6, metadata }]);

      const two = await witness(harness().connect(), { groupId, topics: [topic] });
      await eventually(() => two.values().length === 14, SOON);
      expect(two.assigned[0]?.partitions[1]).toMatchObject({
        position: 6,
        committed: { offset: 6, metadata },
      });
      expect(two.delivered()).toContain(`${topic}/1@6`);
      expect(two.delivered()).not.toContain(`${topic}/1@5`);
      await two.group.leave();
      expect([...one.breaches, ...two.breaches]).toEqual([]);
    });

    test('has commits refused that go back, are of another epoch, or of a partition that it has not', async () => {
      const topic = await topicOf(1);
      await write(topic, 1, 0, 10);
      const groupId = harness().name('group');
      const one = await witness(log(), { groupId, topics: [topic] });
      await eventually(() => one.values().length === 10, SOON);
      const at = { topic, partition: 0 };
      const commit = (offset: number, epoch: number, place = at) =>
        one.group.commit(place, { offset, metadata: '' }, epoch);
      expect(await commit(5, 1)).toBe('committed');
      expect(await commit(4, 1)).toBe('superseded');
      expect(await commit(6, 0)).toBe('superseded');
      expect(await commit(6, 2)).toBe('superseded');
      expect(await commit(1, 1, { topic, partition: 7 })).toBe('superseded');
      expect(await commit(5, 1)).toBe('committed');
      expect(await log().admin.committed(groupId, topic)).toEqual([{ offset: 5, metadata: '' }]);
      await one.group.leave();
      expect(await commit(9, 1)).toBe('superseded');
      expect(await log().admin.committed(groupId, topic)).toEqual([{ offset: 5, metadata: '' }]);
    });

    test('is heard of once it is assigned something, and not when it has left', async () => {
      const topic = await topicOf(1);
      const one = await witness(log(), { groupId: harness().name('group'), topics: [topic] });
      await eventually(() => one.assigned.length === 1, SOON);
      expect(one.group.isHeard()).toBe(true);
      await one.group.leave();
      expect(one.group.isHeard()).toBe(false);
    });

    test('is refused metadata that the broker does not take', async () => {
      const topic = await topicOf(1);
      const one = await witness(log(), { groupId: harness().name('group'), topics: [topic] });
      await eventually(() => one.assigned.length === 1, SOON);
      const commit = one.group.commit({ topic, partition: 0 }, { offset: 0, metadata: 'm'.repeat(5_000) }, 1);
      await expect(commit).rejects.toMatchObject({ code: 'kafka-refused' });
      await one.group.leave();
    });

    test('gets nothing of a paused partition, and nothing of it is missing when it is resumed', async () => {
      const topic = await topicOf(2);
      const one: Witness = await witness(
        log(),
        { groupId: harness().name('group'), topics: [topic], fetchMaxBytes: 100 },
        {
          onBatch: ({ partition }) => (partition === 0 ? one.group.pause([{ topic, partition }]) : undefined),
        },
      );
      await eventually(() => one.assigned.length === 1, SOON);
      const of = (partition: number) => one.batches.filter(({ batch }) => batch.partition === partition);
      const count = (partition: number) => of(partition).flatMap(({ batch }) => batch.records).length;
      for (let round = 0; round < 20; round += 1) await write(topic, 2, round * 20, 20);
      await eventually(() => count(1) === 400, SOON);
      expect(of(0)).toHaveLength(1);
      await eventually(() => {
        one.group.resume([{ topic, partition: 0 }]);
        return count(0) === 400;
      }, SOON);
      await one.group.leave();
      expect(one.delivered().filter((place) => place.startsWith(`${topic}/0@`))).toEqual(
        Array.from({ length: 400 }, (_, offset) => `${topic}/0@${offset}`),
      );
      expect(one.breaches).toEqual([]);
    });

    test('whose handler throws has failed, and its partitions go to another', async () => {
      const topic = await topicOf(1);
      const groupId = harness().name('group');
      const trouble = new Error('of the test');
      const one = await witness(
        log(),
        { groupId, topics: [topic] },
        { onBatch: () => Promise.reject(trouble) },
      );
      await write(topic, 1, 0, 1);
      await eventually(() => one.failures.length > 0, SOON);
      expect(one.failures).toEqual([trouble]);
      const two = await witness(harness().connect(), { groupId, topics: [topic] });
      await eventually(() => two.values().length === 1, SOON);
      await two.group.leave();
      expect(one.batches).toHaveLength(1);
    });

    test('goes on with the first retained record when retention has passed what was committed', async () => {
      const topic = await topicOf(1);
      await write(topic, 1, 0, 20);
      const groupId = harness().name('group');
      const one = await witness(log(), { groupId, topics: [topic] });
      await eventually(() => one.values().length === 20, SOON);
      await one.group.commit({ topic, partition: 0 }, { offset: 4, metadata: 'kept' }, 1);
      await one.group.leave();
      await harness().trim({ topic, partition: 0 }, 15);
      const two = await witness(harness().connect(), { groupId, topics: [topic] });
      await eventually(() => two.values().length === 5, SOON);
      expect(two.assigned[0]?.partitions).toEqual([
        {
          topic,
          partition: 0,
          position: 15,
          committed: { offset: 4, metadata: 'kept' },
          end: 20,
          kept: false,
        },
      ]);
      await two.group.leave();
    });

    test('of a topic that does not exist is refused', async () => {
      const joining = witness(log(), {
        groupId: harness().name('group'),
        topics: [harness().name('nowhere')],
      });
      await expect(joining).rejects.toMatchObject({ code: 'topic-missing' });
    });
  });

  describe('a rebalance', () => {
    test('shares the partitions, loses no record and brings none twice to who kept its partition', async () => {
      const topic = await topicOf(4);
      const groupId = harness().name('group');
      const one = await witness(log(), { groupId, topics: [topic] });
      await write(topic, 4, 0, 50);
      await eventually(() => one.values().length === 200, SOON);
      const epoch = one.epoch();
      for (let partition = 0; partition < 4; partition += 1)
        await one.group.commit({ topic, partition }, { offset: 50, metadata: '' }, epoch);

      const two = await witness(harness().connect(), { groupId, topics: [topic] });
      await eventually(() => one.owned().length === 2 && two.owned().length === 2, SOON);
      await write(topic, 4, 50, 50);
      await eventually(() => one.values().length + two.values().length === 400, SOON);
      expect(new Set([...one.delivered(), ...two.delivered()]).size).toBe(400);
      expect(one.assigned.at(-1)?.partitions.map(({ kept, position }) => [kept, position])).toEqual([
        [true, 50],
        [true, 50],
      ]);
      expect(one.revoked.flatMap(({ partitions }) => partitions)).toHaveLength(2);
      // What the first one owned in its old epoch it may not commit any more, though it owns some of it.
      for (let partition = 0; partition < 4; partition += 1) {
        const at = { topic, partition };
        expect(await one.group.commit(at, { offset: 60, metadata: '' }, epoch)).toBe('superseded');
      }
      expect((await log().admin.committed(groupId, topic)).map((committed) => committed?.offset)).toEqual([
        50, 50, 50, 50,
      ]);
      await two.group.leave();
      await eventually(() => one.owned().length === 4, SOON);
      await one.group.leave();
      expect([...one.breaches, ...two.breaches]).toEqual([]);
    });

    test('brings a partition’s uncommitted records to its new owner, and no others', async () => {
      const topic = await topicOf(2);
      const groupId = harness().name('group');
      await write(topic, 2, 0, 30);
      const one = await witness(log(), { groupId, topics: [topic] });
      await eventually(() => one.values().length === 60, SOON);
      for (const partition of [0, 1])
        await one.group.commit({ topic, partition }, { offset: 20, metadata: `${partition}` }, one.epoch());
      const two = await witness(harness().connect(), { groupId, topics: [topic] });
      await eventually(() => two.values().length === 10, SOON);
      expect(two.assigned[0]?.partitions).toMatchObject([{ position: 20, end: 30, kept: false }]);
      expect(one.values()).toHaveLength(60);
      await one.group.leave();
      await two.group.leave();
      expect([...one.breaches, ...two.breaches]).toEqual([]);
    });

    test('leaves a paused partition paused with who keeps it', async () => {
      const topic = await topicOf(2);
      const groupId = harness().name('group');
      const one = await witness(log(), { groupId, topics: [topic] });
      await eventually(() => one.owned().length === 2, SOON);
      one.group.pause([0, 1].map((partition) => ({ topic, partition })));
      const two = await witness(harness().connect(), { groupId, topics: [topic] });
      await eventually(() => one.owned().length === 1 && two.owned().length === 1, SOON);
      await write(topic, 2, 0, 5);
      await eventually(() => two.values().length === 5, SOON);
      expect(one.values()).toEqual([]);
      one.group.resume([0, 1].map((partition) => ({ topic, partition })));
      await eventually(() => one.values().length === 5, SOON);
      await one.group.leave();
      await two.group.leave();
    });

    test('waits for a handler that runs, and takes the partition away only after it', async () => {
      const topic = await topicOf(2);
      const groupId = harness().name('group');
      const gate = Promise.withResolvers<void>();
      const events: string[] = [];
      const one = await witness(
        log(),
        { groupId, topics: [topic] },
        {
          onBatch: async () => {
            await gate.promise;
            events.push('done');
          },
          onAssigned: (_, epoch) => void events.push(`assigned ${epoch}`),
        },
      );
      await log().sender.send({ topic, partition: 0 }, messages(0, 1));
      await eventually(() => one.batches.length === 1, SOON);
      const two = await witness(harness().connect(), { groupId, topics: [topic] });
      gate.resolve();
      await eventually(() => two.owned().length === 1, SOON);
      await eventually(() => one.owned().length === 1, SOON);
      expect(events).toEqual(['assigned 1', 'done', 'assigned 2']);
      await one.group.leave();
      await two.group.leave();
    });
  });
}
