// One fetch request to one broker (Kafka protocol, Fetch version 11, brokers since 2.3).
import type Broker from 'kafkajs/src/broker/index.js';
import fetchRequest from 'kafkajs/src/protocol/requests/fetch/v11/request.js';
import { READ_COMMITTED } from './clusterOptions.ts';
import { type Fetched, fetchedIn, type FetchFrom, throttleMsIn } from './fetchAnswer.ts';
import { within } from './within.ts';

/** For the way there and back, and for what the broker reads from its disk. */
const ON_THE_WAY_MS = 10_000;

export interface FetchLimits {
  /** How long the broker waits for the first byte. */
  readonly waitMs: number;
  readonly maxBytes: number;
  readonly maxPartitionBytes: number;
}

/** A batch that is larger than the limits comes whole, when it is the first. */
export async function fetchFrom(
  broker: Broker,
  places: readonly FetchFrom[],
  { waitMs, maxBytes, maxPartitionBytes }: FetchLimits,
): Promise<readonly Fetched[]> {
  const request = fetchRequest({
    replicaId: -1,
    isolationLevel: READ_COMMITTED,
    maxWaitTime: waitMs,
    minBytes: 1,
    maxBytes,
    topics: places.map(({ topic, partition, position }) => ({
      topic,
      partitions: [{ partition, fetchOffset: position, maxBytes: maxPartitionBytes }],
    })),
  });
  let answer: Buffer = Buffer.alloc(0);
  const sent = broker.connectionPool.send({
    request,
    response: {
      decode: async (bytes: Buffer) => {
        answer = bytes;
        return { clientSideThrottleTime: throttleMsIn(bytes) };
      },
      parse: async (decoded: unknown) => decoded,
    },
  });
  // A broker that is gone without a word would be noticed only after the longer time-out of all requests.
  await within(waitMs + ON_THE_WAY_MS, sent);
  return fetchedIn(answer, places);
}
