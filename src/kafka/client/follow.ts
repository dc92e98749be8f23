// Reading every partition of some topics without a group: brokers need no assignment for a fetch, and so a follower
// needs no group of its own, no rebalance, no rights on groups, and leaves nothing behind. It starts at once.
import type { FollowHandlers, Follower } from '../log.ts';
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
