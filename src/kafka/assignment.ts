// Which member of a group reads which partition, decided by the member that leads it. Sticky: a partition moves
// only where balance asks for it, since whoever takes one over reads its open block again. Pure; every leader
// comes to the same answer from the same claims.
import type { TopicPartition } from './log.ts';
import { byPlace, nameOf } from './place.ts';

export interface Claim {
  readonly memberId: string;
  readonly topics: readonly string[];
  /** What it read when it was last assigned something, in `generation`. */
  readonly owned: readonly TopicPartition[];
  readonly generation: number;
}

interface Share {
  readonly memberId: string;
  readonly all: TopicPartition[];
}

/**
 * Each topic is spread over the members that ask for it so that their numbers of partitions differ by one at
 * most; who gets one more is who has fewer in all. Of two that claim a partition the later generation has it.
 * @param partitionCounts by topic
 * @returns by member id, sorted; every member is named
 */
export function assign(
  claims: readonly Claim[],
  partitionCounts: ReadonlyMap<string, number>,
): ReadonlyMap<string, readonly TopicPartition[]> {
  const members = [...claims].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));
  const owners = ownersOf(members);
  const shares = new Map(members.map(({ memberId }) => [memberId, { memberId, all: [] } satisfies Share]));
  for (const topic of [...partitionCounts.keys()].sort()) {
    const asking = members.filter(({ topics }) => topics.includes(topic));
    const takers = asking.flatMap(({ memberId }) => shares.get(memberId) ?? []);
    if (takers.length > 0) spread({ topic, count: partitionCounts.get(topic) ?? 0 }, takers, owners);
  }
  return new Map([...shares].map(([memberId, { all }]) => [memberId, all.sort(byPlace)]));
}

function ownersOf(members: readonly Claim[]): ReadonlyMap<string, string> {
  const owners = new Map<string, Claim>();
  for (const claim of members)
    for (const place of claim.owned) {
      const known = owners.get(nameOf(place));
      if (known === undefined || known.generation < claim.generation) owners.set(nameOf(place), claim);
    }
  return new Map([...owners].map(([name, { memberId }]) => [name, memberId]));
}

function spread(
  { topic, count }: { readonly topic: string; readonly count: number },
  takers: readonly Share[],
  owners: ReadonlyMap<string, string>,
): void {
  const least = Math.floor(count / takers.length);
  let larger = count % takers.length;
  const here = new Map<Share, number>(takers.map((taker) => [taker, 0]));
  const takes = (taker: Share): boolean => {
    const has = here.get(taker) ?? 0;
    return has < least || (has === least && larger > 0);
  };
  const give = (taker: Share, partition: number): void => {
    const has = here.get(taker) ?? 0;
    if (has === least) larger -= 1;
    here.set(taker, has + 1);
    taker.all.push({ topic, partition });
  };
  const free: number[] = [];
  for (let partition = 0; partition < count; partition += 1) {
    const owner = owners.get(nameOf({ topic, partition }));
    const taker = takers.find(({ memberId }) => memberId === owner);
    if (taker !== undefined && takes(taker)) give(taker, partition);
    else free.push(partition);
  }
  for (const partition of free) {
    const taker = neediest(takers.filter(takes), here);
    if (taker !== undefined) give(taker, partition);
  }
}

/** The fewest of this topic, then the fewest in all, then the first. */
function neediest(takers: readonly Share[], here: ReadonlyMap<Share, number>): Share | undefined {
  const weight = (taker: Share): number => (here.get(taker) ?? 0) * 1e6 + taker.all.length;
  return takers.reduce<Share | undefined>(
    (best, taker) => (best === undefined || weight(taker) < weight(best) ? taker : best),
    undefined,
  );
}
