// The log over a real Kafka. Nothing is connected before something is asked for. Each reader, the sender and
// the questions have connections of their own: a broker answers one connection's requests in turn, and a
// fetch that waits must not hold up a commit.
import { Brokers } from './brokers.ts';
import { createAdmin } from './admin.ts';
import { follow } from './follow.ts';
import { joinGroup } from './group.ts';
import { readRange } from './range.ts';
import type { ReaderContext } from './reader.ts';
import { createSender } from './sender.ts';
import type { Log } from '../log.ts';
import { KAFKA_DEFAULTS, type KafkaLogger, type KafkaSettings } from '../settings.ts';

/** @param given what is not given is as KAFKA_DEFAULTS say */
export function connectKafka(
  given: Pick<KafkaSettings, 'brokers'> & Partial<KafkaSettings>,
  log: KafkaLogger,
): Log {
  const settings: KafkaSettings = { ...KAFKA_DEFAULTS, ...given };
  const closing = new AbortController();
  const stops = new Set<() => Promise<void>>();
  const context = (): ReaderContext => ({ brokers: new Brokers(settings, log), settings, log });
  const sender = createSender(context());
  const admin = createAdmin(context());
  const ranges = context();

  return {
    sender,
    admin,
    async join(options, handlers) {
      const group = await joinGroup(context(), options, handlers);
      stops.add(() => group.leave());
      return group;
    },
    async follow(topics, handlers) {
      const follower = await follow(context(), topics, handlers);
      stops.add(() => follower.stop());
      return follower;
    },
    range: (at, from, until) => readRange({ ...ranges, signal: closing.signal }, at, from, until),
    async close() {
      closing.abort();
      await Promise.all([...stops].map((stop) => stop()));
      await Promise.all([sender.close(), admin.close()]);
      ranges.brokers.close();
    },
  };
}
