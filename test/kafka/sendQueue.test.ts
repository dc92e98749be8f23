// The line before a partition: order, one request at a time, and what a failure takes with it.
import fc from 'fast-check';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { messageTooLarge, unavailable } from '../../src/kafka/faults.ts';
import type { OutgoingMessage } from '../../src/kafka/log.ts';
import { SendQueue, sizeOf } from '../../src/kafka/sendQueue.ts';
import { message, textOf } from '../contract/logHarness.ts';

const ROOM = 1_000;

/** A partition that answers in the next turn, and refuses a request above `limitBytes`. */
function partition(limitBytes = Infinity) {
  const written: (string | null)[] = [];
  const requests: number[] = [];
  let busy = false;
  let trouble: unknown = null;
  const write = async (messages: readonly OutgoingMessage[]): Promise<number> => {
    if (busy) throw new Error('two requests at the same time');
    busy = true;
    await turn();
    busy = false;
    if (trouble !== null) throw trouble;
    if (sizeOf(messages) > limitBytes) throw messageTooLarge('t', sizeOf(messages));
    requests.push(messages.length);
    const first = written.length;
    written.push(...messages.map(({ value }) => textOf(value)));
    return first;
  };
  return { write, written, requests, break: (cause: unknown) => void (trouble = cause) };
}

describe('the line of a partition', () => {
  test('writes everything in the order of the calls, and tells each where it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.string({ maxLength: 400 }))), async (calls) => {
        const { write, written } = partition();
        const queue = new SendQueue(write, ROOM);
        const offsets = await Promise.all(
          calls.map((texts) => queue.send(texts.map((text) => message(text)))),
        );
        expect(written).toEqual(calls.flat());
        for (const [index, texts] of calls.entries())
          expect(written.slice(offsets[index], (offsets[index] ?? 0) + texts.length)).toEqual(texts);
      }),
    );
  });

  test('sends together what waits, as far as it fits', async () => {
    const { write, requests } = partition();
    const queue = new SendQueue(write, 10 * sizeOf([message('x')]));
    await Promise.all(Array.from({ length: 25 }, () => queue.send([message('x')])));
    expect(requests).toEqual([1, 10, 10, 4]);
  });

  test('keeps order where the partition takes less at once than was thought', async () => {
    const { write, written } = partition(3 * sizeOf([message('0')]));
    const queue = new SendQueue(write, ROOM);
    const texts = Array.from({ length: 20 }, (_, index) => String(index % 10));
    await queue.send(texts.map((text) => message(text)));
    expect(written).toEqual(texts);
  });

  test('fails with a call those behind it, and none before it or after that', async () => {
    const { write, written } = partition(200);
    const queue = new SendQueue(write, ROOM);
    const texts = ['a', 'b', 'x'.repeat(300), 'c', 'd'];
    const results = await Promise.allSettled(texts.map((text) => queue.send([message(text)])));
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
    await queue.send([message('e')]);
    expect(written).toEqual(['a', 'b', 'e']);
  });

  test('fails everything that waits with the request that failed', async () => {
    const here = partition();
    const queue = new SendQueue(here.write, ROOM);
    const cause = unavailable('a test', new Error('down'));
    here.break(cause);
    const results = await Promise.allSettled(['a', 'b', 'c'].map((text) => queue.send([message(text)])));
    expect(results).toEqual(['a', 'b', 'c'].map(() => ({ status: 'rejected', reason: cause })));
    here.break(null);
    expect(await queue.send([message('d')])).toBe(0);
    expect(here.written).toEqual(['d']);
  });

  test('when it is given up fails what waits, while the request under way goes on', async () => {
    const { write, written } = partition();
    const queue = new SendQueue(write, ROOM);
    const cause = new Error('given up');
    const sent = ['a', 'b'].map((text) => queue.send([message(text)]));
    queue.fail(cause);
    expect(await Promise.allSettled(sent)).toEqual([
      { status: 'fulfilled', value: 0 },
      { status: 'rejected', reason: cause },
    ]);
    expect(written).toEqual(['a']);
  });
});
