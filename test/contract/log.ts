// The contract of the log (src/kafka/log.ts), held to every implementation: writing, following, ranges, and
// questions. Groups have a part of their own, logGroups.ts.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Batch, Log } from '../../src/kafka/log.ts';
import { eventually } from '../support/eventually.ts';
import { describeGroups } from './logGroups.ts';
import { type LogHarness, message, messages, textOf, valuesOf } from './logHarness.ts';

const SOON = { withinMs: 20_000 };

export function describeLog(open: () => LogHarness): void {
  let harness: LogHarness;
  let log: Log;
  beforeAll(() => {
    harness = open();
    log = harness.connect();
  });
  afterAll(() => harness.close());

  const topicOf = async (
    partitions: number,
    config: Readonly<Record<string, string>> = {},
  ): Promise<string> => {
    const topic = harness.name('topic');
    await log.admin.create([
      { topic, partitions, replicationFactor: 1, config: new Map(Object.entries(config)) },
    ]);
    return topic;
  };
  const read = async (topic: string, from = 0, until = Infinity, partition = 0) => {
    const records = [];
    for await (const some of log.range({ topic, partition }, from, until)) records.push(...some);
    return records;
  };

  describe('the sender', () => {
    test('keeps key, value and headers of a message, byte for byte', async () => {
      const topic = await topicOf(1);
      const bytes = Buffer.from([0, 255, 10, 13, 0]);
      const headers = new Map<string, string | Uint8Array>([
        ['reason', 'not-json'],
        ['__proto__', bytes],
      ]);
      await log.sender.send({ topic, partition: 0 }, [{ key: bytes, value: bytes, headers }]);
      const [record] = await read(topic);
      expect(record?.key).toEqual(bytes);
      expect(record?.value).toEqual(bytes);
      expect([...(record?.headers ?? [])].map(([name, value]) => [name, textOf(value)])).toEqual([
        ['reason', 'not-json'],
        ['__proto__', bytes.toString('utf8')],
      ]);
    });

    test('takes plain bytes, also those that are a part of others', async () => {
      const topic = await topicOf(1);
      const all = Uint8Array.of(1, 2, 3, 255, 0, 4, 5);
      const bytes = all.subarray(2, 5);
      await log.sender.send({ topic, partition: 0 }, [
        { key: bytes, value: bytes, headers: new Map([['bytes', bytes]]) },
      ]);
      const [record] = await read(topic);
      for (const found of [record?.key, record?.value, record?.headers.get('bytes')])
        expect([...(found ?? [])]).toEqual([3, 255, 0]);
    });

    test('writes a tombstone as no value, and a message without key as no key', async () => {
      const topic = await topicOf(1, { 'cleanup.policy': 'compact' });
      await log.sender.send({ topic, partition: 0 }, [{ key: Buffer.from('k'), value: null }]);
      const [record] = await read(topic);
      expect([textOf(record?.key ?? null), record?.value]).toEqual(['k', null]);
    });

    test('writes many calls at once in the order of the calls, and names the offset of each', async () => {
      const topic = await topicOf(2);
      const offsets = await Promise.all(
        Array.from({ length: 400 }, (_, i) =>
          log.sender.send({ topic, partition: i % 2 }, messages(i * 10, 1 + (i % 3))),
        ),
      );
      for (const partition of [0, 1]) {
        const records = await read(topic, 0, Infinity, partition);
        const calls = Array.from({ length: 200 }, (_, index) => 2 * index + partition);
        expect(valuesOf(records)).toEqual(
          calls.flatMap((i) => messages(i * 10, 1 + (i % 3)).map(({ value }) => value.toString())),
        );
        for (const i of calls) expect(records[offsets[i] ?? -1]?.offset).toBe(offsets[i]);
      }
    });

    test('writes a call that is larger than a request, whole and in order', async () => {
      const topic = await topicOf(1);
      const large = Array.from({ length: 30 }, (_, i) => message(`${i} ${'x'.repeat(90_000)}`));
      expect(await log.sender.send({ topic, partition: 0 }, large)).toBe(0);
      const records = await read(topic);
      expect(records.map(({ value }) => textOf(value)?.split(' ')[0])).toEqual(
        large.map((_, i) => String(i)),
      );
    });

    test('refuses a message that is too large, and with it those that wait behind it, but none after that', async () => {
      const topic = await topicOf(1, { 'max.message.bytes': '20000' });
      const noise = randomBytes(30_000);
      const at = { topic, partition: 0 };
      const first = log.sender.send(at, messages(0, 1));
      const refused = log.sender.send(at, [{ key: null, value: noise }]);
      const behind = log.sender.send(at, messages(2, 1));
      await expect(refused).rejects.toMatchObject({ code: 'message-too-large', retryable: false });
      await expect(behind).rejects.toMatchObject({ code: 'message-too-large' });
      expect(await first).toBe(0);
      await log.sender.send(at, messages(3, 1));
      expect(valuesOf(await read(topic))).toEqual(['0', '3']);
    });

    test('refuses a topic and a partition that do not exist, and says which', async () => {
      const topic = await topicOf(1);
      const nowhere = harness.name('nowhere');
      await expect(log.sender.send({ topic: nowhere, partition: 0 }, messages(0, 1))).rejects.toMatchObject({
        code: 'topic-missing',
        message: expect.stringContaining(nowhere),
      });
      await expect(log.sender.send({ topic, partition: 1 }, messages(0, 1))).rejects.toMatchObject({
        code: 'topic-wrong',
        message: expect.stringContaining(topic),
      });
    });

    test('resolves without messages', async () => {
      const topic = await topicOf(1);
      expect(await log.sender.send({ topic, partition: 0 }, [])).toBe(-1);
    });

    test('is told the broker’s time of appending where the topic says so', async () => {
      const topic = await topicOf(1, { 'message.timestamp.type': 'LogAppendTime' });
      const before = Date.now();
      await log.sender.send({ topic, partition: 0 }, messages(0, 3));
      const times = (await read(topic)).map(({ appendedAtMs }) => appendedAtMs);
      expect(Math.min(...times)).toBeGreaterThanOrEqual(before - 1_000);
      expect(Math.max(...times)).toBeLessThanOrEqual(Date.now() + 1_000);
    });
  });

  describe('a range', () => {
    test('holds the records from its start to before its end, and nothing else', async () => {
      const topic = await topicOf(1);
      await log.sender.send({ topic, partition: 0 }, messages(0, 50));
      expect(valuesOf(await read(topic, 7, 10))).toEqual(['7', '8', '9']);
      expect(await read(topic, 7, 7)).toEqual([]);
      expect((await read(topic, 48)).map(({ offset }) => offset)).toEqual([48, 49]);
      expect(await read(topic, 50)).toEqual([]);
    });

    test('begins with the first record that is retained', async () => {
      const topic = await topicOf(1);
      await log.sender.send({ topic, partition: 0 }, messages(0, 20));
      await harness.trim({ topic, partition: 0 }, 12);
      expect(valuesOf(await read(topic, 3, 15))).toEqual(['12', '13', '14']);
      expect(await log.admin.offsets(topic)).toEqual([{ start: 12, end: 20 }]);
    });

    test('of a partition that does not exist is refused', async () => {
      const topic = await topicOf(1);
      await expect(read(topic, 0, 10, 3)).rejects.toMatchObject({ code: 'topic-wrong' });
      await expect(read(harness.name('nowhere'))).rejects.toMatchObject({ code: 'topic-missing' });
    });
  });

  describe('a follower', () => {
    test('reads every partition from its first record on, and goes on with what comes', async () => {
      const topic = await topicOf(3);
      for (const partition of [0, 1, 2]) await log.sender.send({ topic, partition }, messages(0, 10));
      const seen: Batch[] = [];
      const follower = await log.follow([topic], {
        batch: (batch) => void seen.push(batch),
        failed: failTest,
      });
      const of = (partition: number) =>
        valuesOf(seen.filter((batch) => batch.partition === partition).flatMap(({ records }) => records));
      await eventually(() => [0, 1, 2].every((partition) => of(partition).length === 10), SOON);
      await log.sender.send({ topic, partition: 1 }, messages(10, 5));
      await eventually(() => of(1).length === 15, SOON);
      expect(of(1)).toEqual(messages(0, 15).map(({ value }) => value.toString()));
      const last = seen.filter(({ partition }) => partition === 1).at(-1);
      expect([last?.next, last?.end]).toEqual([15, 15]);
      await follower.stop();
    });

    test('is told nothing after it was stopped', async () => {
      const topic = await topicOf(1);
      const seen: Batch[] = [];
      const follower = await log.follow([topic], {
        batch: (batch) => void seen.push(batch),
        failed: failTest,
      });
      await log.sender.send({ topic, partition: 0 }, messages(0, 1));
      await eventually(() => seen.length === 1, SOON);
      await follower.stop();
      await log.sender.send({ topic, partition: 0 }, messages(1, 1));
      const other: Batch[] = [];
      const second = await log.follow([topic], {
        batch: (batch) => void other.push(batch),
        failed: failTest,
      });
      await eventually(() => other.flatMap(({ records }) => records).length === 2, SOON);
      await second.stop();
      expect(seen).toHaveLength(1);
    });

    test('whose handler throws has failed, and is told nothing more', async () => {
      const topic = await topicOf(1);
      const failures: unknown[] = [];
      const trouble = new Error('of the test');
      let calls = 0;
      const batch = () => {
        calls += 1;
        throw trouble;
      };
      const follower = await log.follow([topic], { batch, failed: (cause) => void failures.push(cause) });
      await log.sender.send({ topic, partition: 0 }, messages(0, 1));
      await eventually(() => failures.length > 0, SOON);
      expect([failures, calls]).toEqual([[trouble], 1]);
      await follower.stop();
    });

    test('of a topic that does not exist is refused', async () => {
      const following = log.follow([harness.name('nowhere')], { batch: () => {}, failed: failTest });
      await expect(following).rejects.toMatchObject({ code: 'topic-missing' });
    });
  });

  describe('the questions', () => {
    test('tell a topic’s partitions and settings, and that there is none', async () => {
      const topic = await topicOf(3, { 'message.timestamp.type': 'LogAppendTime' });
      const state = await log.admin.describe(topic);
      expect(state).toMatchObject({ topic, partitions: 3, replicationFactor: 1 });
      expect(state?.config.get('message.timestamp.type')).toBe('LogAppendTime');
      expect(await log.admin.partitions(topic)).toBe(3);
      expect(await log.admin.describe(harness.name('nowhere'))).toBeNull();
      await expect(log.admin.partitions(harness.name('nowhere'))).rejects.toMatchObject({
        code: 'topic-missing',
      });
    });

    test('leave a topic as it is that is to be created again', async () => {
      const topic = await topicOf(2);
      await log.admin.create([{ topic, partitions: 5, replicationFactor: 1, config: new Map() }]);
      expect(await log.admin.partitions(topic)).toBe(2);
    });
  });

  describeGroups({ harness: () => harness, log: () => log, topicOf });
}

function failTest(cause: unknown): void {
  throw cause;
}
