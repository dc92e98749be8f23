// Asks Kafka now and then where the owned partitions end, for the lag: batches tell, too, but a paused partition
// brings none, and it is paused just when it lags.
import { partitionName } from './ownedPartition.ts';
import type { JoinState } from './parts.ts';

const EVERY_MS = 5_000;

/** Until the worker stops. That Kafka does not answer is no news here. @returns what ends it */
export function watchEnds({ parts: { log, settings }, owned }: JoinState): () => void {
  const topic = settings.topics.events;
  const ask = async (): Promise<void> => {
    const ends = await log.admin.offsets(topic).catch(() => []);
    for (const [partition, { end }] of ends.entries())
      owned.get(partitionName({ topic, partition }))?.inbox.noteEnd(end);
  };
  const timer = setInterval(() => void ask(), EVERY_MS).unref();
  return () => clearInterval(timer);
}
