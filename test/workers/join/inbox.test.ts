import { describe, expect, it } from 'vitest';
import type { Batch, LogRecord } from '../../../src/kafka/log.ts';
import { createInbox } from '../../../src/workers/join/inbox.ts';

function batch(offsets: readonly number[], end: number, release = (): void => {}): Batch {
  const next = (offsets.at(-1) ?? end - 1) + 1;
  const record = (offset: number): LogRecord => ({
    offset,
    appendedAtMs: 0,
    key: null,
    value: null,
    headers: new Map(),
  });
  const records = offsets.map(record);
  return {
    topic: 'events',
    partition: 0,
    records,
    each: () => records,
    release,
    bytes: offsets.length,
    next,
    end,
  };
}

describe('the inbox', () => {
  it('gives the records of all batches in order, each until it is dropped', () => {
    const inbox = createInbox();
    inbox.add(batch([4, 5], 9));
    inbox.add(batch([8], 9));
    const seen: number[] = [];
    for (let next = inbox.next(); next !== undefined; next = inbox.next()) {
      expect(inbox.next()).toBe(next);
      seen.push(next.offset);
      inbox.drop();
    }
    expect(seen).toEqual([4, 5, 8]);
    expect(inbox.isEmpty()).toBe(true);
    expect([inbox.position(), inbox.end()]).toEqual([9, 9]);
  });

  it('releases a batch when the record behind its last one is asked for, and not before', () => {
    const inbox = createInbox();
    const released: string[] = [];
    inbox.add(batch([4, 5], 9, () => released.push('first')));
    inbox.add(batch([], 9, () => released.push('empty')));
    inbox.add(batch([8], 9, () => released.push('last')));
    const seen: string[] = [];
    for (let next = inbox.next(); next !== undefined; next = inbox.next()) {
      inbox.drop();
      seen.push(`${next.offset} ${released.join()}`);
    }
    expect(seen).toEqual(['4 empty', '5 empty', '8 empty,first']);
    expect(released).toEqual(['empty', 'first', 'last']);
  });

  it('stays where it cannot read on, whatever comes behind', () => {
    const inbox = createInbox();
    const damage = new Error('damaged');
    const [whole, behind] = [batch([4, 5], 9), batch([8], 9)];
    inbox.add({
      ...whole,
      *each() {
        yield* whole.records.slice(0, 1);
        throw damage;
      },
    });
    inbox.add(behind);
    expect(inbox.next()?.offset).toBe(4);
    inbox.drop();
    for (let again = 0; again < 2; again += 1) {
      expect(() => inbox.next()).toThrow(damage);
      expect(() => inbox.isEmpty()).toThrow(damage);
      expect(() => inbox.drop()).toThrow(damage);
    }
    expect(inbox.position()).toBe(5);
  });

  it('learns the end of the partition from a batch without records, too', () => {
    const inbox = createInbox();
    inbox.add(batch([], 12));
    expect([inbox.isEmpty(), inbox.position(), inbox.end()]).toEqual([true, null, 12]);
  });

  it('learns the end of a paused partition, which brings no batch, from whoever asks', () => {
    const inbox = createInbox();
    inbox.add(batch([4], 5));
    inbox.noteEnd(70);
    expect(inbox.end()).toBe(70);
  });
});
