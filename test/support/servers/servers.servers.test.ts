// The servers of the other tests are themselves held to what those tests rely on: they start, keep what they took
// when they are killed and brought back, and are gone at the end, also when the process that started them is.

import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@opensearch-project/opensearch';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../eventually.ts';
import {
  type KafkaCluster,
  type OpenSearchNode,
  startKafka,
  startOpenSearch,
  whyNotStarted,
} from './servers.ts';

const TOPIC = 'kept';
const SMALL = '384m';

/** How long a killed broker's partitions may be without a leader, and a server without its owner. */
const SETTLES = { withinMs: 60_000 };

describe.skipIf((await whyNotStarted('kafka')) !== null)('a Kafka cluster of three', () => {
  let cluster: KafkaCluster;
  let kafka: Kafka;

  beforeAll(async () => {
    cluster = await startKafka({ brokers: 3, heap: SMALL, settings: { 'broker.session.timeout.ms': 3_000 } });
    kafka = new Kafka({
      brokers: cluster.bootstrap.split(','),
      logLevel: logLevel.NOTHING,
      retry: { retries: 20 },
    });
  });
  afterAll(() => cluster.stop());

  test('goes on without a killed broker, takes it back, and leaves nothing behind', async () => {
    await createTopic(kafka);
    await send(kafka, 'before');
    await cluster.stopBroker(2, { kill: true });
    await send(kafka, 'without');
    await cluster.restartBroker(2);
    await eventually(async () => {
      expect(await replicasInSync(kafka)).toEqual([1, 2, 3]);
    }, SETTLES);
    expect(await messageCount(kafka)).toBe(2);

    await cluster.stop();
    await expectGone(cluster.folder);
  });
});

describe.skipIf((await whyNotStarted('kafka')) !== null)('a Kafka broker', () => {
  test('does not outlive the process that started it', async () => {
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', OWNER], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const folder = await firstLine(owner.stdout);
    expect(processesOf(folder)).not.toEqual([]);
    owner.kill('SIGKILL');
    await expectGone(folder);
  });

  test('that cannot start says what its log says', async () => {
    await expect(startKafka({ settings: { 'log.dirs': '' } })).rejects.toThrow(/log\.dirs/);
  });
});

describe.skipIf((await whyNotStarted('opensearch')) !== null)('an OpenSearch node', () => {
  let node: OpenSearchNode;
  let client: Client;

  beforeAll(async () => {
    node = await startOpenSearch({ heap: SMALL, settings: { 'action.auto_create_index': 'false' } });
    client = new Client({ node: node.url });
  });
  afterAll(() => node.stop());

  test('keeps its documents and settings over a kill, and leaves nothing behind', async () => {
    await client.indices.create({ index: TOPIC });
    await client.index({ index: TOPIC, id: '1', body: { kept: true } });
    await node.kill();
    await expect(client.ping()).rejects.toThrow('ECONNREFUSED');
    await node.restart();
    expect((await client.get({ index: TOPIC, id: '1' })).body._source).toEqual({ kept: true });
    await expect(client.index({ index: 'other', body: {} })).rejects.toThrow('index_not_found');

    await node.stop();
    await expectGone(node.folder);
  });
});

const OWNER = `
  import { startKafka } from ${JSON.stringify(new URL('servers.ts', import.meta.url).href)};
  const { folder } = await startKafka({ heap: '${SMALL}' });
  console.log(folder);
  setInterval(() => {}, 60_000);
`;

async function expectGone(folder: string): Promise<void> {
  await eventually(() => {
    expect(processesOf(folder)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  }, SETTLES);
}

/** The command lines of all processes that were started with a path in the folder. */
function processesOf(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(join('/proc', pid, 'cmdline'), 'utf8');
      } catch {
        return ''; // ended meanwhile
      }
    })
    .filter((commandLine) => commandLine.includes(folder));
}

async function firstLine(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const piece of stream) {
    text += piece.toString('utf8');
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end);
  }
  throw new Error(`ended without a line: ${text}`);
}

async function createTopic(kafka: Kafka): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
}

/** Settles when all replicas that are in sync have it. */
async function send(kafka: Kafka, value: string): Promise<void> {
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  await producer.send({ topic: TOPIC, acks: -1, messages: [{ value, partition: 0 }] });
  await producer.disconnect();
}

async function replicasInSync(kafka: Kafka): Promise<readonly number[]> {
  const admin = kafka.admin();
  await admin.connect();
  const { topics } = await admin.fetchTopicMetadata({ topics: [TOPIC] });
  await admin.disconnect();
  return topics
    .flatMap((topic) => topic.partitions.flatMap((partition) => partition.isr))
    .toSorted((a, b) => a - b);
}

async function messageCount(kafka: Kafka): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(TOPIC);
  await admin.disconnect();
  return offsets.reduce((sum, { high }) => sum + Number(high), 0);
}
