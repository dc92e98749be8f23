// A small installation for the repairer to work in: the policy log of the small world, events in blocks of six, an
// owner that closes them knowing as much of the policy log as a test says.
import { JOIN_DEFAULTS } from '../../../src/join/enriched.ts';
import type { TopicSpec } from '../../../src/kafka/log.ts';
import { createMemoryBroker, type MemoryBroker } from '../../../src/kafka/memory/broker.ts';
import type { Body, ChangeEvent, Event, FlowEvent } from '../../../src/model/event.ts';
import { MICROS_PER_HOUR } from '../../../src/model/time.ts';
import type { RepairParts, RepairReason } from '../../../src/workers/repair/parts.ts';
import { groupsOf, topicsOf } from '../../../src/workers/topics.ts';
import { BLOCK_OFFSETS } from '../../properties/blocks/log.ts';
import { createMemoryStore, type MemoryStore } from '../../support/memoryStore.ts';
import { CHANGES, FLOWS, SNAPSHOT } from '../../support/smallWorld.ts';
import { type Owner, takeOwnership } from './owner.ts';
import { codec, type Place, RAW_PER_KEY } from './place.ts';

export const CLUSTER = 'prod';
const HOUR_MS = 3_600_000;
const FIRST_HOUR = 500_000;
const none = new AbortController().signal;

export interface Scene extends Place {
  /** Appends to the policy log. @returns the offset of the last record */
  publish(...events: readonly Event[]): Promise<number>;
  /** Appends flows to an events partition, each with the origin that its place in the raw partition gives it. */
  send(flows: readonly Sent[], partition?: number): Promise<void>;
  /** Says that the audit log is known as far as any flow reaches, and the policy log up to this offset with it. */
  completeUpTo(policyOffset: number): Promise<void>;
  own(): Promise<Owner>;
  parts(own?: Partial<RepairParts>): RepairParts;
  /** The last record of the policy log that is repaired; -1 for none. */
  repairedUpTo(): Promise<number>;
  /** Blocks by outcome and reason, as the metrics were told. */
  readonly mended: readonly { readonly outcome: string; readonly reason: RepairReason }[];
  /** How often a repairer looked for something to do. */
  looks(): number;
}

/** A flow by its index in the small world, and where in its raw partition it stands. */
export interface Sent {
  readonly flow: number;
  readonly raw: number;
}

export interface MemoryScene extends Scene {
  readonly broker: MemoryBroker;
  readonly store: MemoryStore;
  /** The clock of the broker goes on. */
  passHour(): void;
}

export async function createScene(partitions = 1): Promise<MemoryScene> {
  let hour = FIRST_HOUR;
  const broker = createMemoryBroker({ now: () => hour * HOUR_MS });
  const store = createMemoryStore();
  const scene = await sceneAt(
    {
      log: broker.connect(),
      store,
      topics: topicsOf(),
      groups: groupsOf(),
      tuning: { sessionTimeoutMs: 2, bulkTimeoutMs: 3, pollMs: 5, settleMs: 5 },
      soon: { withinMs: 20_000 },
      stored: async () => [...store.documents.values()],
    },
    partitions,
  );
  return {
    ...scene,
    broker,
    store,
    passHour() {
      hour += 1;
    },
  };
}

export async function sceneAt(place: Place, partitions: number): Promise<Scene> {
  const { log, topics, groups } = place;
  let looks = 0;
  const mended: { outcome: string; reason: RepairReason }[] = [];
  await log.admin.create([
    spec(topics.events, partitions),
    spec(topics.policyChanges, 1),
    spec(topics.watermarks, 1),
    spec(topics.deadLetters, 1),
  ]);
  const append = async (topic: string, partition: number, events: readonly Event[]): Promise<number> => {
    const messages = events.map((event) => ({ key: null, value: codec.encode(event) }));
    return (await log.sender.send({ topic, partition }, messages)) + events.length - 1;
  };
  return {
    ...place,
    mended,
    looks: () => looks,
    publish: (...events) => append(topics.policyChanges, 0, events),
    async send(flows, partition = 0) {
      const events = flows.map(({ flow, raw }) => flowAt(flow, partition, raw));
      await append(topics.events, partition, events);
    },
    async completeUpTo(policyOffset) {
      const completeUntil = Math.max(...FLOWS.map(({ observedAt }) => observedAt)) + MICROS_PER_HOUR;
      const told = { auditSource: 'k8s.audit/0', completeUntil, policyOffset, assumed: false };
      await append(topics.watermarks, 0, [eventOf({ kind: 'Watermark', ...told })]);
    },
    own: () => takeOwnership(place, partitions),
    async repairedUpTo() {
      const [committed] = await log.admin.committed(groups.repair, topics.policyChanges);
      return (committed?.offset ?? 0) - 1;
    },
    parts: (own = {}) => ({
      ...partsOf(place),
      metrics: {
        position: () => {
          looks += 1;
        },
        block: (outcome, reason) => {
          mended.push({ outcome, reason });
        },
        written: () => {},
      },
      ...own,
    }),
  };
}

function partsOf({ log, store, topics, groups, tuning }: Place): Omit<RepairParts, 'metrics'> {
  return {
    log,
    store,
    codec,
    nowMs: () => Date.now(),
    logger: () => {},
    signal: none,
    letterOf: ({ document, reason }) => ({
      key: null,
      value: new TextEncoder().encode(JSON.stringify(document.fields)),
      headers: new Map([['reason', reason]]),
    }),
    settings: {
      policyLog: { topics, join: JOIN_DEFAULTS, idleTimeoutMs: 60_000, skipOffsets: new Set() },
      groups,
      blockOffsets: BLOCK_OFFSETS,
      rawPerKey: RAW_PER_KEY,
      ...tuning,
    },
  };
}

function spec(topic: string, partitions: number): TopicSpec {
  const config = new Map([['message.timestamp.type', 'LogAppendTime']]);
  return { topic, partitions, replicationFactor: 1, config };
}

function eventOf<B extends Body>(body: B): Event<B> {
  const origin = { source: 'k8s.audit', partition: 0, offset: 0, index: 0 };
  return { id: JSON.stringify(body), cluster: CLUSTER, observedAt: 0, observedAtNanos: 0, origin, body };
}

/** What the policy log holds first: that the audit log was being written, and the snapshot. */
export function beginning(): readonly Event[] {
  const times = CHANGES.map(({ observedAt }) => observedAt);
  const from = Math.min(...times) - MICROS_PER_HOUR;
  const until = Math.max(...times) + MICROS_PER_HOUR;
  const nothing = { reporter: '', lost: 0, lostSource: '', counts: [] };
  return [
    eventOf({ kind: 'FeedStatus', feed: 'audit', from, until, ...nothing }),
    ...SNAPSHOT.map(inCluster),
  ];
}

export function change(index: number): ChangeEvent {
  const event = CHANGES[index];
  if (event === undefined) throw new RangeError(`no change ${index}`);
  return inCluster(event);
}

function inCluster(event: ChangeEvent): ChangeEvent {
  return { ...event, cluster: CLUSTER };
}

/** Every raw partition feeds one events partition. */
function flowAt(index: number, partition: number, raw: number): FlowEvent {
  const event = FLOWS[index];
  if (event === undefined) throw new RangeError(`no flow ${index}`);
  return { ...event, cluster: CLUSTER, origin: { source: 'hubble.flows', partition, offset: raw, index: 0 } };
}

/** Flows in order, each once: every six fill a block. */
export function inOrder(count: number, first = 0): readonly Sent[] {
  return Array.from({ length: count }, (_, index) => ({ flow: first + index, raw: first + index }));
}

/** Blocks closed as of the snapshot, then changes that concern them, which the owner knows afterwards. */
export async function lateChanges(scene: Scene): Promise<number> {
  const snapshot = await scene.publish(...beginning());
  await scene.send(inOrder(27));
  return changesAfter(scene, snapshot, change(0), change(1), change(4));
}

/** What was sent is written as of `known`, then these changes come, and the owner knows them. @returns the last of them */
export async function changesAfter(
  scene: Scene,
  known: number,
  ...changes: readonly ChangeEvent[]
): Promise<number> {
  const owner = await scene.own();
  await owner.work(known);
  const last = await scene.publish(...changes);
  await owner.work(last);
  await scene.completeUpTo(last);
  return last;
}
