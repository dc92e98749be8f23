// Whatever a saved query may ask of a store, both engines answer alike.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TABLES } from '../../src/documents/fields.ts';
import type { Part, PartAnswer, PartRow } from '../../src/queries/catalogue/part.ts';
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
          const wanted = told(part, await engines.duckdb(part));
          expect(told(part, await engines.openSearch(part)), JSON.stringify(part)).toEqual(wanted);
          expect(told(part, await engines.inPages(size)(part)), JSON.stringify(part)).toEqual(wanted);
        }
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });
});

/** Addresses have no order that both engines know: then the rows count, not how they stand. */
function told(part: Part, answer: PartAnswer): PartAnswer {
  if (part.kind === 'listing') return answer;
  const addresses = TABLES[part.from].filter(({ type }) => type === 'ip').map(({ name }) => name);
  if (!Object.values(part.by).some(({ field }) => addresses.includes(field))) return answer;
  const key = (row: PartRow): string => JSON.stringify(row);
  return { ...answer, rows: answer.rows.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)) };
}
