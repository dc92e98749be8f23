// Writing to partitions: for each its own line, one request under way in each, every request for one partition.
// kafkajs's own `send` covers several leaders in one call and resolves without what it never wrote when one
// of them dies meanwhile (tulios/kafkajs#1303); here an answer that does not name the partition is no answer.
import type Broker from 'kafkajs/src/broker/index.js';
import { closed, messageTooLarge } from '../faults.ts';
import type { OutgoingMessage, Sender, TopicPartition } from '../log.ts';
import { nameOf } from '../place.ts';
import { SendQueue, sizeOf } from '../sendQueue.ts';
import { compressionOf } from './codecs.ts';
import { encodeBatch } from './encodeBatch.ts';
import { typeOf } from './failure.ts';
import { persist } from './persist.ts';
import { produce } from './produce.ts';
import type { ReaderContext } from './reader.ts';

export function createSender(context: ReaderContext): Sender {
  const closing = new AbortController();
  const queues = new Map<string, SendQueue>();

  return {
    async send({ topic, partition }, messages) {
      const place = { topic, partition };
      const name = nameOf(place);
      if (closing.signal.aborted) throw closed(`sending to ${name}`);
      const queue =
        queues.get(name) ??
        new SendQueue(
          (batch) => write({ ...context, signal: closing.signal }, place, batch),
          context.settings.sendBatchBytes,
        );
      queues.set(name, queue);
      return queue.send(messages);
    },
    async close() {
      closing.abort();
      for (const [name, queue] of queues) queue.fail(closed(`sending to ${name}`));
      context.brokers.close();
    },
  };
}

function write(
  { brokers, settings, log, signal }: ReaderContext & { readonly signal: AbortSignal },
  place: TopicPartition,
  messages: readonly OutgoingMessage[],
): Promise<number> {
  const encoded = encodeBatch(messages, Date.now(), compressionOf(settings.compression));
  encoded.catch(() => undefined);
  let broker: Broker | null = null;
  const once = async (): Promise<number> => {
    try {
      await brokers.know([place.topic]);
      broker = await brokers.leading(place);
      return await produce(broker, place, await encoded, settings.requestTimeoutMs);
    } catch (cause) {
      throw tooLarge(cause, place, messages) ?? cause;
    }
  };
  return persist(once, {
    what: `sending to ${nameOf(place)}`,
    attempts: Infinity,
    signal,
    settings,
    log,
    mend: (cause) => brokers.mend(cause, broker),
  });
}

function tooLarge(cause: unknown, { topic }: TopicPartition, messages: readonly OutgoingMessage[]) {
  const type = typeOf(cause);
  if (type !== 'MESSAGE_TOO_LARGE' && type !== 'RECORD_LIST_TOO_LARGE') return null;
  return messageTooLarge(topic, Math.max(...messages.map((message) => sizeOf([message]))), cause);
}
