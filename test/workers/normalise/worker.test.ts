import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Log } from '../../../src/kafka/log.ts';
import { createMemoryBroker, type MemoryBroker } from '../../../src/kafka/memory/broker.ts';
import { Fault } from '../../../src/model/fault.ts';
import type { NormaliseSettings } from '../../../src/workers/normalise/settings.ts';
import type { RunningNormaliser } from '../../../src/workers/normalise/worker.ts';
import { eventually } from '../../support/eventually.ts';
import { AUDIT_LINES, CHANGE_IDS, FLOW_LINES, LAST_AUDIT_AT, VERDICT_IDS } from './exampleLogs.ts';
import { traceLine, verdictLine } from './rawRecords.ts';
import { figuresOf, withoutCopies, type World, worldOn } from './world.ts';

const PATIENCE = { withinMs: 20_000 };

let broker: MemoryBroker;
let log: Log;
const running: RunningNormaliser[] = [];

beforeEach(() => {
  broker = createMemoryBroker({ now: Date.now });
  log = broker.connect();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((worker) => worker.stop()));
  await log.close();
});

function world(more: Partial<NormaliseSettings> = {}): World {
  return worldOn(log, 't.', more);
}

async function started(on: World, at: Log = log): Promise<RunningNormaliser> {
  const worker = await on.start(at);
  running.push(worker);
  return worker;
}

async function verdictIds(on: World): Promise<readonly string[]> {
  return withoutCopies(await on.events(on.settings.topics.events))
    .filter(({ body }) => body.kind === 'FlowVerdict')
    .map(({ id }) => id)
    .toSorted();
}

async function changes(on: World) {
  return (await on.events(on.settings.topics.policyChanges)).flat();
}

describe('the example', () => {
  let shop: World;

  beforeEach(async () => {
    shop = world();
    await shop.create();
    await shop.produce(shop.flows, FLOW_LINES);
    await shop.produce(shop.audit, AUDIT_LINES);
    await started(shop);
  });

  test('gives the verdicts and changes that its files give', async () => {
    await eventually(async () => expect(await verdictIds(shop)).toEqual(VERDICT_IDS), PATIENCE);
    await eventually(async () => {
      const ids = (await changes(shop))
        .filter(({ body }) => body.kind === 'PolicyChange')
        .map(({ id }) => id);
      expect(ids.toSorted()).toEqual(CHANGE_IDS);
    }, PATIENCE);
  });

  test('is accounted for, line by line', async () => {
    await eventually(async () => {
      const figures = figuresOf(withoutCopies(await shop.events(shop.settings.topics.events)));
      const total = [...figures.values()].reduce((sum, count) => sum + count, 0);
      expect(total).toBe(FLOW_LINES.length + AUDIT_LINES.length);
      expect(figures.get('verdict')).toBe(VERDICT_IDS.length);
    }, PATIENCE);
  });

  test('tells how far the audit log reaches, in the policy log', async () => {
    await eventually(async () => {
      const [status] = (await changes(shop)).filter(({ body }) => body.kind === 'FeedStatus');
      expect(status).toMatchObject({
        cluster: 'shop',
        body: { feed: 'audit', until: LAST_AUDIT_AT, counts: [] },
      });
    }, PATIENCE);
  });

  test('ends in a watermark that asks for all of its changes to be read', async () => {
    await eventually(async () => {
      const marks = (await shop.events(shop.settings.topics.watermarks)).flat();
      const last = marks.findLast(({ cluster }) => cluster === 'shop');
      expect(last?.body).toMatchObject({ completeUntil: LAST_AUDIT_AT - 5_000_000, assumed: false });
      const lastChange = (await changes(shop)).findLastIndex(({ body }) => body.kind === 'PolicyChange');
      const asked = last?.body.kind === 'Watermark' ? last.body.policyOffset : -1;
      expect(asked).toBeGreaterThanOrEqual(lastChange);
    }, PATIENCE);
  });

  test('leaves an idle audit partition, whose heartbeats say that nothing is missing', async () => {
    const begunAt = Date.now() * 1_000;
    await eventually(async () => {
      const marks = (await shop.events(shop.settings.topics.watermarks)).flat();
      const last = marks.at(-1);
      expect(last).toMatchObject({ cluster: '', body: { assumed: true, auditSource: 't.k8s.audit/0' } });
      expect(last?.observedAt).toBeGreaterThan(begunAt - 5_000_000);
    }, PATIENCE);
  });
});

describe('a position', () => {
  test('is committed at the start of the open chunk, and where everything was sent stands beside it', async () => {
    const shop = world();
    await shop.create({ flows: 1 });
    await shop.produce(
      shop.flows,
      Array.from({ length: 2_050 }, () => traceLine()),
    );
    await started(shop);
    await eventually(async () => {
      const [committed] = await log.admin.committed(shop.settings.groupId, shop.flows);
      expect(committed).toEqual({ offset: 2_048, metadata: `1;${(2_050).toString(36)}` });
    }, PATIENCE);
  });
});

describe('a worker that dies', () => {
  test('loses nothing and doubles nothing: the next one goes on, and copies are known by their origins', async () => {
    const shop = world({ commitMs: 3_600_000 });
    await shop.create();
    await shop.produce(shop.flows, FLOW_LINES);
    const first = broker.connect();
    await started(shop, first);
    await eventually(async () => (await verdictIds(shop)).length > 20, PATIENCE);
    await broker.kill(first);
    await shop.produce(shop.flows, [verdictLine()]);
    const second = await started(shop);
    await eventually(
      async () => expect((await verdictIds(shop)).length).toBe(VERDICT_IDS.length + 1),
      PATIENCE,
    );
    await second.stop();
    const figures = figuresOf(withoutCopies(await shop.events(shop.settings.topics.events)));
    expect([...figures.values()].reduce((sum, count) => sum + count, 0)).toBe(FLOW_LINES.length + 1);
  });
});

describe('several workers', () => {
  test('share the partitions and hand them over without loss or doubles while they come and go', async () => {
    const shop = world();
    await shop.create({ flows: 4 });
    const lines = Array.from({ length: 4_000 }, (_, index) =>
      verdictLine({ uuid: `flow-${index}`, node_name: `prod/node-${index % 7}` }),
    );
    const third = Math.floor(lines.length / 3);
    await shop.produce(shop.flows, lines.slice(0, third));
    const first = await started(shop, broker.connect());
    await started(shop, broker.connect());
    await shop.produce(shop.flows, lines.slice(third, 2 * third));
    await first.stop();
    await shop.produce(shop.flows, lines.slice(2 * third));
    await started(shop, broker.connect());
    await eventually(async () => expect((await verdictIds(shop)).length).toBe(lines.length), PATIENCE);
    expect(new Set(await verdictIds(shop)).size).toBe(lines.length);
  });
});

describe('what cannot be used', () => {
  test('goes to the dead letters with its bytes, and the stream goes on', async () => {
    const shop = world();
    await shop.create();
    const large = randomBytes(10 * 1024 * 1024).toString('hex');
    await shop.produce(shop.flows, ['not json', large, verdictLine()]);
    await started(shop);
    await eventually(async () => expect(await verdictIds(shop)).toHaveLength(1), PATIENCE);
    await eventually(async () => {
      const letters = await shop.records(shop.settings.topics.deadLetters);
      const told = letters.map(({ value, headers }) => `${String(headers.get('reason'))} ${String(value)}`);
      expect(told.toSorted()).toEqual(['not-json not json', `too-long ${large}`]);
    }, PATIENCE);
  });

  test('stops the worker when it is too much, before anything of it is committed', async () => {
    const shop = world();
    await shop.create({ flows: 1 });
    await shop.produce(
      shop.flows,
      Array.from({ length: 1_500 }, () => 'not json'),
    );
    const worker = await started(shop);
    const fault: unknown = await worker.failure.catch((cause: unknown) => cause);
    expect(fault).toBeInstanceOf(Fault);
    expect(fault).toMatchObject({ code: 'too-many-rejects' });
    expect(String(fault)).toMatch(
      /t\.hubble\.flows: \d+ of the last \d+ records could not be used: not JSON/,
    );
    await worker.stop();
    const [committed] = await shop.committed(shop.flows);
    expect(committed ?? 0).toBeLessThan(1_000);
  });
});

describe('when Kafka does not take what is sent', () => {
  test('the worker ends and nothing is committed', async () => {
    const shop = world();
    await shop.create();
    await shop.produce(shop.flows, FLOW_LINES);
    broker.refuse(new Fault('kafka-refused', 'not allowed to write'));
    const worker = await started(shop);
    await expect(worker.failure).rejects.toThrow('not allowed to write');
    await worker.stop();
    expect(await shop.committed(shop.flows)).toEqual([null, null]);
  });
});

describe('a worker that is stopped', () => {
  test('tells its figures and how far the audit log reached, commits, and leaves nothing to be sent again', async () => {
    const shop = world({ commitMs: 3_600_000, coverageIntervalMs: 3_600_000 });
    await shop.create({ flows: 1 });
    const worker = await started(shop);
    const half = AUDIT_LINES.length / 2;
    await shop.produce(shop.audit, AUDIT_LINES.slice(0, half));
    await eventually(
      async () => (await changes(shop)).some(({ body }) => body.kind === 'FeedStatus'),
      PATIENCE,
    );
    await shop.produce(shop.audit, AUDIT_LINES.slice(half));
    await eventually(async () => {
      const marks = (await shop.events(shop.settings.topics.watermarks)).flat();
      return marks.some(({ observedAt }) => observedAt === LAST_AUDIT_AT - 5_000_000);
    }, PATIENCE);
    await worker.stop();
    expect((await changes(shop)).at(-1)).toMatchObject({
      body: { kind: 'FeedStatus', until: LAST_AUDIT_AT },
    });
    const [committed] = await log.admin.committed(shop.settings.groupId, shop.audit);
    expect(committed).toEqual({ offset: 0, metadata: `1;${AUDIT_LINES.length.toString(36)}` });
    const figures = figuresOf(withoutCopies(await shop.events(shop.settings.topics.events)));
    expect([...figures.values()].reduce((sum, count) => sum + count, 0)).toBe(AUDIT_LINES.length);
  });

  test('goes even when Kafka never answers', async () => {
    const shop = world({ stopMs: 100 });
    await shop.create();
    await shop.produce(shop.flows, FLOW_LINES);
    const silent = { send: () => new Promise<number>(() => {}), close: async () => {} };
    const worker = await started(shop, { ...broker.connect(), sender: silent });
    await eventually(() => worker.status().partitions.some(({ inHandBytes }) => inHandBytes > 0), PATIENCE);
    await worker.stop();
    expect(await shop.committed(shop.flows)).toEqual([null, null]);
  });
});

describe('a worker does not start', () => {
  test('without its topics, and says what makes them', async () => {
    const shop = world();
    await log.admin.create(
      [shop.flows, shop.audit].map((topic) => ({
        topic,
        partitions: 1,
        replicationFactor: 1,
        config: new Map(),
      })),
    );
    await expect(shop.start()).rejects.toThrow(/t\.events does not exist: run "netpol-drift setup"/);
  });
});

describe('more than memory allows', () => {
  test('is left in Kafka until there is room, and read then', async () => {
    const shop = world({ inHandBytes: 1_000, fetchMaxBytes: 1_000 });
    await shop.create();
    await shop.produce(shop.flows, FLOW_LINES);
    const worker = await started(shop);
    await eventually(async () => expect(await verdictIds(shop)).toEqual(VERDICT_IDS), PATIENCE);
    await eventually(() => {
      expect(
        worker.status().partitions.map(({ lag, inHandBytes, isPaused }) => [lag, inHandBytes, isPaused]),
      ).toEqual([0, 1, 2].map(() => [0, 0, false]));
    }, PATIENCE);
  });
});
