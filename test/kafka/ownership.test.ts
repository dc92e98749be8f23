// The books of a group member: what is kept from epoch to epoch, and which commits may still be sent.
import { describe, expect, test } from 'vitest';
import type { Committed } from '../../src/kafka/log.ts';
import { createOwnership, type Ownership, type Standing } from '../../src/kafka/ownership.ts';

const A = { topic: 't', partition: 0 };
const B = { topic: 't', partition: 1 };

function standing(place: typeof A, committed: Committed | null, start = 0, end = 100): Standing {
  return { ...place, committed, start, end };
}

/** Owns A from its start, has read up to 40 and committed 30. */
function owning(): Ownership {
  const books = createOwnership();
  books.begin([standing(A, null)]);
  books.moved(A, 40);
  books.admit(A, { offset: 30, metadata: 'm' }, 1);
  books.acknowledge(A, { offset: 30, metadata: 'm' }, 1);
  return books;
}

describe('a partition that stays', () => {
  test('goes on where it was', () => {
    const { assigned, lost, epoch } = owning().begin([standing(A, { offset: 30, metadata: 'm' })]);
    expect(assigned).toMatchObject([{ ...A, position: 40, kept: true }]);
    expect([lost, epoch]).toEqual([[], 2]);
  });

  test('goes on, too, when the broker has a commit whose answer never came', () => {
    const books = owning();
    books.admit(A, { offset: 35, metadata: 'n' }, 1);
    expect(books.begin([standing(A, { offset: 35, metadata: 'n' })]).assigned).toMatchObject([
      { position: 40, kept: true },
    ]);
  });

  test('begins anew when somebody else has committed it meanwhile, and is told as lost before', () => {
    const { assigned, lost } = owning().begin([standing(A, { offset: 60, metadata: 'other' })]);
    expect(assigned).toMatchObject([{ ...A, position: 60, kept: false }]);
    expect(lost).toEqual([A]);
  });

  test('goes on at the first retained record when retention has passed it', () => {
    const { assigned } = owning().begin([standing(A, { offset: 30, metadata: 'm' }, 80)]);
    expect(assigned).toMatchObject([{ position: 80, kept: true }]);
  });
});

describe('a partition that is new', () => {
  test('begins where it was committed, else with the first retained record', () => {
    const books = createOwnership();
    const { assigned } = books.begin([standing(B, { offset: 7, metadata: '' }, 5), standing(A, null, 5)]);
    expect(assigned.map(({ partition, position, kept }) => [partition, position, kept])).toEqual([
      [0, 5, false],
      [1, 7, false],
    ]);
  });

  test('begins with the first retained record when its commit is beyond the end', () => {
    const { assigned } = createOwnership().begin([standing(A, { offset: 500, metadata: '' }, 5, 100)]);
    expect(assigned).toMatchObject([{ position: 5, committed: { offset: 500 } }]);
  });
});

describe('a partition that is not assigned again', () => {
  test('is lost, and when it comes back it begins where it was committed', () => {
    const books = owning();
    expect(books.begin([standing(B, null)]).lost).toEqual([A]);
    expect(books.position(A)).toBeUndefined();
    expect(books.begin([standing(A, { offset: 30, metadata: 'm' })]).assigned).toMatchObject([
      { position: 30, kept: false },
    ]);
  });
});

describe('a commit', () => {
  test('is refused when it is lower than one of this epoch, but not of the one before', () => {
    const books = owning();
    expect(books.admit(A, { offset: 29, metadata: '' }, 1)).toBe(false);
    expect(books.admit(A, { offset: 30, metadata: 'again' }, 1)).toBe(true);
    books.begin([standing(A, { offset: 30, metadata: 'again' })]);
    expect(books.admit(A, { offset: 29, metadata: '' }, 2)).toBe(true);
  });

  test('is refused of another epoch and of a partition that is not ours', () => {
    const books = owning();
    expect(books.admit(B, { offset: 1, metadata: '' }, 1)).toBe(false);
    books.begin([standing(A, { offset: 30, metadata: 'm' })]);
    expect(books.admit(A, { offset: 50, metadata: '' }, 1)).toBe(false);
  });
});
