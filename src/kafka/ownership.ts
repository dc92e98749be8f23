// What one member of a group owns, from epoch to epoch: which partitions, where each goes on, and which commits
// may still be sent. Both implementations of the log keep their books here. No I/O.
//
//   epoch n     admit(offset) ─▶ send ─▶ acknowledge      position moves with each batch delivered
//   rebalance   begin(what is assigned) ─▶ lost, kept and new partitions of epoch n + 1
//
// A partition is kept when it was ours in the epoch before and nobody committed it since but this member:
// then what was delivered stays delivered. Otherwise somebody may have gone on from there, and it begins anew.
import type { Assigned, Committed, TopicPartition } from './log.ts';
import { byPlace, nameOf } from './place.ts';

/** A partition at the time of its assignment, as the broker tells. */
export interface Standing extends TopicPartition {
  readonly committed: Committed | null;
  /** The first retained offset, and the one that would be written next. */
  readonly start: number;
  readonly end: number;
}

interface Owned {
  readonly place: TopicPartition;
  position: number;
  /** What the broker has, as far as is known, and what it may have: a commit whose answer never came. */
  committed: Committed | null;
  attempted: Committed | null;
  /** The highest offset that this epoch has tried to commit. */
  highest: number;
}

export interface Turnover {
  readonly lost: readonly TopicPartition[];
  readonly assigned: readonly Assigned[];
  readonly epoch: number;
}

export interface Ownership {
  epoch(): number;
  places(): readonly TopicPartition[];
  /** Where a partition goes on; undefined when it is not ours. */
  position(place: TopicPartition): number | undefined;
  moved(place: TopicPartition, position: number): void;
  /** Begins the next epoch; both lists sorted. */
  begin(standings: readonly Standing[]): Turnover;
  /** Whether a commit may be sent; counts as tried from then on. */
  admit(place: TopicPartition, committed: Committed, epoch: number): boolean;
  acknowledge(place: TopicPartition, committed: Committed, epoch: number): void;
}

export function createOwnership(): Ownership {
  let epoch = 0;
  let owned = new Map<string, Owned>();
  const ours = (place: TopicPartition, of: number): Owned | undefined =>
    of === epoch ? owned.get(nameOf(place)) : undefined;

  return {
    epoch: () => epoch,
    places: () => [...owned.values()].map(({ place }) => place),
    position: (place) => owned.get(nameOf(place))?.position,
    moved(place, position) {
      const here = owned.get(nameOf(place));
      if (here !== undefined) here.position = position;
    },
    begin(standings) {
      const before = owned;
      const sorted = [...standings].sort(byPlace);
      const assigned = sorted.map((standing) => assignedOf(standing, before.get(nameOf(standing))));
      owned = new Map(assigned.map((partition) => [nameOf(partition), ownedOf(partition)]));
      epoch += 1;
      const lost = [...before.values()]
        .map(({ place }) => place)
        .filter((place) => !owned.has(nameOf(place)));
      const restarted = assigned.filter((partition) => !partition.kept && before.has(nameOf(partition)));
      return { lost: [...lost, ...restarted.map(placeOf)].sort(byPlace), assigned, epoch };
    },
    admit(place, committed, of) {
      const here = ours(place, of);
      if (here === undefined || committed.offset < here.highest) return false;
      here.highest = committed.offset;
      here.attempted = committed;
      return true;
    },
    acknowledge(place, committed, of) {
      const here = ours(place, of);
      if (here !== undefined) here.committed = committed;
    },
  };
}

function assignedOf(standing: Standing, before: Owned | undefined): Assigned {
  const { topic, partition, committed, start, end } = standing;
  const kept =
    before !== undefined && (same(committed, before.committed) || same(committed, before.attempted));
  const asked = kept ? before.position : (committed?.offset ?? start);
  // Beyond the end: the topic was made anew. Before the start: retention has passed over it.
  const position = asked < start || asked > end ? start : asked;
  return { topic, partition, position, committed, end, kept };
}

function ownedOf(partition: Assigned): Owned {
  const { position, committed } = partition;
  return { place: placeOf(partition), position, committed, attempted: committed, highest: 0 };
}

function placeOf({ topic, partition }: TopicPartition): TopicPartition {
  return { topic, partition };
}

function same(a: Committed | null, b: Committed | null): boolean {
  return a?.offset === b?.offset && a?.metadata === b?.metadata;
}
