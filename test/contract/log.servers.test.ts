// The contract of the log, held to a real Kafka.
import { randomBytes } from 'node:crypto';
import kafkajs from 'kafkajs';
import { describe } from 'vitest';
import { connectKafka } from '../../src/kafka/client/connect.ts';
import type { Log } from '../../src/kafka/log.ts';
import { kafkaAddress } from '../support/servers/addresses.ts';
import { describeLog } from './log.ts';
import type { LogHarness } from './logHarness.ts';

const address = kafkaAddress();

describe.skipIf(address === null)('a log over Kafka', () => describeLog(() => open(address ?? '')));

function open(brokers: string): LogHarness {
  const prefix = `kafka-${randomBytes(4).toString('hex')}`;
  const logs: Log[] = [];
  const topics = new Set<string>();
  let names = 0;
  const client = new kafkajs.Kafka({ brokers: [brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = client.admin();
  const connected = admin.connect();
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
      await connected;
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(before) }] });
    },
    async close() {
      await Promise.all(logs.map((log) => log.close()));
      await connected;
      const there = new Set(await admin.listTopics());
      await admin.deleteTopics({ topics: [...topics].filter((topic) => there.has(topic)) });
      const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId);
      await admin.deleteGroups(groups.filter((groupId) => groupId.startsWith(prefix)));
      await admin.disconnect();
    },
  };
}
