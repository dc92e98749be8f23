// The policy log as publishing commands read it: its changes, of one cluster, in order, and nothing else.
import { describe, expect, it } from 'vitest';
import { changesIn, publish } from '../../../src/cli/publish/policyTopic.ts';
import { createMemoryBroker } from '../../../src/kafka/memory/broker.ts';
import type { ChangeEvent } from '../../../src/model/event.ts';
import { unloggedChange } from '../../../src/normalise/unloggedChange.ts';
import { policyTopic } from './policyTopic.ts';

function change(id: string, cluster: string): ChangeEvent {
  return {
    id,
    cluster,
    observedAt: 0,
    observedAtNanos: 0,
    origin: { source: 'x', partition: 0, offset: 1, index: 0 },
    body: unloggedChange('NetworkPolicy', 'snapshot'),
  };
}

async function idsIn(...args: Parameters<typeof changesIn>): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { id } of changesIn(...args)) ids.push(id);
  return ids;
}

const NAME = 'netpol.policy-changes';
const newLog = () => createMemoryBroker({ now: () => 0 }).connect();

describe('the policy log', () => {
  it('gives the changes of the cluster that is asked for, in order', async () => {
    const topic = await policyTopic(newLog(), NAME);
    await publish(topic, [change('1', 'prod'), change('2', 'test'), change('3', 'prod')]);
    expect(await idsIn(topic, 'prod')).toEqual(['1', '3']);
    expect(await idsIn(topic, 'none')).toEqual([]);
  });

  it('stops at a record that it cannot read, unless an operator has said to pass it over', async () => {
    const log = newLog();
    const topic = await policyTopic(log, NAME);
    await log.sender.send({ topic: NAME, partition: 0 }, [{ key: null, value: Buffer.from('no event') }]);
    await publish(topic, [change('1', 'prod')]);
    await expect(idsIn(topic, 'prod')).rejects.toMatchObject({ name: 'Fault' });
    expect(await idsIn({ ...topic, skipOffsets: new Set([0]) }, 'prod')).toEqual(['1']);
  });

  it('of several partitions is refused', async () => {
    const log = newLog();
    const topic = await policyTopic(log, NAME);
    await log.admin.create([{ topic: 'wide', partitions: 2, replicationFactor: 1, config: new Map() }]);
    await expect(idsIn({ ...topic, topic: 'wide' }, 'prod')).rejects.toMatchObject({ code: 'topic-wrong' });
  });
});
