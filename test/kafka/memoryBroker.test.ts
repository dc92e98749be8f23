// What the broker in memory does for tests, beside the contract of the log.
import { describe, expect, test } from 'vitest';
import { refused } from '../../src/kafka/faults.ts';
import { createMemoryBroker } from '../../src/kafka/memory/broker.ts';
import { witness } from '../contract/groupWitness.ts';
import { messages, valuesOf } from '../contract/logHarness.ts';
import { eventually } from '../support/eventually.ts';

const SOON = { withinMs: 5_000 };
const place = { topic: 't', partition: 0 };

async function brokerWithTopic(partitions = 2) {
  const broker = createMemoryBroker({ now: () => 1_700_000_000_000 });
  const log = broker.connect();
  await log.admin.create([{ topic: 't', partitions, replicationFactor: 1, config: new Map() }]);
  return { broker, log };
}

describe('the broker in memory', () => {
  test('takes a killed worker’s partitions away: it is told nothing more and commits nothing', async () => {
    const { broker, log } = await brokerWithTopic();
    const one = await witness(log, { groupId: 'g', topics: ['t'] });
    const second = broker.connect();
    const two = await witness(second, { groupId: 'g', topics: ['t'] });
    await eventually(() => one.owned().length === 1 && two.owned().length === 1, SOON);
    await broker.kill(log);
    await eventually(() => two.owned().length === 2, SOON);
    await second.sender.send(place, messages(0, 3));
    await second.sender.send({ ...place, partition: 1 }, messages(0, 3));
    await eventually(() => two.values().length === 6, SOON);
    expect(one.values()).toEqual([]);
    const late = await Promise.all(
      [0, 1].map((partition) =>
        one.group.commit({ topic: 't', partition }, { offset: 1, metadata: '' }, one.epoch()),
      ),
    );
    expect(late).toEqual(['superseded', 'superseded']);
    await expect(log.sender.send(place, messages(0, 1))).rejects.toMatchObject({ code: 'kafka-unavailable' });
    await second.close();
  });

  test('rebalances when asked: the same member keeps all in a new epoch', async () => {
    const { broker, log } = await brokerWithTopic();
    const one = await witness(log, { groupId: 'g', topics: ['t'] });
    await eventually(() => one.epoch() === 1, SOON);
    await broker.rebalance('g');
    expect(one.assigned.at(-1)).toMatchObject({ epoch: 2, partitions: [{ kept: true }, { kept: true }] });
    expect(one.revoked).toEqual([{ epoch: 1, partitions: [] }]);
    await log.close();
  });

  test('refuses to write while it is told to, and shows what it holds', async () => {
    const { broker, log } = await brokerWithTopic();
    const fault = refused('sending', new Error('not authorised'));
    broker.refuse(fault);
    await expect(log.sender.send(place, messages(0, 1))).rejects.toBe(fault);
    broker.refuse(null);
    await log.sender.send(place, messages(1, 2));
    expect(valuesOf(broker.records(place))).toEqual(['1', '2']);
    expect(broker.records(place)[0]?.appendedAtMs).toBe(1_700_000_000_000);
  });
});
