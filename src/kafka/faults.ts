// What goes wrong with Kafka, in words for the person who has to mend it. Each names the thing and the next step.
import { Fault } from '../model/fault.ts';
import type { TopicPartition } from './log.ts';
import { nameOf } from './place.ts';

export function topicMissing(topic: string, cause?: unknown): Fault {
  return new Fault(
    'topic-missing',
    `Kafka has no topic ${topic} (or it is not visible to this user): create it, or run netpol-drift setup`,
    { cause },
  );
}

export function partitionMissing({ topic, partition }: TopicPartition): Fault {
  return new Fault(
    'topic-wrong',
    `topic ${topic} has no partition ${partition}: was it created with fewer? netpol-drift setup says what is wrong`,
  );
}

export function messageTooLarge(topic: string, bytes: number, cause?: unknown): Fault {
  return new Fault(
    'message-too-large',
    `topic ${topic} refuses a message of ${bytes} bytes: raise max.message.bytes of the topic`,
    { cause },
  );
}

export function closed(what: string): Fault {
  return new Fault('kafka-unavailable', `${what}: the connection to Kafka was closed`, { retryable: true });
}

export function unavailable(what: string, cause: unknown): Fault {
  return new Fault('kafka-unavailable', `${what}: ${told(cause)}; is Kafka up, are the addresses right?`, {
    cause,
    retryable: true,
  });
}

export function refused(what: string, cause: unknown): Fault {
  return new Fault('kafka-refused', `${what}: Kafka refuses it: ${told(cause)}`, { cause });
}

/** The log is shorter than what was read of it. */
export function endLost(place: TopicPartition, position: number): Fault {
  return new Fault(
    'topic-wrong',
    `${nameOf(place)} ends before offset ${position}, up to which it was read: the topic was made anew or has lost ` +
      'records; look at the brokers, then start again',
  );
}

/** What a broker sent cannot be decoded; the same bytes would come again. */
export function unreadable(place: TopicPartition, offset: number, cause: unknown): Fault {
  return new Fault(
    'kafka-refused',
    `${nameOf(place)} cannot be read at offset ${offset}: ${told(cause)}; ` +
      'if the record is damaged, move the group past it (kafka-consumer-groups --reset-offsets)',
    { cause },
  );
}

function told(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
