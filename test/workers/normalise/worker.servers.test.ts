// The role `normalise` on a real Kafka: the example goes through it whole, and through the hands of a worker that
// dies on the way.
import { randomBytes } from 'node:crypto';
import kafkajs from 'kafkajs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectKafka } from '../../../src/kafka/client/connect.ts';
import type { Log } from '../../../src/kafka/log.ts';
import type { NormaliseSettings } from '../../../src/workers/normalise/settings.ts';
import type { RunningNormaliser } from '../../../src/workers/normalise/worker.ts';
import { eventually } from '../../support/eventually.ts';
import { kafkaAddress } from '../../support/servers/addresses.ts';
import { AUDIT_LINES, CHANGE_IDS, FLOW_LINES, LAST_AUDIT_AT, VERDICT_IDS } from './exampleLogs.ts';
import { verdictLine } from './rawRecords.ts';
import { figuresOf, withoutCopies, type World, worldOn } from './world.ts';

const address = kafkaAddress();
const brokers = (address ?? '').split(',');
const PATIENCE = { withinMs: 60_000 };

let name: string;
let log: Log;
const logs: Log[] = [];
const running: RunningNormaliser[] = [];

beforeEach(() => {
  name = `normalise-${randomBytes(4).toString('hex')}.`;
  log = connected();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((worker) => worker.stop()));
  await Promise.all(logs.splice(0).map((one) => one.close()));
  await removeTopics(name);
});

function connected(): Log {
  const one = connectKafka({ brokers, clientId: name }, () => {});
  logs.push(one);
  return one;
}

async function started(on: World, at: Log = log): Promise<RunningNormaliser> {
  const worker = await on.start(at);
  running.push(worker);
  return worker;
}

async function prepared(more: Partial<NormaliseSettings> = {}): Promise<World> {
  const shop = worldOn(log, name, more);
  await shop.create();
  await shop.produce(shop.flows, FLOW_LINES);
  return shop;
}

async function verdictIds(on: World): Promise<readonly string[]> {
  return withoutCopies(await on.events(on.settings.topics.events))
    .filter(({ body }) => body.kind === 'FlowVerdict')
    .map(({ id }) => id)
    .toSorted();
}

describe.skipIf(address === null)('on a real Kafka', () => {
  test('the example gives the verdicts and changes of its files, figures, and a watermark', async () => {
    const shop = await prepared();
    const { topics } = shop.settings;
    await shop.produce(shop.audit, AUDIT_LINES);
    await started(shop);
    await eventually(async () => expect(await verdictIds(shop)).toEqual(VERDICT_IDS), PATIENCE);
    await eventually(async () => {
      const changes = (await shop.events(topics.policyChanges)).flat();
      const ids = changes.filter(({ body }) => body.kind === 'PolicyChange').map(({ id }) => id);
      expect(ids.toSorted()).toEqual(CHANGE_IDS);
    }, PATIENCE);
    await eventually(async () => {
      const figures = figuresOf(withoutCopies(await shop.events(topics.events)));
      const total = [...figures.values()].reduce((sum, count) => sum + count, 0);
      expect(total).toBe(FLOW_LINES.length + AUDIT_LINES.length);
    }, PATIENCE);
    await eventually(async () => {
      const marks = (await shop.events(topics.watermarks)).flat();
      expect(marks.find(({ cluster }) => cluster === 'shop')?.body).toMatchObject({
        completeUntil: LAST_AUDIT_AT - 5_000_000,
      });
      expect(marks.at(-1)).toMatchObject({ cluster: '', body: { assumed: true } });
    }, PATIENCE);
  });

  test('a worker that is cut off in the midst of its work is followed by one that loses and doubles nothing', async () => {
    const shop = await prepared({ commitMs: 3_600_000, sessionTimeoutMs: 6_000 });
    const first = connected();
    await started(shop, first);
    await eventually(async () => (await verdictIds(shop)).length > 0, PATIENCE);
    // The worker goes on, but nothing that it wants reaches Kafka any more.
    await first.close();
    await shop.produce(shop.flows, [verdictLine({ uuid: 'after' })]);
    const second = await started(shop);
    await eventually(
      async () => expect(await verdictIds(shop)).toEqual([...VERDICT_IDS, 'after'].toSorted()),
      PATIENCE,
    );
    await second.stop();
    const figures = figuresOf(withoutCopies(await shop.events(shop.settings.topics.events)));
    expect([...figures.values()].reduce((sum, count) => sum + count, 0)).toBe(FLOW_LINES.length + 1);
  });

  test('a record of twenty megabytes arrives in the dead letters whole, and the stream goes on', async () => {
    const shop = await prepared();
    const large = 'x'.repeat(20 * 1024 * 1024);
    const behind = verdictLine({ uuid: 'behind' });
    await shop.produce(shop.flows, [large, behind, behind]);
    await started(shop);
    await eventually(async () => expect(await verdictIds(shop)).toContain('behind'), PATIENCE);
    const [letter] = await shop.records(shop.settings.topics.deadLetters);
    expect(Buffer.from(letter?.value ?? []).equals(Buffer.from(large))).toBe(true);
    expect(String(letter?.headers.get('reason'))).toBe('too-long');
  });
});

async function removeTopics(prefix: string): Promise<void> {
  const admin = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
  await admin.deleteTopics({ topics });
  const { groups } = await admin.listGroups();
  const own = groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(prefix));
  await admin.deleteGroups(own);
  await admin.disconnect();
}
