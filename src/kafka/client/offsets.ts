// Where partitions begin and end, and what a group has committed of them (Kafka protocol, ListOffsets, OffsetFetch).
import type Broker from 'kafkajs/src/broker/index.js';
import type { Committed, TopicPartition } from '../log.ts';
import { endLost } from '../faults.ts';
import { nameOf } from '../place.ts';
import type { Brokers } from './brokers.ts';
import type { FetchFrom } from './fetchAnswer.ts';
import { READ_COMMITTED, READ_UNCOMMITTED } from './clusterOptions.ts';

/** The words of the protocol for "the first retained" and "the next to be written". */
const EARLIEST = -2;
const LATEST = -1;

export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** In the order of `places`. */
export async function extentsOf(brokers: Brokers, places: readonly TopicPartition[]): Promise<Extent[]> {
  return Promise.all(
    places.map(async (place) => {
      const broker = await brokers.leading(place);
      const start = await offsetAt(broker, place, { timestamp: EARLIEST, isolationLevel: READ_UNCOMMITTED });
      const end = await offsetAt(broker, place, { timestamp: LATEST, isolationLevel: READ_UNCOMMITTED });
      return { start, end };
    }),
  );
}

/**
 * Where to go on when a position is not in the log any more.
 * @returns the first offset that is retained after it
 * @throws Fault `topic-wrong` when the log ends before it: what was read is not what it holds; what heals
 */
export async function retainedAfter(brokers: Brokers, place: FetchFrom): Promise<number> {
  const [extent] = await extentsOf(brokers, [place]);
  if (extent === undefined) throw new Error(`no offsets of ${nameOf(place)}`);
  if (place.position < extent.start) return extent.start;
  if (place.position > extent.end) throw endLost(place, place.position);
  throw new Error(`${nameOf(place)} has offset ${place.position} after all: its leader has altered`);
}

/** Up to where a partition can be read now: before the first transaction that is open, if there is one. */
export async function readableEnd(brokers: Brokers, place: TopicPartition): Promise<number> {
  const broker = await brokers.leading(place);
  return offsetAt(broker, place, { timestamp: LATEST, isolationLevel: READ_COMMITTED });
}

/** In the order of `places`; null where the group has none. */
export async function committedOf(
  coordinator: Broker,
  groupId: string,
  places: readonly TopicPartition[],
): Promise<(Committed | null)[]> {
  const byTopic = Map.groupBy(places, ({ topic }) => topic);
  const topics = [...byTopic].map(([topic, partitions]) => ({
    topic,
    partitions: partitions.map(({ partition }) => ({ partition })),
  }));
  const { responses } =
    topics.length === 0 ? { responses: [] } : await coordinator.offsetFetch({ groupId, topics });
  const found = new Map(
    responses.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset, metadata }): [string, Committed | null] => [
        nameOf({ topic, partition }),
        Number(offset) < 0 ? null : { offset: Number(offset), metadata: metadata ?? '' },
      ]),
    ),
  );
  return places.map((place) => found.get(nameOf(place)) ?? null);
}

/** All partitions of a known topic. */
export function placesOf(brokers: Brokers, topic: string): TopicPartition[] {
  return Array.from({ length: brokers.partitionCount(topic) }, (_, partition) => ({ topic, partition }));
}

async function offsetAt(
  broker: Broker,
  { topic, partition }: TopicPartition,
  { timestamp, isolationLevel }: { readonly timestamp: number; readonly isolationLevel: number },
): Promise<number> {
  const { responses } = await broker.listOffsets({
    isolationLevel,
    topics: [{ topic, partitions: [{ partition, timestamp }] }],
  });
  const offset = responses[0]?.partitions[0]?.offset;
  if (offset === undefined) throw new Error(`no offset of ${topic}/${partition} in the broker's answer`);
  return Number(offset);
}
