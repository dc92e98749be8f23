// What members of a group tell each other through the coordinator (Kafka's consumer protocol, version 0): each what it
// asks for and what it had, the leader which partitions each gets. What it had is ours to say, as JSON in
// the user data; a member of another make has said nothing, and then nothing is kept for it.
import type Broker from 'kafkajs/src/broker/index.js';
import kafkajs from 'kafkajs';
import { field, number, text } from '../../model/json.ts';
import type { Claim } from '../assignment.ts';
import type { TopicPartition } from '../log.ts';
import { byPlace } from '../place.ts';

/** Two makes of members that do not understand each other must not share a name. */
export const PROTOCOL = 'netpol-drift-sticky';

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;

export function encodeClaim({ topics, owned, generation }: Omit<Claim, 'memberId'>): Buffer {
  const userData = Buffer.from(JSON.stringify({ generation, owned }));
  return MemberMetadata.encode({ version: 0, topics: [...topics], userData });
}

export function decodeClaim({ memberId, memberMetadata }: Broker.GroupMember): Claim {
  const metadata = MemberMetadata.decode(memberMetadata);
  const said = parsed(metadata?.userData ?? Buffer.alloc(0));
  return {
    memberId,
    topics: metadata?.topics ?? [],
    generation: number(field(said, 'generation')) ?? -1,
    owned: placesIn(field(said, 'owned')),
  };
}

export function encodeAssignment(places: readonly TopicPartition[]): Buffer {
  const byTopic = Map.groupBy(places, ({ topic }) => topic);
  const assignment = Object.fromEntries(
    [...byTopic].map(([topic, partitions]) => [topic, partitions.map(({ partition }) => partition)]),
  );
  return MemberAssignment.encode({ version: 0, assignment, userData: Buffer.alloc(0) });
}

/** Sorted. Empty bytes: nothing. */
export function decodeAssignment(bytes: Buffer): TopicPartition[] {
  const assignment = bytes.length === 0 ? {} : (MemberAssignment.decode(bytes)?.assignment ?? {});
  return Object.entries(assignment)
    .flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition })))
    .sort(byPlace);
}

function placesIn(value: unknown): TopicPartition[] {
  if (!Array.isArray(value)) return [];
  return value.map((place: unknown) => ({
    topic: text(field(place, 'topic')),
    partition: number(field(place, 'partition')) ?? -1,
  }));
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
