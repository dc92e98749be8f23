import { describe, expect, test } from 'vitest';
import { beginningAt, committedAt } from '../../../src/workers/normalise/resumption.ts';

const AT = { topic: 'hubble.flows', partition: 3, kept: false };

describe('a new owner', () => {
  test('begins where reading begins when nothing was committed', () => {
    expect(beginningAt({ ...AT, position: 12, end: 20, committed: null })).toEqual({
      from: 12,
      sentBefore: 12,
      missed: 0,
    });
  });

  test('counts from the committed offset and sends from where the last one was acknowledged', () => {
    const committed = committedAt(2_048, 3_000);
    expect(beginningAt({ ...AT, position: 2_048, end: 4_000, committed })).toEqual({
      from: 2_048,
      sentBefore: 3_000,
      missed: 0,
    });
  });

  test('sends everything from the committed offset on when the text beside it is not ours', () => {
    const committed = { offset: 2_048, metadata: 'set by hand' };
    expect(beginningAt({ ...AT, position: 2_048, end: 4_000, committed }).sentBefore).toBe(2_048);
  });

  test('counts only what is new where the head of the chunk has left Kafka', () => {
    const committed = committedAt(2_048, 3_000);
    expect(beginningAt({ ...AT, position: 2_900, end: 4_000, committed })).toEqual({
      from: 3_000,
      sentBefore: 3_000,
      missed: 0,
    });
  });

  test('tells how many records left Kafka unread', () => {
    const committed = committedAt(2_048, 3_000);
    expect(beginningAt({ ...AT, position: 3_100, end: 4_000, committed })).toEqual({
      from: 3_100,
      sentBefore: 3_100,
      missed: 100,
    });
  });

  test('refuses a topic that was made anew: all of it would pass for copies', () => {
    const committed = committedAt(2_048, 3_000);
    expect(() => beginningAt({ ...AT, position: 0, end: 10, committed })).toThrow(/made anew/);
  });
});
