// The log of one worker on a broker in memory.
import { closed, partitionMissing } from '../faults.ts';
import type {
  FollowHandlers,
  Follower,
  Log,
  LogAdmin,
  LogRecord,
  OutgoingMessage,
  Sender,
  TopicPartition,
} from '../log.ts';
import { nameOf } from '../place.ts';
import { SendQueue } from '../sendQueue.ts';
import type { MemoryServer } from './broker.ts';
import { MemoryMember } from './member.ts';
import { type MemoryPartition, read } from './topic.ts';

const READ_BYTES = 1024 * 1024;
const SEND_BYTES = 512 * 1024;

/** @param members those of this log, for who wants to kill them */
export function createMemoryLog(server: MemoryServer, members: Set<MemoryMember>): Log {
  const stops = new Set<() => Promise<void>>();
  const sender = createSender(server);
  const partitionsOf = (topic: string): readonly MemoryPartition[] => server.topic(topic).partitions;

  return {
    sender,
    admin: createAdmin(server),
    async join(options, handlers) {
      for (const topic of options.topics) server.topic(topic);
      const home = server.home(options.groupId);
      const member = new MemoryMember(server.memberId(), options, { handlers, home });
      members.add(member);
      stops.add(() => member.leave());
      void server.group(options.groupId).add(member);
      return member;
    },
    async follow(topics, handlers) {
      const follower = follow(server, topics.flatMap(partitionsOf), handlers);
      stops.add(() => follower.stop());
      return follower;
    },
    async *range(at, from, until) {
      const partition = partitionsOf(at.topic)[at.partition];
      if (partition === undefined) throw partitionMissing(at);
      const stop = Math.min(until, partition.end);
      let position = from;
      while (position < stop) {
        const batch = read(partition, position, READ_BYTES);
        if (batch === null) return;
        const records = batch.records.filter(({ offset }: LogRecord) => offset < stop);
        if (records.length > 0) yield records;
        position = batch.next;
      }
    },
    async close() {
      await Promise.all([...stops].map((stop) => stop()));
      await sender.close();
    },
  };
}

function follow(
  server: MemoryServer,
  partitions: readonly MemoryPartition[],
  handlers: FollowHandlers,
): Follower {
  const stopping = new AbortController();
  const { signal } = stopping;
  const positions = new Map(partitions.map((partition) => [partition, partition.start]));
  const deliver = async (): Promise<void> => {
    while (!signal.aborted) {
      const change = server.changed();
      let moved = false;
      for (const [partition, position] of positions) {
        const batch = signal.aborted ? null : read(partition, position, READ_BYTES);
        if (batch === null) continue;
        await handlers.batch(batch);
        positions.set(partition, batch.next);
        moved = true;
      }
      if (!moved && !signal.aborted) await change;
    }
  };
  const running = deliver().catch((cause: unknown) => handlers.failed(cause));
  return {
    async stop() {
      stopping.abort();
      server.wake();
      await running;
    },
  };
}

function createSender(server: MemoryServer): Sender {
  const queues = new Map<string, SendQueue>();
  let isClosed = false;
  const write = async (place: TopicPartition, messages: readonly OutgoingMessage[]): Promise<number> => {
    await Promise.resolve();
    if (isClosed) throw closed(`sending to ${place.topic}`);
    return server.write(place, messages);
  };
  return {
    async send(place, messages) {
      if (server.topic(place.topic).partitions[place.partition] === undefined) throw partitionMissing(place);
      const name = nameOf(place);
      const queue = queues.get(name) ?? new SendQueue((batch) => write(place, batch), SEND_BYTES);
      queues.set(name, queue);
      return queue.send(messages);
    },
    async close() {
      isClosed = true;
    },
  };
}

function createAdmin(server: MemoryServer): LogAdmin {
  return {
    async describe(topic) {
      const known = server.topics.get(topic);
      if (known === undefined) return null;
      const { partitions, replicationFactor, config } = known.spec;
      return { topic, partitions, replicationFactor: Math.max(1, replicationFactor), config };
    },
    async create(topics) {
      for (const spec of topics) server.create(spec);
    },
    partitions: async (topic) => server.topic(topic).partitions.length,
    offsets: async (topic) => server.topic(topic).partitions.map(({ start, end }) => ({ start, end })),
    async committed(groupId, topic) {
      const { committed } = server.group(groupId);
      return server.topic(topic).partitions.map(({ place }) => committed.get(nameOf(place)) ?? null);
    },
  };
}
