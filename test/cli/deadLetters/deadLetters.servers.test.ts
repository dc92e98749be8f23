// `netpol-drift dead-letters` on a real Kafka: a record that cannot be read is found, shown and sent back.
import { randomBytes } from 'node:crypto';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectKafka } from '../../../src/kafka/client/connect.ts';
import type { Log, LogRecord } from '../../../src/kafka/log.ts';
import { deadLetterMessage, letterOfRecord } from '../../../src/workers/deadLetters/letter.ts';
import { type Ended, makeFolder, removeFolder, run } from '../../support/command.ts';
import { kafkaAddress } from '../../support/servers/addresses.ts';

const kafka = kafkaAddress();
const RAW = 'this \u001b[31mis no json';

describe.skipIf(kafka === null)('dead-letters', () => {
  const prefix = `dl-${randomBytes(4).toString('hex')}.`;
  const raw = { topic: `${prefix}flows`, partition: 0 };
  const letters = { topic: `${prefix}dead-letters`, partition: 0 };
  let folder = '';
  let log: Log;

  const command = (...args: readonly string[]): Promise<Ended> =>
    run(['dead-letters', ...args], folder, '', {
      KAFKA_BROKERS: kafka ?? '',
      TOPIC_PREFIX: prefix,
      FLOW_TOPICS: raw.topic,
    });

  beforeAll(async () => {
    folder = makeFolder();
    log = connectKafka({ brokers: (kafka ?? '').split(',') }, () => {});
    const spec = { partitions: 1, replicationFactor: 1, config: new Map<string, string>() };
    await log.admin.create([raw, letters].map(({ topic }) => ({ topic, ...spec })));
    const record = {
      offset: 41,
      appendedAtMs: 0,
      key: null,
      value: new TextEncoder().encode(RAW),
      headers: new Map([['cluster', new TextEncoder().encode('prod')]]),
    };
    const of = (reason: string, stage: 'parse' | 'decode') =>
      deadLetterMessage(letterOfRecord(raw, record, { stage, reason, detail: 'as told' }), 1_000_000);
    await log.sender.send(letters, [of('not-json', 'parse'), of('avro-broken', 'decode')]);
  });
  afterAll(async () => {
    await log.close();
    removeFolder(folder);
    const admin = new kafkajs.Kafka({ brokers: (kafka ?? '').split(',') }).admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [raw.topic, letters.topic] });
    await admin.disconnect();
  });

  it('lists them, newest first', async () => {
    const { code, stdout } = await command('list', '--format', 'json');
    const found = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(code).toBe(0);
    expect(found).toMatchObject([
      { offset: 1, reason: 'avro-broken' },
      { offset: 0, reason: 'not-json', from: { topic: raw.topic, partition: 0, offset: 41 } },
    ]);
  });

  it('lists those of one reason', async () => {
    const { stdout } = await command('list', '--reason', 'not-json');
    expect(stdout).toContain('parse: not-json');
    expect(stdout).not.toContain('avro-broken');
  });

  it('shows one without letting it colour the terminal, and gives its bytes when asked', async () => {
    expect((await command('show', '0')).stdout).toContain(String.raw`this \x1b[31mis no json`);
    expect((await command('show', '0', '--format', 'raw')).stdout).toBe(RAW);
  });

  it('says that there is no such letter', async () => {
    const { code, stderr } = await command('show', '99');
    expect([code, stderr]).toEqual([
      2,
      `netpol-drift: ${letters.topic} holds no dead letter 99 (any more)\n`,
    ]);
  });

  it('sends one back with its headers, and says of the other why not', async () => {
    const { code, stdout } = await command('retry', '0', '1');
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /^0 {2}sent to \S+flows\/0 offset 0\n1 {2}not sent: it is a record of one of our own topics/,
    );
    const back: LogRecord[] = [];
    for await (const records of log.range(raw, 0, 1)) back.push(...records);
    expect(back).toHaveLength(1);
    expect(new TextDecoder().decode(back[0]?.value ?? undefined)).toBe(RAW);
    expect([...(back[0]?.headers.keys() ?? [])]).toEqual(expect.arrayContaining(['cluster', 'attempt']));
  });
});
