// Kafka in this process, for tests: the same contract as over kafkajs, and beside it what a test wants to do to a
// broker: rebalance a group, kill a worker, let retention pass, refuse to write.
//
//   const broker = createMemoryBroker({ now: Date.now });
//   const log = broker.connect();          one for each worker
import type { Fault } from '../../model/fault.ts';
import { messageTooLarge, partitionMissing, refused, topicMissing } from '../faults.ts';
import type { Committed, Log, LogRecord, OutgoingMessage, TopicPartition, TopicSpec } from '../log.ts';
import { nameOf } from '../place.ts';
import { sizeOf } from '../sendQueue.ts';
import { createGroup, type MemoryGroup } from './group.ts';
import type { MemberHome, MemoryMember } from './member.ts';
import { createMemoryLog } from './memoryLog.ts';
import { append, createTopic, type MemoryPartition, type MemoryTopic, trim } from './topic.ts';

/** As a real broker's `offset.metadata.max.bytes`. */
const MAX_METADATA_BYTES = 4096;

export interface MemoryBroker {
  connect(): Log;
  rebalance(groupId: string): Promise<void>;
  /** The worker behind this log is gone without leaving; its groups notice at once. */
  kill(log: Log): Promise<void>;
  /** The worker behind this log was not heard of for too long: its groups go on without it, and it does not know. */
  forget(log: Log): Promise<void>;
  trim(place: TopicPartition, before: number): void;
  records(place: TopicPartition): readonly LogRecord[];
  /** Every write is refused with this from now on; null: written again. */
  refuse(fault: Fault | null): void;
}

/** What a log sees of the broker. */
export interface MemoryServer {
  readonly topics: Map<string, MemoryTopic>;
  readonly groups: Map<string, MemoryGroup>;
  topic(name: string): MemoryTopic;
  create(spec: TopicSpec): void;
  group(id: string): MemoryGroup;
  home(groupId: string): MemberHome;
  write(place: TopicPartition, messages: readonly OutgoingMessage[]): number;
  changed(): Promise<void>;
  wake(): void;
  memberId(): string;
}

export function createMemoryBroker({ now }: { readonly now: () => number }): MemoryBroker {
  let refusal: Fault | null = null;
  const server = createServer(now, () => refusal);
  const members = new Map<Log, Set<MemoryMember>>();

  return {
    connect() {
      const own = new Set<MemoryMember>();
      const log = createMemoryLog(server, own);
      members.set(log, own);
      return log;
    },
    rebalance: (groupId) => server.group(groupId).rebalance(),
    async kill(log) {
      const own = [...(members.get(log) ?? [])];
      for (const member of own) member.kill();
      for (const member of own) await server.group(member.options.groupId).remove(member);
      await log.close();
    },
    async forget(log) {
      const own = [...(members.get(log) ?? [])];
      for (const member of own) member.forget();
      for (const member of own) await server.group(member.options.groupId).remove(member);
    },
    trim: (place, before) => trim(partitionIn(server, place), before),
    records: (place) => [...partitionIn(server, place).records],
    refuse(fault) {
      refusal = fault;
    },
  };
}

function createServer(now: () => number, refusal: () => Fault | null): MemoryServer {
  const topics = new Map<string, MemoryTopic>();
  const groups = new Map<string, MemoryGroup>();
  let change = Promise.withResolvers<void>();
  let joined = 0;
  const partition = ({ topic, partition: index }: TopicPartition): MemoryPartition | undefined =>
    topics.get(topic)?.partitions[index];

  const server: MemoryServer = {
    topics,
    groups,
    topic(name) {
      const topic = topics.get(name);
      if (topic === undefined) throw topicMissing(name);
      return topic;
    },
    create(spec) {
      if (!topics.has(spec.topic)) topics.set(spec.topic, createTopic(spec));
    },
    group(id) {
      const known = groups.get(id);
      if (known !== undefined) return known;
      const group = createGroup(partition, (topic) => topics.get(topic)?.partitions.length ?? 0);
      groups.set(id, group);
      return group;
    },
    home: (groupId) => ({
      partition,
      changed: () => server.changed(),
      wake: () => server.wake(),
      store: (place, committed) => store(server.group(groupId), place, committed),
      left: (member) => server.group(groupId).remove(member),
    }),
    write(place, messages) {
      const fault = refusal();
      if (fault !== null) throw fault;
      const limit = server.topic(place.topic).maxMessageBytes;
      const largest = Math.max(0, ...messages.map((message) => sizeOf([message])));
      if (largest > limit) throw messageTooLarge(place.topic, largest);
      const offset = append(partitionIn(server, place), messages, now());
      server.wake();
      return offset;
    },
    changed: () => change.promise,
    wake() {
      change.resolve();
      change = Promise.withResolvers<void>();
    },
    memberId: () => `member-${String((joined += 1)).padStart(6, '0')}`,
  };
  return server;
}

function partitionIn(server: MemoryServer, place: TopicPartition): MemoryPartition {
  const partition = server.topic(place.topic).partitions[place.partition];
  if (partition === undefined) throw partitionMissing(place);
  return partition;
}

function store(group: MemoryGroup, place: TopicPartition, committed: Committed): void {
  if (Buffer.byteLength(committed.metadata) > MAX_METADATA_BYTES)
    throw refused(`commit of ${nameOf(place)}`, new Error('the metadata is larger than 4,096 bytes'));
  group.committed.set(nameOf(place), committed);
}
