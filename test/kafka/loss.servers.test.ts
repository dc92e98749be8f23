// Brokers die while messages are written, read in a group and followed: what was acknowledged is there, in the order of
// the calls, and every reader sees each record once.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectKafka } from '../../src/kafka/client/connect.ts';
import type { Log } from '../../src/kafka/log.ts';
import { nameOf } from '../../src/kafka/place.ts';
import { type Witness, witness } from '../contract/groupWitness.ts';
import { message, valuesOf } from '../contract/logHarness.ts';
import { eventually } from '../support/eventually.ts';
import { type KafkaCluster, startKafka, whyNotStarted } from '../support/servers/servers.ts';

const TOPIC = 'loss';
const PARTITIONS = [0, 1, 2, 3, 4, 5];
/** A killed broker is noticed after its session, then its partitions get other leaders. */
const SETTLES = { withinMs: 90_000 };

describe.skipIf((await whyNotStarted('kafka')) !== null)('with three brokers, one of them killed', () => {
  let cluster: KafkaCluster;
  let log: Log;

  beforeAll(async () => {
    const settings = { 'broker.session.timeout.ms': 3_000 };
    cluster = await startKafka({ brokers: 3, heap: '384m', settings });
    log = connectKafka({ brokers: cluster.bootstrap.split(','), clientId: 'loss' }, () => {});
    const config = new Map([['min.insync.replicas', '2']]);
    await log.admin.create([{ topic: TOPIC, partitions: PARTITIONS.length, replicationFactor: 3, config }]);
  });
  afterAll(async () => {
    await log.close();
    await cluster.stop();
  });

  test('nothing acknowledged is lost, and nobody reads a record twice', { timeout: 400_000 }, async () => {
    const followed: string[] = [];
    const failures: unknown[] = [];
    const follower = await log.follow([TOPIC], {
      batch: (batch) =>
        void followed.push(...batch.records.map(({ offset }) => `${nameOf(batch)}@${offset}`)),
      failed: (cause) => void failures.push(cause),
    });
    const member = await witness(log, { groupId: 'loss', topics: [TOPIC], sessionTimeoutMs: 10_000 });
    const writer = startWriting(log);
    await eventually(() => writer.acknowledged() > 200, SETTLES);

    for (const broker of [1, 2]) {
      const before = writer.acknowledged();
      await cluster.stopBroker(broker, { kill: true });
      await eventually(() => PARTITIONS.every((partition) => writer.since(before, partition)), SETTLES);
      await cluster.restartBroker(broker);
      await eventually(async () => (await log.admin.describe(TOPIC)) !== null, SETTLES);
    }
    const sent = await writer.stop();

    const ends = await log.admin.offsets(TOPIC);
    const total = ends.reduce((sum, { end }) => sum + end, 0);
    await eventually(() => followed.length >= total && member.delivered().length >= total, SETTLES);
    for (const partition of PARTITIONS) {
      const stored = [];
      for await (const records of log.range({ topic: TOPIC, partition }, 0, Infinity))
        stored.push(...records);
      // A request whose answer was lost is sent again: copies there may be, of whole requests.
      expect(firstsOf(valuesOf(stored))).toEqual(sent.get(partition));
    }
    expect(new Set(followed).size).toBe(followed.length);
    expect(new Set(member.delivered()).size).toBe(member.delivered().length);
    expect(await commitAll(member, ends)).toEqual(PARTITIONS.map(() => 'committed'));
    expect([failures, member.failures, member.breaches]).toEqual([[], [], []]);
    await follower.stop();
    await member.group.leave();
  });
});

function commitAll(member: Witness, ends: readonly { readonly end: number }[]) {
  return Promise.all(
    PARTITIONS.map((partition) =>
      member.group.commit(
        { topic: TOPIC, partition },
        { offset: ends[partition]?.end ?? 0, metadata: '' },
        member.epoch(),
      ),
    ),
  );
}

/** Numbered messages to every partition, a few calls under way in each, until stopped. */
function startWriting(log: Log) {
  const sent = new Map(PARTITIONS.map((partition) => [partition, new Array<string>()]));
  const times = new Map(PARTITIONS.map((partition) => [partition, 0]));
  let acknowledged = 0;
  const stopping = new AbortController();
  const write = async (partition: number): Promise<void> => {
    const values = sent.get(partition) ?? [];
    while (!stopping.signal.aborted) {
      const calls = Array.from({ length: 5 }, () => {
        const value = String(values.length);
        values.push(value);
        return log.sender.send({ topic: TOPIC, partition }, [message(value)]);
      });
      await Promise.all(calls);
      acknowledged += calls.length;
      times.set(partition, acknowledged);
    }
  };
  const running = Promise.all(PARTITIONS.map(write));
  return {
    acknowledged: () => acknowledged,
    /** Whether something was acknowledged in a partition after a number in all. */
    since: (before: number, partition: number) => (times.get(partition) ?? 0) > before,
    async stop() {
      stopping.abort();
      await running;
      return sent;
    },
  };
}

/** Each value where it stands first. */
function firstsOf(values: readonly (string | null)[]): readonly (string | null)[] {
  return [...new Set(values)];
}
