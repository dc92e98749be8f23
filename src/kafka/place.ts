// A partition's name as a key of maps, and the order in which partitions are listed.
import type { TopicPartition } from './log.ts';

/** `topic/partition`: no topic's name holds a slash. */
export function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

export function byPlace(a: TopicPartition, b: TopicPartition): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  return a.partition - b.partition;
}
