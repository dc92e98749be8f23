// What is known of topics, asked of a real Kafka.
import { randomBytes } from 'node:crypto';
import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { connectKafka } from '../../../src/kafka/client/connect.ts';
import { mendIdleTimers } from '../../../src/kafka/client/idleTimers.ts';
import { kafkaAddress } from '../../support/servers/addresses.ts';
import { eventually } from '../../support/eventually.ts';

const address = kafkaAddress();

test.skipIf(address === null)('of two topics the one is named as missing that was deleted', async () => {
  mendIdleTimers();
  const prefix = `brokers-${randomBytes(4).toString('hex')}`;
  const [gone, kept] = [`${prefix}-gone`, `${prefix}-kept`];
  const client = new kafkajs.Kafka({ brokers: [address ?? ''], logLevel: kafkajs.logLevel.NOTHING });
  const admin = client.admin();
  const log = connectKafka({ brokers: [address ?? ''], clientId: prefix }, () => {});
  const send = (topic: string) => log.sender.send({ topic, partition: 0 }, [{ key: null, value: null }]);
  await admin.connect();
  try {
    await admin.createTopics({ topics: [{ topic: gone }, { topic: kept }], waitForLeaders: true });
    await send(gone);
    await admin.deleteTopics({ topics: [gone] });
    await eventually(async () => !(await admin.listTopics()).includes(gone), { withinMs: 30_000 });
    await expect(send(kept)).rejects.toMatchObject({
      code: 'topic-missing',
      message: expect.stringContaining(gone),
    });
  } finally {
    await log.close();
    await admin.deleteTopics({ topics: [kept] });
    await admin.disconnect();
  }
});
