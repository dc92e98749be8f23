import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openChunk, type ReadRecord, STATUS_INDEX } from '../../../src/workers/normalise/chunk.ts';
import { APPENDED_AT_MS } from './rawRecords.ts';

const PLACE = { topic: 'hubble.flows', partition: 3, feed: 'flows', from: 2_048 } as const;

function trace(cluster: string, reporter: string, micros: number | null): ReadRecord {
  return { outcome: 'ignored', name: 'trace', cluster, reporter, micros };
}

const someRecords = fc.array(
  fc.record({
    outcome: fc.constant('ignored' as const),
    name: fc.constantFrom('trace' as const, 'l7' as const),
    cluster: fc.constantFrom('a', 'b'),
    reporter: fc.constantFrom('node-1', 'node-2', ''),
    micros: fc.option(fc.nat({ max: 1_000 })),
  }),
  { minLength: 1, maxLength: 40 },
);

function told(records: readonly ReadRecord[]) {
  const chunk = openChunk(PLACE);
  for (const record of records) chunk.add(record, APPENDED_AT_MS);
  return chunk.statuses(2_048 + records.length - 1);
}

describe('the figures of a chunk', () => {
  test('count by what became of the records, for each cluster and reporter', () => {
    const [first, second] = told([
      { outcome: 'accepted', name: 'verdict', cluster: 'prod', reporter: 'node-1', micros: 20 },
      trace('prod', 'node-1', 10),
      trace('prod', 'node-1', null),
      { outcome: 'rejected', name: 'not-json', cluster: '', reporter: '', micros: null },
    ]);
    expect(first?.body.counts).toEqual([{ name: 'rejected:not-json', count: 1 }]);
    expect(second).toMatchObject({
      cluster: 'prod',
      origin: { source: 'hubble.flows', partition: 3, offset: 2_051, index: STATUS_INDEX + 1 },
      body: {
        feed: 'flows',
        reporter: 'node-1',
        from: 10,
        until: 20,
        counts: [
          { name: 'ignored:trace', count: 2 },
          { name: 'verdict', count: 1 },
        ],
      },
    });
  });

  test('told again with more records, keep id and time, and count no less', () => {
    fc.assert(
      fc.property(someRecords, fc.nat(), (records, cut) => {
        const early = told(records.slice(0, 1 + (cut % records.length)));
        const late = new Map(told(records).map((status) => [status.id, status]));
        for (const { id, observedAt, body } of early) {
          const now = late.get(id);
          expect(now?.observedAt).toBe(observedAt);
          expect(total(now?.body.counts)).toBeGreaterThanOrEqual(total(body.counts));
        }
      }),
    );
  });

  test('account for every record', () => {
    fc.assert(
      fc.property(someRecords, (records) => {
        expect(total(told(records).flatMap(({ body }) => body.counts))).toBe(records.length);
      }),
    );
  });

  test('of another chunk have other ids', () => {
    const other = openChunk({ ...PLACE, from: 4_096 });
    other.add(trace('a', 'node-1', 1), APPENDED_AT_MS);
    expect(other.statuses(4_096)[0]?.id).not.toBe(told([trace('a', 'node-1', 1)])[0]?.id);
  });

  test('of reporters beyond the limit are one sum that names nobody', () => {
    const chunk = openChunk(PLACE, 2);
    for (const node of ['n1', 'n2', 'n3', 'n4']) chunk.add(trace('prod', node, 1), APPENDED_AT_MS);
    const statuses = chunk.statuses(2_051);
    expect(statuses.map(({ body }) => [body.reporter, total(body.counts)])).toEqual([
      ['', 2],
      ['n1', 1],
      ['n2', 1],
    ]);
  });
});

function total(counts: readonly { readonly count: number }[] = []): number {
  return counts.reduce((sum, { count }) => sum + count, 0);
}
