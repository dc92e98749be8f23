// The policy log as a worker follows it, over a log in memory.
import { afterEach, describe, expect, it } from 'vitest';
import { eventCodec } from '../../../src/codec/eventCodec.ts';
import { JOIN_DEFAULTS } from '../../../src/join/enriched.ts';
import { traceOf } from '../../../src/join/touched.ts';
import { createMemoryBroker } from '../../../src/kafka/memory/broker.ts';
import type { Log } from '../../../src/kafka/log.ts';
import type { Body, ChangeEvent, Event, FlowEvent } from '../../../src/model/event.ts';
import { followPolicyLog } from '../../../src/workers/policyLog/followPolicyLog.ts';
import type { PolicyLog } from '../../../src/workers/policyLog/policyLog.ts';
import { topicsOf } from '../../../src/workers/topics.ts';
import { currentSchema } from '../../codec/schemas.ts';
import { eventually } from '../../support/eventually.ts';
import { CHANGES, FLOWS, SNAPSHOT } from '../../support/smallWorld.ts';

const TOPICS = topicsOf();
const SOON = { withinMs: 20_000 } as const;
const codec = eventCodec(currentSchema(), []);

interface Followed {
  readonly log: Log;
  readonly policyLog: PolicyLog;
  readonly failures: readonly unknown[];
}

const opened: PolicyLog[] = [];

afterEach(async () => {
  for (const policyLog of opened.splice(0)) await policyLog.stop();
});

async function logWith(changes: readonly Event[], partitions = 1): Promise<Log> {
  const log = createMemoryBroker({ now: () => 0 }).connect();
  const spec = { replicationFactor: 1, config: new Map() };
  await log.admin.create([
    { topic: TOPICS.policyChanges, partitions, ...spec },
    { topic: TOPICS.watermarks, partitions: 1, ...spec },
  ]);
  await publish(log, changes);
  return log;
}

async function publish(log: Log, events: readonly Event[], topic = TOPICS.policyChanges): Promise<void> {
  if (events.length === 0) return;
  await log.sender.send(
    { topic, partition: 0 },
    events.map((event) => ({ key: null, value: codec.encode(event) })),
  );
}

function follow(log: Log, skip: readonly number[] = []): Followed {
  const failures: unknown[] = [];
  const policyLog = followPolicyLog({
    log,
    codec,
    settings: { topics: TOPICS, join: JOIN_DEFAULTS, idleTimeoutMs: 60_000, skipOffsets: new Set(skip) },
    nowMs: () => 0,
    logger: () => {},
    failed: (cause) => failures.push(cause),
  });
  opened.push(policyLog);
  return { log, policyLog, failures };
}

function of<E extends Event>(cluster: string, event: E): E {
  return { ...event, cluster };
}

function made<B extends Body>(cluster: string, body: B): Event<B> {
  const origin = { source: 'k8s.audit', partition: 0, offset: 0, index: 0 };
  return { id: JSON.stringify(body), cluster, observedAt: 0, observedAtNanos: 0, origin, body };
}

function covered(cluster: string, from: number, until: number): Event {
  const nothing = { reporter: '', lost: 0, lostSource: '', counts: [] };
  return made(cluster, { kind: 'FeedStatus', feed: 'audit', from, until, ...nothing });
}

function watermark(
  cluster: string,
  completeUntil: number,
  policyOffset: number,
  auditSource = 'k8s.audit/0',
): Event {
  return made(cluster, { kind: 'Watermark', auditSource, completeUntil, policyOffset, assumed: false });
}

function change(index: number): ChangeEvent {
  const event = CHANGES[index];
  if (event === undefined) throw new RangeError(`no change ${index}`);
  return of('prod', event);
}

/** Flows to the cart, which the late change concerns. */
function flowsTo(app: string): readonly FlowEvent[] {
  return FLOWS.map((flow) => of('prod', flow)).filter(({ body }) => body.destination.workload === app);
}

const snapshot = SNAPSHOT.map((event) => of('prod', event));

describe('what was read of the policy log', () => {
  it('alters nothing before somebody takes it in', async () => {
    const { policyLog } = follow(await logWith(snapshot));
    await policyLog.caughtUp;
    expect([policyLog.readOffset(), policyLog.policyOffset()]).toEqual([snapshot.length - 1, -1]);
    expect(policyLog.timeline('prod').policies()).toEqual([]);
    policyLog.advance();
    expect(policyLog.policyOffset()).toBe(snapshot.length - 1);
    expect(policyLog.timeline('prod').policies().length).toBe(2);
  });

  it('is taken in up to a given record, that one included, and never back', async () => {
    const { policyLog } = follow(await logWith([...snapshot, change(0), change(1)]));
    await policyLog.caughtUp;
    const first = snapshot.length;
    expect(policyLog.advance(first).policyOffset).toBe(first);
    const known = policyLog.timeline('prod').changes();
    expect(known.filter(({ event }) => event?.body.changeOrigin === 'audit').length).toBe(1);
    expect(policyLog.advance(0).policyOffset).toBe(first);
    expect(policyLog.advance().policyOffset).toBe(first + 1);
  });

  it('tells which verdicts it can concern', async () => {
    const { log, policyLog } = follow(await logWith(snapshot));
    await policyLog.caughtUp;
    policyLog.advance();
    const joiner = policyLog.joiner('prod');
    const before = flowsTo('cart').map((flow) => joiner.join(flow));
    await publish(log, [change(0)]);
    await policyLog.reached(snapshot.length);
    const { alterations, isTouched } = policyLog.advance();
    expect([...alterations.keys()]).toEqual(['prod']);
    expect(before.filter((verdict) => isTouched(traceOf(verdict))).length).toBeGreaterThan(0);
    const again = before.map(({ event }) => joiner.join(event));
    const differs = again.filter(
      (verdict, index) => verdict.decision.declared !== before[index]?.decision.declared,
    );
    expect(differs.every((verdict) => isTouched(traceOf(verdict)))).toBe(true);
    expect(differs.length).toBeGreaterThan(0);
  });

  it('concerns no other cluster', async () => {
    const { log, policyLog } = follow(
      await logWith([...snapshot, ...SNAPSHOT.map((event) => of('other', event))]),
    );
    await policyLog.caughtUp;
    policyLog.advance();
    await publish(log, [of('other', change(0))]);
    await policyLog.reached(2 * snapshot.length);
    const { alterations, isTouched } = policyLog.advance();
    expect([...alterations.keys()]).toEqual(['other']);
    const verdicts = flowsTo('cart').map((flow) => policyLog.joiner('prod').join(flow));
    expect(verdicts.some((verdict) => isTouched(traceOf(verdict)))).toBe(false);
  });

  it('says when the audit log was being written', async () => {
    const { policyLog } = follow(
      await logWith([...snapshot, covered('prod', 10, 20), covered('prod', 20, 35)]),
    );
    await policyLog.caughtUp;
    policyLog.advance();
    expect(policyLog.timeline('prod').auditRange()).toEqual({ from: 10, until: 35 });
  });

  it('keeps what Git manifests declare apart from what the cluster holds', async () => {
    const declared = {
      ...change(0),
      id: 'declared',
      body: { ...change(0).body, changeOrigin: 'manifests' as const },
    };
    const { policyLog } = follow(await logWith([declared]));
    await policyLog.caughtUp;
    expect(policyLog.manifests('prod')).toEqual([]);
    policyLog.advance();
    expect(policyLog.manifests('prod').map(({ id }) => id)).toEqual(['declared']);
    expect(policyLog.timeline('prod').policies()).toEqual([]);
  });

  it('is known of clusters that it names; of others there is an empty timeline', async () => {
    const { policyLog } = follow(await logWith(snapshot));
    await policyLog.caughtUp;
    policyLog.advance();
    const [flow] = FLOWS;
    if (flow === undefined) throw new Error('no flow');
    expect(policyLog.joiner('elsewhere').join(of('elsewhere', flow)).confidence).toBe('incomplete');
    expect(policyLog.clusters()).toEqual(['prod']);
  });
});

describe('being caught up', () => {
  it('comes at once when the log is empty', async () => {
    const { policyLog } = follow(await logWith([]));
    await policyLog.caughtUp;
    expect(policyLog.readOffset()).toBe(-1);
  });

  it('is refused where the log has more than one partition, for then it has no order', async () => {
    const { policyLog, failures } = follow(await logWith([], 2));
    await expect(policyLog.caughtUp).rejects.toMatchObject({ code: 'topic-wrong' });
    expect(failures.length).toBe(1);
  });
});

describe('a record of the policy log that cannot be read', () => {
  async function broken(log: Log, bytes: Uint8Array): Promise<void> {
    await log.sender.send({ topic: TOPICS.policyChanges, partition: 0 }, [{ key: null, value: bytes }]);
  }

  it('ends the worker, and whoever waits is told where it stands', async () => {
    const log = await logWith(snapshot);
    await broken(log, new TextEncoder().encode('{}'));
    const { policyLog, failures } = follow(log);
    const offset = snapshot.length;
    await expect(policyLog.caughtUp).rejects.toThrow(`${TOPICS.policyChanges}, offset ${offset}`);
    await expect(policyLog.reached(offset + 1)).rejects.toMatchObject({ code: 'avro-broken' });
    expect(failures).toMatchObject([{ code: 'avro-broken' }]);
  });

  it('is passed over when an operator has given up that very offset', async () => {
    const log = await logWith(snapshot);
    await broken(log, new TextEncoder().encode('{}'));
    await publish(log, [change(0)]);
    const { policyLog } = follow(log, [snapshot.length]);
    await policyLog.caughtUp;
    expect(policyLog.advance().policyOffset).toBe(snapshot.length + 1);
  });

  it('ends the worker also when a newer version has written it, which must not be passed over lightly', async () => {
    const log = await logWith(snapshot);
    const bytes = codec.encode(change(0)).slice();
    bytes.fill(7, 2, 10);
    await broken(log, bytes);
    const { policyLog } = follow(log);
    await expect(policyLog.caughtUp).rejects.toMatchObject({ code: 'schema-unknown' });
  });
});

describe('watermarks', () => {
  it('are believed once the policy log was read so far', async () => {
    const { log, policyLog } = follow(await logWith(snapshot));
    await publish(log, [watermark('prod', 100, snapshot.length)], TOPICS.watermarks);
    await publish(log, [watermark('prod', 50, 0)], TOPICS.watermarks);
    await eventually(() => policyLog.watermarks.of('prod', 0).completeUntil === 50, SOON);
    await publish(log, [change(0)]);
    await policyLog.reached(snapshot.length);
    expect(policyLog.watermarks.of('prod', 0).completeUntil).toBe(100);
  });

  it('settle what is joined only once that is in the timelines', async () => {
    const { log, policyLog } = follow(await logWith(snapshot));
    await publish(log, [watermark('prod', 100, snapshot.length - 1)], TOPICS.watermarks);
    await eventually(() => policyLog.watermarks.of('prod', 0).completeUntil === 100, SOON);
    expect(policyLog.settled.of('prod', 0).completeUntil).toBe(Number.NEGATIVE_INFINITY);
    policyLog.advance();
    expect(policyLog.settled.of('prod', 0).completeUntil).toBe(100);
  });

  it('without a cluster speak for all clusters that their source was heard for', async () => {
    const { log, policyLog } = follow(await logWith(snapshot));
    const marks = [
      watermark('prod', 10, -1),
      watermark('test', 20, -1),
      watermark('other', 30, -1, 'k8s.audit/1'),
      watermark('', 40, -1),
    ];
    await publish(log, marks, TOPICS.watermarks);
    await eventually(() => policyLog.watermarks.of('test', 0).completeUntil === 40, SOON);
    expect(policyLog.watermarks.of('prod', 0).completeUntil).toBe(40);
    expect(policyLog.watermarks.of('other', 0).completeUntil).toBe(30);
    expect(policyLog.watermarks.of('', 0).feed).toBe('absent');
  });

  it('that are broken are passed over: the next one says it all', async () => {
    const log = await logWith(snapshot);
    await log.sender.send({ topic: TOPICS.watermarks, partition: 0 }, [
      { key: null, value: new Uint8Array([1, 2, 3]) },
      { key: null, value: null },
    ]);
    const { policyLog } = follow(log);
    await publish(log, [watermark('prod', 10, -1)], TOPICS.watermarks);
    await policyLog.caughtUp;
    await eventually(() => policyLog.watermarks.of('prod', 0).feed !== 'absent', SOON);
    expect(policyLog.watermarks.of('prod', 0).completeUntil).toBe(10);
  });
});
