// A policy log in memory, or on a real broker, as the commands that publish meet it.
import type { PolicyTopic } from '../../../src/cli/publish/policyTopic.ts';
import { eventCodec } from '../../../src/codec/eventCodec.ts';
import type { Log } from '../../../src/kafka/log.ts';
import { currentSchema } from '../../codec/schemas.ts';

/** Creates the topic. */
export async function policyTopic(log: Log, topic: string): Promise<PolicyTopic> {
  await log.admin.create([{ topic, partitions: 1, replicationFactor: -1, config: new Map() }]);
  return { log, topic, codec: eventCodec(currentSchema(), []), skipOffsets: new Set() };
}

/** How many records it holds. */
export async function lengthOf({ log, topic }: PolicyTopic): Promise<number> {
  const [place] = await log.admin.offsets(topic);
  return (place?.end ?? 0) - (place?.start ?? 0);
}
