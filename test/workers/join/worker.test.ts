// The role `join` on a log and a store in memory: what it writes, what it commits, and what happens when it goes.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventCodec } from '../../../src/codec/eventCodec.ts';
import type { Document } from '../../../src/documents/document.ts';
import { JOIN_DEFAULTS } from '../../../src/join/enriched.ts';
import type { Batch, Log, OutgoingMessage } from '../../../src/kafka/log.ts';
import { createMemoryBroker, type MemoryBroker } from '../../../src/kafka/memory/broker.ts';
import type { ChangeEvent, Event, FlowEvent, Watermark } from '../../../src/model/event.ts';
import { Fault } from '../../../src/model/fault.ts';
import { MICROS_PER_MINUTE } from '../../../src/model/time.ts';
import { decodeCommit } from '../../../src/rollup/commitMetadata.ts';
import type { JoinerParts } from '../../../src/workers/join/parts.ts';
import { type RunningJoiner, startJoiner } from '../../../src/workers/join/worker.ts';
import { followPolicyLog } from '../../../src/workers/policyLog/followPolicyLog.ts';
import type { PolicyLog } from '../../../src/workers/policyLog/policyLog.ts';
import { groupsOf, topicsOf } from '../../../src/workers/topics.ts';
import { currentSchema } from '../../codec/schemas.ts';
import { eventually } from '../../support/eventually.ts';
import { createMemoryStore, type MemoryStore } from '../../support/memoryStore.ts';
import { CHANGES, FLOWS, SNAPSHOT } from '../../support/smallWorld.ts';

const codec = eventCodec(currentSchema(), []);
const topics = topicsOf();
const groups = groupsOf();
const RAW = 'hubble.flows';
const BLOCK_OFFSETS = 8;
const SOON = { withinMs: 20_000 };
const FAR = 4_102_444_800_000_000;

interface Worker {
  readonly log: Log;
  readonly policyLog: PolicyLog;
  readonly joiner: RunningJoiner;
}

let broker: MemoryBroker;
let store: MemoryStore;
let outside: Log;
let workers: Worker[];
let copies: number;

beforeEach(async () => {
  broker = createMemoryBroker({ now: Date.now });
  store = createMemoryStore();
  outside = broker.connect();
  workers = [];
  copies = 0;
  const spec = (topic: string, partitions: number) => ({
    topic,
    partitions,
    replicationFactor: 1,
    config: new Map<string, string>(),
  });
  await outside.admin.create([
    spec(RAW, 1),
    spec(topics.events, 2),
    spec(topics.policyChanges, 1),
    spec(topics.watermarks, 1),
    spec(topics.deadLetters, 1),
  ]);
});

afterEach(async () => {
  for (const { joiner, policyLog } of workers) {
    await joiner.stop();
    await policyLog.stop();
  }
});

async function startWorker(
  writesTo: MemoryStore = store,
  {
    log = broker.connect(),
    gateBytes = 1_000_000,
    fetchMaxBytes = 1_000_000,
  }: { readonly log?: Log; readonly gateBytes?: number; readonly fetchMaxBytes?: number } = {},
): Promise<Worker> {
  const policyLog = followPolicyLog({
    log,
    codec,
    settings: { topics, join: JOIN_DEFAULTS, idleTimeoutMs: 60_000, skipOffsets: new Set() },
    nowMs: Date.now,
    logger: () => {},
    failed: () => {},
  });
  const parts: JoinerParts = {
    log,
    store: writesTo,
    policyLog,
    codec,
    nowMs: Date.now,
    logger: () => {},
    metrics: {
      record: (what) => {
        if (what === 'copy') copies += 1;
      },
      joined() {},
      raised() {},
      written() {},
      closed() {},
      committed() {},
    },
    letters: {
      ofRecord: ({ record, reason }) => letter(record.value, reason),
      ofDocument: ({ document, reason }) => letter(Buffer.from(document._id), reason),
    },
    settings: {
      topics,
      groups,
      rawTopics: [RAW],
      blockOffsets: BLOCK_OFFSETS,
      rawPerKey: { any: 1_000, newlyAllowed: 1_000 },
      join: JOIN_DEFAULTS,
      gate: {
        clockSkewMs: JOIN_DEFAULTS.clockSkewMs,
        maxWaitMs: 60_000,
        disorderMs: 5_000,
        heartbeatMs: 1_000,
        bytes: gateBytes,
        clusters: 4,
      },
      flushMs: 100,
      commitMs: 100,
      sessionTimeoutMs: 100,
      bulkTimeoutMs: 100,
      fetchMaxBytes,
      maxOpenRecords: 1_000,
      maxRejectShare: 1,
    },
  };
  const worker = { log, policyLog, joiner: await startJoiner(parts) };
  workers.push(worker);
  return worker;
}

/** Before the first flow. */
const LONG_AGO = Math.min(...FLOWS.map(({ observedAt }) => observedAt)) - MICROS_PER_MINUTE;

/** A log of which the batches with that offset break off there. */
function damagedAt(offset: number, damage: Fault): Log {
  const log = broker.connect();
  const broken = (batch: Batch): Batch => ({
    ...batch,
    *each() {
      for (const record of batch.each()) {
        if (record.offset === offset) throw damage;
        yield record;
      }
    },
  });
  const join: Log['join'] = async (options, handlers) =>
    log.join(options, {
      ...handlers,
      batch: (batch, epoch) => handlers.batch(broken(batch), epoch),
    });
  return { ...log, join };
}

function textOf(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? '').toString();
}

function letter(value: Uint8Array | null, reason: string): OutgoingMessage {
  return { key: null, value, headers: new Map([['reason', reason]]) };
}

/** As the normaliser sends them: origins of one raw partition ascend. */
async function sendFlows(flows: readonly FlowEvent[], firstOrigin: number): Promise<void> {
  for (const [index, event] of flows.entries()) {
    const offset = firstOrigin + index;
    await send(topics.events, offset % 2, {
      ...event,
      origin: { source: RAW, partition: 0, offset, index: 0 },
    });
  }
}

async function send(topic: string, partition: number, event: Event): Promise<void> {
  await outside.sender.send({ topic, partition }, [{ key: null, value: codec.encode(event) }]);
}

async function sendChanges(changes: readonly ChangeEvent[]): Promise<void> {
  for (const change of changes) await send(topics.policyChanges, 0, { ...change, cluster: 'prod' });
}

async function sendWatermark(policyOffset: number, completeUntil = FAR): Promise<void> {
  const body: Watermark = {
    kind: 'Watermark',
    auditSource: 'k8s.audit/0',
    completeUntil,
    policyOffset,
    assumed: false,
  };
  const origin = { source: 'k8s.audit', partition: 0, offset: 0, index: 0 };
  await send(topics.watermarks, 0, {
    id: 'w',
    cluster: 'prod',
    observedAt: completeUntil,
    observedAtNanos: 0,
    origin,
    body,
  });
}

async function everythingKnown(): Promise<void> {
  await sendChanges(SNAPSHOT);
  await sendChanges(CHANGES);
  await sendWatermark(SNAPSHOT.length + CHANGES.length - 1);
}

function rollups(): readonly Document[] {
  return [...store.documents.values()].filter(({ _index }) => _index.startsWith('netpol-rollups'));
}

function counted(): number {
  return rollups().reduce((sum, { fields }) => sum + Number(fields['count']), 0);
}

/** What the rollups counted that were to be written, in the order of the tries. */
function triedCounts(): readonly number[] {
  return store.writes
    .flat()
    .filter(({ _index }) => _index.startsWith('netpol-rollups'))
    .map(({ fields }) => Number(fields['count']));
}

/** All of one rollup key; none is a copy of another. */
function sameAgain(count: number): readonly FlowEvent[] {
  const [flow] = FLOWS;
  if (flow === undefined) throw new Error('the world holds no flows');
  return Array.from({ length: count }, (_, index) => ({ ...flow, id: `${flow.id}-${index}` }));
}

function kill({ log }: Worker): Promise<void> {
  return broker.kill(log);
}

describe('the role join', () => {
  it('counts every verdict once, and commits where a block starts', async () => {
    await everythingKnown();
    await startWorker();
    await sendFlows(FLOWS, 0);
    await eventually(() => {
      expect(counted()).toBe(FLOWS.length);
    }, SOON);
    await eventually(async () => {
      const committed = await outside.admin.committed(groups.join, topics.events);
      expect(committed.map((one) => one?.offset)).toEqual([16, 16]);
      const policyOffset = SNAPSHOT.length + CHANGES.length - 1;
      expect(committed.map((one) => decodeCommit(one?.metadata ?? '')?.policyOffset)).toEqual([
        policyOffset,
        policyOffset,
      ]);
    }, SOON);
  });

  it('waits with a verdict until its watermark has come', async () => {
    await sendChanges(SNAPSHOT);
    const { joiner } = await startWorker();
    await sendFlows(FLOWS.slice(0, 10), 0);
    await eventually(() => {
      expect(joiner.status().waiting.map(({ records }) => records)).toEqual([10]);
    }, SOON);
    expect(counted()).toBe(0);
    await sendWatermark(SNAPSHOT.length - 1);
    await eventually(() => {
      expect(counted()).toBe(10);
    }, SOON);
  });

  it('loses and doubles nothing when it is killed and another one takes over', async () => {
    await everythingKnown();
    const first = await startWorker();
    await sendFlows(FLOWS.slice(0, 25), 0);
    await eventually(() => {
      expect(counted()).toBe(25);
    }, SOON);
    await kill(first);
    await sendFlows(FLOWS.slice(25), 25);
    await startWorker();
    await eventually(() => {
      expect(counted()).toBe(FLOWS.length);
    }, SOON);
  });

  it('writes nothing when it was replaced and does not know', async () => {
    await sendChanges(SNAPSHOT);
    const elsewhere = createMemoryStore();
    const first = await startWorker(elsewhere);
    await sendFlows(FLOWS.slice(0, 10), 0);
    await eventually(() => {
      expect(first.joiner.status().waiting.map(({ records }) => records)).toEqual([10]);
    }, SOON);
    await broker.forget(first.log);
    await sendWatermark(SNAPSHOT.length - 1);
    await eventually(() => {
      expect(first.joiner.status().waiting).toEqual([]);
    }, SOON);
    await startWorker();
    await eventually(() => {
      expect(counted()).toBe(10);
    }, SOON);
    expect(elsewhere.writes).toEqual([]);
  });

  it('knows events that were sent again by their origins, also after a take-over', async () => {
    await everythingKnown();
    const first = await startWorker();
    await sendFlows(FLOWS, 0);
    await eventually(async () => {
      const committed = await outside.admin.committed(groups.join, topics.events);
      expect(committed.map((one) => one?.offset)).toEqual([16, 16]);
    }, SOON);
    await kill(first);
    await sendFlows(FLOWS.slice(10), 10);
    await startWorker();
    await eventually(() => {
      expect(copies).toBe(FLOWS.length - 10);
      expect(counted()).toBe(FLOWS.length);
    }, SOON);
  });

  it('joins again what a change concerns that comes while the block is open', async () => {
    await sendChanges(SNAPSHOT);
    await sendWatermark(SNAPSHOT.length - 1);
    await startWorker();
    await sendFlows(FLOWS, 0);
    await eventually(() => {
      expect(counted()).toBe(FLOWS.length);
    }, SOON);
    const caused = (): number => rollups().filter(({ fields }) => 'cause.change_id' in fields).length;
    expect(caused()).toBe(0);
    await sendChanges(CHANGES);
    await eventually(() => {
      expect(caused()).toBeGreaterThan(0);
    }, SOON);
    expect(counted()).toBe(FLOWS.length);
  });

  it('sets aside what it cannot read, with its bytes, and what the store never takes, and goes on', async () => {
    await everythingKnown();
    store.refuse(({ _index }) => (_index.startsWith('netpol-verdicts') ? 'no such field' : null));
    await startWorker();
    await outside.sender.send({ topic: topics.events, partition: 0 }, [
      { key: null, value: Buffer.from('not Avro') },
    ]);
    await sendFlows(FLOWS, 0);
    await eventually(() => {
      expect(counted()).toBe(FLOWS.length);
      const letters = broker
        .records({ topic: topics.deadLetters, partition: 0 })
        .map(({ headers, value }) => [textOf(headers.get('reason')), textOf(value ?? undefined)] as const);
      expect(new Set(letters.map(([reason]) => reason))).toEqual(new Set(['avro-broken', 'no such field']));
      expect(new Map(letters).get('avro-broken')).toBe('not Avro');
    }, SOON);
  });

  it('sets a refused document aside when it is refused first and as its block ends, not at every write', async () => {
    await everythingKnown();
    store.refuse(({ _index }) => (_index.startsWith('netpol-rollups') ? 'no such field' : null));
    await startWorker();
    for (const [index, flow] of sameAgain(BLOCK_OFFSETS + 1).entries()) {
      await sendFlows([flow], 2 * index);
      await eventually(() => {
        expect(triedCounts().at(-1)).toBe(index < BLOCK_OFFSETS ? index + 1 : 1);
      }, SOON);
    }
    await eventually(async () => {
      const [committed] = await outside.admin.committed(groups.join, topics.events);
      expect(committed?.offset).toBe(BLOCK_OFFSETS);
    }, SOON);
    const letters = broker
      .records({ topic: topics.deadLetters, partition: 0 })
      .map(({ value }) => Buffer.from(value ?? '').toString());
    const perDocument = [...Map.groupBy(letters, (id) => id).values()].map(({ length }) => length);
    expect(perDocument.toSorted((a, b) => a - b)).toEqual([1, 2]);
  });

  it('commits nothing behind a record that cannot be unpacked, whenever it comes to it', async () => {
    const flows = sameAgain(3 * BLOCK_OFFSETS);
    await sendChanges(SNAPSHOT);
    await sendFlows(flows, 0);
    await sendWatermark(SNAPSHOT.length - 1, LONG_AGO);
    const damage = new Fault('kafka-refused', 'damaged');
    // Room for a few: it comes to the damage when the gate lets go, and no batch is being delivered.
    const settings = { gateBytes: 16_000, fetchMaxBytes: 4_000 };
    const worker = await startWorker(store, { log: damagedAt(4, damage), ...settings });
    await eventually(() => {
      expect(worker.joiner.status().waiting).toMatchObject([{ cluster: 'prod' }]);
    }, SOON);
    await sendWatermark(SNAPSHOT.length - 1);
    await expect(worker.joiner.failure).rejects.toBe(damage);
    await worker.joiner.stop();
    const committed = await outside.admin.committed(groups.join, topics.events);
    for (const one of committed) expect(one?.offset ?? 0).toBeLessThanOrEqual(4);
  });

  it('writes and commits what it has when it is stopped, and another one goes on', async () => {
    await everythingKnown();
    const first = await startWorker();
    await sendFlows(FLOWS.slice(0, 20), 0);
    await eventually(() => {
      expect(first.joiner.status().partitions.map(({ records }) => records)).toEqual([10, 10]);
    }, SOON);
    await first.joiner.stop();
    expect(counted()).toBe(20);
    await sendFlows(FLOWS.slice(20), 20);
    await startWorker();
    await eventually(() => {
      expect(counted()).toBe(FLOWS.length);
    }, SOON);
  });
});
