import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRoutes, partitionOf } from '../../../src/workers/normalise/routes.ts';
import { verdictOf } from '../../normalise/exporterLine.ts';
import { verdictLine } from './rawRecords.ts';

const decoder = new TextDecoder();

describe('the partition of an event', () => {
  test('is FNV-1a over the UTF-16 code units of its key, as another program computes it', () => {
    expect(['', 'a', 'prod\nnode-1\nshop/cart', 'prød\nnøde\n/'].map((key) => partitionOf(key, 12))).toEqual([
      1, 4, 3, 11,
    ]);
  });

  test('lies among the partitions there are', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 1_000 }), (key, partitions) => {
        const partition = partitionOf(key, partitions);
        expect(partition).toBeGreaterThanOrEqual(0);
        expect(partition).toBeLessThan(partitions);
      }),
    );
  });

  test('spreads nodes over all partitions', () => {
    const used = new Set(
      Array.from({ length: 200 }, (_, node) => partitionOf(`prod\nnode-${node}\nshop/web`, 12)),
    );
    expect(used.size).toBe(12);
  });

  test('is that of the subject: what another pod of the workload is asked goes to the same', () => {
    const route = createRoutes(1_000);
    const denied = verdictOf(verdictLine());
    const again = verdictOf(verdictLine({ source: { namespace: 'other', pod_name: 'x' }, uuid: 'another' }));
    expect(route({ cluster: 'prod', body: again })).toEqual(route({ cluster: 'prod', body: denied }));
    expect(decoder.decode(route({ cluster: 'prod', body: denied }).key)).toBe('prod\nnode-1\nshop/cart');
  });
});
