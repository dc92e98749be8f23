// The law that the timeline lives by: its answers follow from the set of its records alone.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChangeEvent } from '../../src/model/event.ts';
import type { TimelineReader } from '../../src/timeline/reader.ts';
import { auditEvents, snapshotOf, timelineOf } from './samples.ts';
import { createServer, type Operation } from './cluster.ts';

const OPERATIONS: readonly Operation[] = ['create', 'spec', 'spec', 'label', 'same', 'delete', 'refused'];
const NAMES = ['web', 'api', 'db'];

function answers(reader: TimelineReader): unknown {
  return {
    changes: reader.changes(),
    policies: reader.policies(),
    shop: reader.versionsFor('shop'),
    cluster: reader.versionsFor(''),
    payments: reader.namespaceLabels('payments'),
    groups: reader.cidrGroupNames().map((name) => reader.cidrGroup(name)),
    config: reader.config(),
    range: reader.auditRange(),
  };
}

/** A number to order by, per record: a permutation. */
function orders(length: number): fc.Arbitrary<readonly number[]> {
  return fc.array(fc.double({ noNaN: true }), { minLength: length, maxLength: length });
}

function permuted(events: readonly ChangeEvent[], order: readonly number[]): readonly ChangeEvent[] {
  return events
    .map((event, index) => ({ event, place: order[index] ?? 0 }))
    .sort((left, right) => left.place - right.place)
    .map(({ event }) => event);
}

const FILES = [
  'requestresponse.jsonl',
  'request.jsonl',
  'metadata.jsonl',
  'webhook-eventlists.jsonl',
  'truncated.jsonl',
  'restored.jsonl',
];

describe('a timeline', () => {
  it.each(FILES)('gives the same answers for %s in any order, with any record twice', (file) => {
    const events = [...snapshotOf('audit-real/snapshot-start.json'), ...auditEvents(`audit-real/${file}`)];
    const expected = answers(timelineOf(events).reader);
    fc.assert(
      fc.property(orders(events.length), fc.subarray([...events]), (order, again) => {
        expect(answers(timelineOf([...permuted(events, order), ...again]).reader)).toEqual(expected);
      }),
      { numRuns: 15 },
    );
  });

  it('gives the same answers whether or not it was asked in between', () => {
    const events = [
      ...snapshotOf('audit-real/snapshot-start.json'),
      ...auditEvents('audit-real/requestresponse.jsonl'),
    ];
    const expected = answers(timelineOf(events).reader);
    fc.assert(
      fc.property(orders(events.length), fc.integer({ min: 1, max: 400 }), (order, every) => {
        const timeline = timelineOf([]);
        permuted(events, order).forEach((event, index) => {
          timeline.add(event);
          if (index % every === 0) timeline.reader.changes();
        });
        expect(answers(timeline.reader)).toEqual(expected);
      }),
      { numRuns: 10 },
    );
  });

  it('knows at every time what an API server had stored, in whatever order its records come', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...OPERATIONS)), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, orders(40), (run, order) => {
        const server = createServer();
        for (const [name, operation] of run) server.run(name, operation);
        const { reader } = timelineOf(permuted(server.events, order));
        const found = reader
          .versionsFor('shop')
          .map(({ ref, uid, generation, from, until }) => ({ ref, uid, generation, from, until }));
        const expected = NAMES.toSorted().flatMap((name) => {
          const rows = server.truth.get(name) ?? [];
          return rows.flatMap(({ from, port, generation, uid }, index) => {
            const until = rows[index + 1]?.from ?? Number.MAX_SAFE_INTEGER;
            return port === null ? [] : [{ ref: `NetworkPolicy/shop/${name}`, uid, generation, from, until }];
          });
        });
        expect(found).toEqual(expected);
      }),
    );
  });

  it('gives every record exactly one change, and takes no attempt for a version', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...OPERATIONS), { minLength: 1, maxLength: 40 }), (run) => {
        const server = createServer();
        for (const operation of run) server.run('web', operation);
        const changes = timelineOf(server.events).reader.changes();
        expect(changes.map(({ event }) => event?.id ?? '').sort()).toEqual(
          server.events.map(({ id }) => id).sort(),
        );
        expect(new Set(changes.map(({ id }) => id)).size).toBe(changes.length);
      }),
    );
  });
});
