// What the role must know of its topics before it begins: that they are there, how many partitions the events
// have, and how large a message each takes.
import type { LogAdmin, TopicState } from '../../kafka/log.ts';
import { Fault } from '../../model/fault.ts';
import { DEFAULT_MAX_MESSAGE_BYTES } from '../messageBytes.ts';
import type { Topics } from '../topics.ts';
import type { MessageLimits } from './rawPartition.ts';
import type { RawTopic } from './settings.ts';

export interface TopicFacts {
  readonly limits: MessageLimits;
  readonly eventPartitions: number;
  readonly watermarkPartitions: number;
  readonly deadLetterPartitions: number;
}

/**
 * @throws Fault `topic-missing`, and `topic-wrong` for a policy log of several partitions, whose offsets would be
 *   no clock
 */
export async function topicFacts(
  admin: LogAdmin,
  topics: Topics,
  rawTopics: readonly RawTopic[],
): Promise<TopicFacts> {
  for (const { topic } of rawTopics) await admin.partitions(topic);
  const events = await stateOf(admin, topics.events);
  const changes = await stateOf(admin, topics.policyChanges);
  const watermarks = await stateOf(admin, topics.watermarks);
  const deadLetters = await stateOf(admin, topics.deadLetters);
  if (changes.partitions !== 1)
    throw new Fault(
      'topic-wrong',
      `${changes.topic} has ${changes.partitions} partitions and must have one, since its offsets order all changes: delete it and run "netpol-drift setup"`,
    );
  return {
    limits: {
      events: maxMessageBytes(events),
      changes: maxMessageBytes(changes),
      deadLetters: maxMessageBytes(deadLetters),
    },
    eventPartitions: events.partitions,
    watermarkPartitions: watermarks.partitions,
    deadLetterPartitions: deadLetters.partitions,
  };
}

async function stateOf(admin: LogAdmin, topic: string): Promise<TopicState> {
  const state = await admin.describe(topic);
  if (state !== null) return state;
  throw new Fault('topic-missing', `topic ${topic} does not exist: run "netpol-drift setup"`);
}

function maxMessageBytes({ config }: TopicState): number {
  const text = config.get('max.message.bytes') ?? '';
  return /^\d{1,10}$/.test(text) ? Number(text) : DEFAULT_MAX_MESSAGE_BYTES;
}
