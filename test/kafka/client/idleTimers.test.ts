// An idle connection of kafkajs arms no timers, and a throttled one is still woken.
import RequestQueue from 'kafkajs/src/network/requestQueue/index.js';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { mendIdleTimers } from '../../../src/kafka/client/idleTimers.ts';

const QUIET = { debug: () => {}, warn: () => {} };

describe('the request queue of an idle connection', () => {
  beforeEach(() => {
    mendIdleTimers();
    vi.useFakeTimers();
  });
  afterEach(() => vi.useRealTimers());

  const idle = (): RequestQueue =>
    new RequestQueue({ clientId: 'test', broker: 'test:1', requestTimeout: 1_000, logger: QUIET });

  test('arms no timer, so none for a moment that has passed', () => {
    const queue = idle();
    queue.checkPendingRequests();
    queue.scheduleCheckPendingRequests();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('sends what waits when the broker’s throttling is over, and is idle again', () => {
    const queue = idle();
    const sent: string[] = [];
    queue.maybeThrottle(200);
    const entry = {
      correlationId: 1,
      apiKey: 1,
      apiName: 'Fetch',
      apiVersion: 11,
      resolve: () => {},
      reject: () => {},
    };
    queue.push({ entry, expectResponse: true, sendRequest: () => void sent.push('request') });
    expect([sent, vi.getTimerCount()]).toEqual([[], 1]);
    vi.advanceTimersByTime(250);
    expect([sent, vi.getTimerCount()]).toEqual([['request'], 0]);
  });
});
