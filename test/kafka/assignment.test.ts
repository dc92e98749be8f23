// Partitions are shared evenly, and move only where evenness asks for it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assign, type Claim } from '../../src/kafka/assignment.ts';
import { nameOf } from '../../src/kafka/place.ts';

const counts = fc
  .dictionary(
    fc.constantFrom('hubble.flows', 'k8s.audit', 'netpol.events'),
    fc.integer({ min: 1, max: 20 }),
    { minKeys: 1 },
  )
  .map((all) => new Map(Object.entries(all)));
const size = fc.integer({ min: 1, max: 7 });

function fresh(memberId: string, topics: Iterable<string>): Claim {
  return { memberId, topics: [...topics], owned: [], generation: -1 };
}

function group(members: number, topics: ReadonlyMap<string, number>): Claim[] {
  return Array.from({ length: members }, (_, index) => fresh(`member-${index}`, topics.keys()));
}

/** The members as they claim after an assignment. */
function after(claims: readonly Claim[], topics: ReadonlyMap<string, number>, generation: number): Claim[] {
  const shares = assign(claims, topics);
  return claims.map((claim) => ({ ...claim, owned: shares.get(claim.memberId) ?? [], generation }));
}

function names(claims: readonly Claim[]): string[] {
  return claims.flatMap(({ owned }) => owned.map(nameOf));
}

function all(topics: ReadonlyMap<string, number>): string[] {
  return [...topics].flatMap(([topic, count]) => Array.from({ length: count }, (_, i) => `${topic}/${i}`));
}

/** Each topic evenly over the members. */
function isEven(claims: readonly Claim[], topics: ReadonlyMap<string, number>): boolean {
  return [...topics.keys()].every((topic) => {
    const numbers = claims.map(({ owned }) => owned.filter((place) => place.topic === topic).length);
    return Math.max(...numbers) - Math.min(...numbers) <= 1;
  });
}

describe('an assignment', () => {
  test('gives each partition to one member, each topic evenly', () => {
    fc.assert(
      fc.property(counts, size, (topics, members) => {
        const shared = after(group(members, topics), topics, 1);
        expect(names(shared).sort()).toEqual(all(topics).sort());
        expect(isEven(shared, topics)).toBe(true);
      }),
    );
  });

  test('moves nothing when nobody came or went', () => {
    fc.assert(
      fc.property(counts, size, (topics, members) => {
        const shared = after(group(members, topics), topics, 1);
        expect(after(shared, topics, 2).map(({ owned }) => owned)).toEqual(shared.map(({ owned }) => owned));
      }),
    );
  });

  test('moves only to who joins, when one joins', () => {
    fc.assert(
      fc.property(counts, size, (topics, members) => {
        const before = after(group(members, topics), topics, 1);
        const shared = after([...before, fresh('newcomer', topics.keys())], topics, 2);
        for (const [index, { owned }] of before.entries()) {
          const had = new Set(owned.map(nameOf));
          expect(shared[index]?.owned.map(nameOf).filter((name) => !had.has(name))).toEqual([]);
        }
        expect(isEven(shared, topics)).toBe(true);
      }),
    );
  });

  test('leaves everybody what it had, when one leaves', () => {
    fc.assert(
      fc.property(counts, size, (topics, members) => {
        const before = after(group(members + 1, topics), topics, 1);
        const shared = after(before.slice(1), topics, 2);
        expect(names(shared).sort()).toEqual(all(topics).sort());
        for (const [index, { owned }] of before.slice(1).entries())
          expect(shared[index]?.owned.map(nameOf)).toEqual(expect.arrayContaining(owned.map(nameOf)));
      }),
    );
  });

  test('is the same whoever makes it', () => {
    fc.assert(
      fc.property(counts, size, (topics, members) => {
        const claims = after(group(members, topics), topics, 1);
        expect(assign([...claims].reverse(), topics)).toEqual(assign(claims, topics));
      }),
    );
  });

  test('believes the later of two that claim a partition, and nobody who claims what does not exist', () => {
    const topics = new Map([['t', 2]]);
    const place = { topic: 't', partition: 0 };
    const stale = { memberId: 'a', topics: ['t'], owned: [place], generation: 3 };
    const current = {
      memberId: 'b',
      topics: ['t'],
      owned: [place, { topic: 't', partition: 9 }],
      generation: 4,
    };
    expect(assign([stale, current], topics).get('b')).toEqual([place]);
  });

  test('gives nothing to who does not ask for the topic', () => {
    const shares = assign([fresh('a', ['t']), fresh('b', ['u'])], new Map([['t', 3]]));
    expect([shares.get('a')?.length, shares.get('b')]).toEqual([3, []]);
  });
});
