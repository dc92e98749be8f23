import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../../src/documents/document.ts';
import { TABLE_NAMES, TABLES } from '../../../src/documents/fields.ts';
import { exportNdjson } from '../../../src/stores/duckdb/ndjson.ts';
import { openStore } from '../../../src/stores/duckdb/store.ts';
import { documentsOf } from '../../arbitraries/documents.ts';
import { document, memoryStore, textOf } from './workplace.ts';

/** What must stand in the end, by the plain rule: of each id the highest version, the last among equals. */
function standing(documents: readonly Document[]): readonly Document[] {
  const byId = new Map<string, Document>();
  for (const each of documents)
    if (each._version >= (byId.get(each._id)?._version ?? 0)) byId.set(each._id, each);
  return [...byId.values()].sort((one, other) =>
    Buffer.compare(Buffer.from(one._id), Buffer.from(other._id)),
  );
}

function parsedLines(text: string): readonly unknown[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line): unknown => JSON.parse(line));
}

describe('the export of a table', () => {
  test.each(TABLE_NAMES)('of %s gives back the documents that stand, sorted by id', async (table) => {
    await fc.assert(
      fc.asyncProperty(documentsOf(table), fc.nat({ max: 12 }), async (documents, cut) => {
        const store = await openStore({ path: null });
        await store.append(table, documents.slice(0, cut));
        await store.flush();
        await store.append(table, documents.slice(cut));
        const lines = parsedLines(await textOf(exportNdjson(store, table, 2)));
        expect(lines).toEqual(standing(documents).map(({ fields, ...keys }) => ({ ...keys, ...fields })));
        store.discard();
      }),
      { numRuns: 15 },
    );
  });

  test('names the keys in the order of the catalogue, whatever order the document had', async () => {
    const store = await memoryStore();
    const reversed = TABLES.feeds
      .filter((field) => field.type === 'keyword')
      .toReversed()
      .map((field) => [field.name, 'x'] as const);
    await store.append('feeds', [document('a', 7, Object.fromEntries(reversed))]);
    const [line] = parsedLines(await textOf(exportNdjson(store, 'feeds')));
    expect(Object.keys(line ?? {})).toEqual([
      '_id',
      '_index',
      '_version',
      ...reversed.toReversed().map(([name]) => name),
    ]);
  });

  test('of an empty table is nothing', async () => {
    expect(await textOf(exportNdjson(await memoryStore(), 'changes'))).toBe('');
  });

  test('comes in pieces that end with whole lines', async () => {
    const store = await memoryStore();
    await store.append(
      'rollups',
      Array.from({ length: 20_000 }, (_, index) => document(`id-${index}`, 1, { count: index })),
    );
    const pieces: string[] = [];
    for await (const piece of exportNdjson(store, 'rollups')) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.every((piece) => piece.endsWith('}\n'))).toBe(true);
    expect(parsedLines(pieces.join(''))).toHaveLength(20_000);
  });
});
