// The contract of the log, held to a real Kafka.
import { randomBytes } from 'node:crypto';
import kafkajs, { type Admin } from 'kafkajs';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { connectKafka } from '../../src/kafka/client/connect.ts';
import { mendIdleTimers } from '../../src/kafka/client/idleTimers.ts';
import type { Log } from '../../src/kafka/log.ts';
import { kafkaAddress } from '../support/servers/addresses.ts';
import { describeLog } from './log.ts';
import type { LogHarness } from './logHarness.ts';

const address = kafkaAddress();

describe.skipIf(address === null)('a log over Kafka', () => {
  const warnings: Error[] = [];
  const warned = (warning: Error): void => void warnings.push(warning);
  beforeAll(() => void process.on('warning', warned));
  afterAll(() => {
    process.off('warning', warned);
    // Timers for moments that have passed, listeners that pile up: what kafkajs does unless it is mended.
    expect(warnings).toEqual([]);
  });

  describeLog(() => open(address ?? ''));
});

function open(brokers: string): LogHarness {
  const prefix = `kafka-${randomBytes(4).toString('hex')}`;
  const logs: Log[] = [];
  const topics = new Set<string>();
  let names = 0;
  const connected = connectAdmin(brokers);
  return {
    connect() {
      const log = connectKafka({ brokers: [brokers], clientId: prefix }, () => {});
      logs.push(log);
      return log;
    },
    name(what) {
      const name = `${prefix}-${what}-${(names += 1)}`;
      topics.add(name);
      return name;
    },
    async trim({ topic, partition }, before) {
      const admin = await connected;
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] });
    },
    async close() {
      await Promise.all(logs.map((log) => log.close()));
      const admin = await connected;
      const there = new Set(await admin.listTopics());
      await admin.deleteTopics({ topics: [...topics].filter((topic) => there.has(topic)) });
      const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId);
      await admin.deleteGroups(groups.filter((groupId) => groupId.startsWith(prefix)));
      await admin.disconnect();
    },
  };
}

/** kafkajs's own, mended like ours: it deletes what the log has no reason to delete. */
async function connectAdmin(brokers: string): Promise<Admin> {
  mendIdleTimers();
  const client = new kafkajs.Kafka({ brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  return admin;
}
