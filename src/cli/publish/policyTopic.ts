// The policy log as one who publishes sees it: read from its start to its end, then written behind it. Its one
// partition is kept for ever, so whoever writes looks first at what is there, and sends what is missing.
import type { EventCodec } from '../../codec/eventCodec.ts';
import type { Log } from '../../kafka/log.ts';
import type { ChangeEvent } from '../../model/event.ts';
import { Fault } from '../../model/fault.ts';

export interface PolicyTopic {
  readonly log: Log;
  readonly topic: string;
  readonly codec: EventCodec;
  /** Records that an operator has decided to pass over. */
  readonly skipOffsets: ReadonlySet<number>;
}

const encoder = new TextEncoder();

/**
 * The changes of one cluster, in the order of the log.
 * @throws Fault `topic-missing`, `topic-wrong`, `schema-unknown`, `avro-broken`
 */
export async function* changesIn(
  { log, topic, codec, skipOffsets }: PolicyTopic,
  cluster: string,
): AsyncGenerator<ChangeEvent> {
  const places = await log.admin.offsets(topic);
  const [place] = places;
  if (place === undefined || places.length > 1)
    throw new Fault(
      'topic-wrong',
      `${topic} has ${places.length} partitions, must have 1: see netpol-drift setup`,
    );
  for await (const records of log.range({ topic, partition: 0 }, place.start, place.end))
    for (const { value, offset } of records) {
      if (value === null || skipOffsets.has(offset)) continue;
      const { body, ...rest } = codec.decode(value);
      if (body.kind === 'PolicyChange' && rest.cluster === cluster) yield { ...rest, body };
    }
}

/**
 * Writes them in this order. What was acknowledged before a fault stays: the next run goes on from there.
 * @throws Fault as the sender does
 */
export async function publish(
  { log, topic, codec }: PolicyTopic,
  events: readonly ChangeEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const messages = events.map((event) => ({
    key: encoder.encode(event.cluster),
    value: codec.encode(event),
  }));
  await log.sender.send({ topic, partition: 0 }, messages);
}
