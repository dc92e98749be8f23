// Trying again ends with success, with what cannot heal, after all tries, or when nobody wants it any more.
import { describe, expect, test } from 'vitest';
import { delayMs, persist } from '../../../src/kafka/client/persist.ts';
import { topicMissing } from '../../../src/kafka/faults.ts';

const settings = { firstRetryMs: 1, maxRetryMs: 2 };

function trying(attempts: number, signal = new AbortController().signal) {
  const lines: string[] = [];
  return {
    lines,
    options: {
      what: 'a test',
      attempts,
      signal,
      settings,
      log: (_: string, message: string) => void lines.push(message),
    },
  };
}

describe('trying again', () => {
  test('ends with the first success, having mended before each repetition', async () => {
    const events: string[] = [];
    const { options } = trying(Infinity);
    const work = async () => {
      events.push('work');
      if (events.length < 4) throw new Error('not yet');
      return events.length;
    };
    const mend = async () => {
      events.push('mend');
      throw new Error('cannot mend, either');
    };
    expect(await persist(work, { ...options, mend })).toBe(5);
    expect(events).toEqual(['work', 'mend', 'work', 'mend', 'work']);
  });

  test('ends at once with what cannot heal', async () => {
    const fault = topicMissing('t');
    let calls = 0;
    const work = async () => {
      calls += 1;
      throw fault;
    };
    await expect(persist(work, trying(5).options)).rejects.toBe(fault);
    expect(calls).toBe(1);
  });

  test('ends after all tries with a fault that may heal later and keeps the cause', async () => {
    const cause = new Error('no answer');
    let calls = 0;
    const work = async () => {
      calls += 1;
      throw cause;
    };
    await expect(persist(work, trying(3).options)).rejects.toMatchObject({
      code: 'kafka-unavailable',
      retryable: true,
      cause,
    });
    expect(calls).toBe(3);
  });

  test('ends while it waits when nobody wants it any more', async () => {
    const wanted = new AbortController();
    const { options } = trying(Infinity, wanted.signal);
    const work = async () => {
      wanted.abort();
      throw new Error('not yet');
    };
    const slow = { ...options, settings: { firstRetryMs: 3_600_000, maxRetryMs: 3_600_000 } };
    await expect(persist(work, slow)).rejects.toMatchObject({ code: 'kafka-unavailable' });
  });

  test('tells of the first trouble, not of each', async () => {
    const { options, lines } = trying(8);
    await expect(persist(() => Promise.reject(new Error('no')), options)).rejects.toThrow('no');
    expect(lines).toEqual(['a test: trying again']);
  });
});

describe('the pause between two tries', () => {
  test('grows to its maximum and is never less than half of what it may be', () => {
    const longer = { firstRetryMs: 300, maxRetryMs: 5_000 };
    for (const [attempt, full] of [
      [1, 300],
      [3, 1_200],
      [5, 4_800],
      [9, 5_000],
      [5_000, 5_000],
    ] as const) {
      const delay = delayMs(attempt, longer);
      expect(delay).toBeGreaterThanOrEqual(full / 2);
      expect(delay).toBeLessThanOrEqual(full);
    }
  });
});
