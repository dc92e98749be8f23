// Reading every partition of some topics without a group: brokers need no assignment for a fetch, and so a follower
// needs no group of its own, no rebalance, no rights on groups, and leaves nothing behind. It starts at once.
import { Fault } from '../../model/fault.ts';
import type { FollowHandlers, Follower, TopicPartition } from '../log.ts';
import { nameOf } from '../place.ts';
import { extentsOf, placesOf } from './offsets.ts';
import { persist } from './persist.ts';
import { PartitionReader, type ReaderContext } from './reader.ts';

const FETCH_BYTES = 4 * 1024 * 1024;

/** Resolves when the reading has begun. */
export async function follow(
  context: ReaderContext,
  topics: readonly string[],
  handlers: FollowHandlers,
): Promise<Follower> {
  const { brokers, settings, log } = context;
  const stopping = new AbortController();
  const reader = new PartitionReader(context, {
    maxBytes: FETCH_BYTES,
    deliver: (batch) => handlers.batch(batch),
    failed: (cause) => handlers.failed(cause),
    outOfRange: async (place) => {
      const [extent] = await extentsOf(brokers, [place]);
      if (extent !== undefined && place.position < extent.start) return extent.start;
      throw lostItsEnd(place, place.position);
    },
  });
  const known = new Set<string>();
  /** Partitions that were added meanwhile are read from their start, too. */
  const readNew = async (): Promise<void> => {
    const places = topics
      .flatMap((topic) => placesOf(brokers, topic))
      .filter((place) => !known.has(nameOf(place)));
    const extents = await extentsOf(brokers, places);
    for (const place of places) known.add(nameOf(place));
    reader.read(places.map((place, index) => ({ ...place, position: extents[index]?.start ?? 0 })));
  };
  const what = `following ${topics.join(', ')}`;
  const options = { what, attempts: settings.attempts, signal: stopping.signal, settings, log };
  await persist(() => brokers.know(topics), options);
  await persist(readNew, { ...options, mend: (cause) => brokers.mend(cause, null) });
  const watch = setInterval(
    () => void readNew().catch((cause: unknown) => log('debug', what, { cause: String(cause) })),
    settings.metadataMaxAgeMs,
  );
  return {
    async stop() {
      clearInterval(watch);
      stopping.abort();
      await reader.stop();
      brokers.close();
    },
  };
}

function lostItsEnd(place: TopicPartition, position: number): Fault {
  return new Fault(
    'policy-log-lost',
    `${nameOf(place)} ends before offset ${position}, which was read: the topic was made anew or has lost records; ` +
      'start again, and look at the brokers',
  );
}
