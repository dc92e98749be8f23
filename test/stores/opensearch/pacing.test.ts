// How long to wait, how much at a time, who next.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backoffMs } from '../../../src/stores/opensearch/backoff.ts';
import { afterRequest, fullConcurrency } from '../../../src/stores/opensearch/concurrency.ts';
import { createSlots } from '../../../src/stores/opensearch/slots.ts';

const CALM = new AbortController().signal;

describe('the wait before another try', () => {
  test('is any time between nothing and a bound, which doubles up to half a minute', () => {
    const bounds = [1, 2, 3, 4, 9, 20, 2_000].map((attempt) => backoffMs(attempt, () => 1));
    expect(bounds).toEqual([200, 400, 800, 1_600, 30_000, 30_000, 30_000]);
    expect(backoffMs(5, () => 0)).toBe(0);
    expect(backoffMs(5, () => 0.5)).toBe(1_600);
  });
});

describe('the number of requests at a time', () => {
  test('stays between one and what was set, whatever happens', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32 }), fc.array(fc.boolean()), (max, busy) => {
        let now = fullConcurrency(max);
        for (const one of busy) {
          now = afterRequest(now, one, now.halvings);
          expect(now.limit).toBeGreaterThanOrEqual(1);
          expect(now.limit).toBeLessThanOrEqual(max);
        }
      }),
    );
  });

  test('is halved once for all requests that were under way together', () => {
    const start = fullConcurrency(16);
    const once = afterRequest(start, true, start.halvings);
    expect(once.limit).toBe(8);
    expect(afterRequest(once, true, start.halvings)).toEqual(once);
    expect(afterRequest(once, true, once.halvings).limit).toBe(4);
  });

  test('comes back by about one for each round', () => {
    let now = afterRequest(fullConcurrency(16), true, 0);
    for (let request = 0; request < 8; request += 1) now = afterRequest(now, false, now.halvings);
    expect(Math.floor(now.limit)).toBe(8);
    for (let request = 0; request < 2; request += 1) now = afterRequest(now, false, now.halvings);
    expect(Math.floor(now.limit)).toBe(9);
  });
});

describe('slots', () => {
  test('are never more than the limit, and go to those who asked first', async () => {
    const slots = createSlots(2);
    const order: number[] = [];
    const returns = await Promise.all([slots.take(CALM), slots.take(CALM)]);
    const waiting = [1, 2, 3].map(async (number) => {
      const giveBack = await slots.take(CALM);
      order.push(number);
      giveBack();
    });
    expect(order).toEqual([]);
    returns[0]?.();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
  });

  test('given back twice count once', async () => {
    const slots = createSlots(1);
    const giveBack = await slots.take(CALM);
    giveBack();
    giveBack();
    await slots.take(CALM);
    let isGiven = false;
    void slots.take(CALM).then(() => {
      isGiven = true;
    });
    await Promise.resolve();
    expect(isGiven).toBe(false);
  });

  test('are lent again only when those held are below a lowered limit', async () => {
    const slots = createSlots(3);
    const held = await Promise.all([slots.take(CALM), slots.take(CALM), slots.take(CALM)]);
    slots.setLimit(1);
    let isGiven = false;
    const next = slots.take(CALM).then(() => {
      isGiven = true;
    });
    held[0]?.();
    held[1]?.();
    await Promise.resolve();
    expect(isGiven).toBe(false);
    held[2]?.();
    await next;
    expect(isGiven).toBe(true);
  });

  test('are not waited for any more once the signal is raised, and nobody else waits longer for it', async () => {
    const slots = createSlots(1);
    const giveBack = await slots.take(CALM);
    const stopping = new AbortController();
    const given = slots.take(stopping.signal);
    const patient = slots.take(CALM);
    stopping.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    await expect(slots.take(stopping.signal)).rejects.toThrow('enough');
    giveBack();
    await expect(patient).resolves.toBeTypeOf('function');
  });
});
