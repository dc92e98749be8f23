// Whatever a saved query may ask of a store, both engines answer alike.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyScene } from '../queries/engines/anyPart.ts';
import { describeOnServer } from '../stores/opensearch/realServer.ts';
import { bothEngines } from './bothEngines.ts';

describeOnServer('any part', () => {
  const engines = bothEngines();

  test('of any small documents has the same rows in DuckDB and in OpenSearch', async () => {
    await fc.assert(
      fc.asyncProperty(anyScene(), fc.integer({ min: 1, max: 4 }), async ({ documents, parts }, size) => {
        await engines.load(documents);
        for (const part of parts) {
          const wanted = await engines.duckdb(part);
          expect(await engines.openSearch(part), JSON.stringify(part)).toEqual(wanted);
          expect(await engines.inPages(size)(part), JSON.stringify(part)).toEqual(wanted);
        }
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });
});
