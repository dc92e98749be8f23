// A consumer group in memory: its members, what it committed, and rebalances, one at a time.
import { assign } from '../assignment.ts';
import type { Committed, TopicPartition } from '../log.ts';
import type { Standing } from '../ownership.ts';
import { nameOf } from '../place.ts';
import type { MemoryMember } from './member.ts';
import type { MemoryPartition } from './topic.ts';

export interface MemoryGroup {
  readonly committed: Map<string, Committed>;
  add(member: MemoryMember): Promise<void>;
  remove(member: MemoryMember): Promise<void>;
  /** Everybody joins again, and the partitions are dealt out anew. */
  rebalance(): Promise<void>;
}

export function createGroup(
  partitionOf: (place: TopicPartition) => MemoryPartition | undefined,
  countOf: (topic: string) => number,
): MemoryGroup {
  const committed = new Map<string, Committed>();
  let members: readonly MemoryMember[] = [];
  let generation = 0;
  let last: Promise<void> = Promise.resolve();

  const standing = (place: TopicPartition): Standing => {
    const partition = partitionOf(place);
    return {
      ...place,
      committed: committed.get(nameOf(place)) ?? null,
      start: partition?.start ?? 0,
      end: partition?.end ?? 0,
    };
  };

  const once = async (): Promise<void> => {
    const here = members;
    await Promise.all(here.map((member) => member.halt()));
    generation += 1;
    const topics = new Set(here.flatMap(({ options }) => options.topics));
    const shares = assign(
      here.map((member) => ({
        memberId: member.id,
        topics: member.options.topics,
        owned: member.owned,
        generation: member.generation,
      })),
      new Map([...topics].map((topic) => [topic, countOf(topic)])),
    );
    await Promise.all(
      here.map((member) => member.begin((shares.get(member.id) ?? []).map(standing), generation)),
    );
  };
  const rebalance = (): Promise<void> => {
    last = last.then(once);
    return last;
  };

  return {
    committed,
    rebalance,
    add(member) {
      members = [...members, member];
      return rebalance();
    },
    remove(member) {
      members = members.filter((other) => other !== member);
      return rebalance();
    },
  };
}
