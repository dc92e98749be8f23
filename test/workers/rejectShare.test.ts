import { describe, expect, test } from 'vitest';
import { createRejectShare } from '../../src/workers/rejectShare.ts';

const LIMIT = { maxShare: 0.5, window: 10, atLeast: 4 };

function after(good: number, bad: number, more = 0) {
  const share = createRejectShare<string>(LIMIT, {
    verdict: 'records could not be used',
    reason: (reason, times) => `${reason} (${times})`,
  });
  for (let count = 0; count < good; count += 1) share.add(null);
  for (let count = 0; count < bad; count += 1) share.add('not-json');
  for (let count = 0; count < more; count += 1) share.add(null);
  return share;
}

describe('the share of rejected records', () => {
  test('is too high above its limit, not at it', () => {
    expect(after(5, 5).isTooHigh()).toBe(false);
    expect(after(4, 5).isTooHigh()).toBe(true);
  });

  test('says nothing of a few records', () => {
    expect(after(0, 3).isTooHigh()).toBe(false);
    expect(after(0, 4).isTooHigh()).toBe(true);
  });

  test('forgets what is older than its window', () => {
    expect(after(1_000, 6).isTooHigh()).toBe(true);
    expect(after(0, 1_000, 10).share()).toBe(0);
  });

  test('names counts and reasons, the most frequent first', () => {
    const share = after(1, 2);
    share.add('no-cluster');
    expect(share.words()).toBe('3 of the last 4 records could not be used: not-json (2); no-cluster (1)');
  });
});
