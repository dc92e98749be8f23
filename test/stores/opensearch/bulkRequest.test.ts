import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Document } from '../../../src/documents/document.ts';
import { bulkBody, bulks, halves } from '../../../src/stores/opensearch/bulkRequest.ts';

const anyDocument: fc.Arbitrary<Document> = fc.record({
  _id: fc.stringMatching(/^[0-9a-f]{32}$/),
  _index: fc.constantFrom('netpol-verdicts-2026.11.02', 'netpol-policies'),
  _version: fc.maxSafeNat(),
  fields: fc.dictionary(
    fc.string(),
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '"}\n{', '\ud800'), fc.maxSafeInteger()),
  ),
});

describe('bulk requests', () => {
  test('hold every document once and in order, each in two lines that read back as it was', () => {
    fc.assert(
      fc.property(fc.array(anyDocument), fc.integer({ min: 1, max: 2_000 }), (documents, bulkBytes) => {
        const bodies = [...bulks(documents, { indexPrefix: 'mine-', bulkBytes })].map(bulkBody);
        const lines = bodies
          .join('')
          .split('\n')
          .slice(0, -1)
          .map((line): unknown => JSON.parse(line));
        expect(lines).toEqual(
          documents.flatMap(({ _id, _index, _version, fields }) => [
            {
              index: {
                _index: _index.replace('netpol-', 'mine-'),
                _id,
                version: _version,
                version_type: 'external_gte',
              },
            },
            JSON.parse(JSON.stringify(fields)),
          ]),
        );
      }),
    );
  });

  test('are within their size unless one document alone is longer, and no smaller than they must be', () => {
    fc.assert(
      fc.property(fc.array(anyDocument), fc.integer({ min: 1, max: 2_000 }), (documents, bulkBytes) => {
        const made = [...bulks(documents, { indexPrefix: 'mine-', bulkBytes })];
        const sizes = made.map((lines) => Buffer.byteLength(bulkBody(lines)));
        for (const [index, lines] of made.entries()) {
          if (lines.length > 1) expect(sizes[index]).toBeLessThanOrEqual(bulkBytes);
          const next = made[index + 1]?.[0];
          if (next !== undefined) expect((sizes[index] ?? 0) + next.bytes).toBeGreaterThan(bulkBytes);
        }
      }),
    );
  });

  test('are made one after another, as they are asked for', () => {
    let taken = 0;
    function* endless(): Generator<Document> {
      for (; ; taken += 1) yield { _id: String(taken), _index: 'netpol-policies', _version: 1, fields: {} };
    }
    const made = bulks(endless(), { indexPrefix: 'netpol-', bulkBytes: 1_000 });
    const first = made.next().value ?? [];
    expect(taken).toBe(first.length);
  });

  test('come apart into two halves, neither of them empty', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 2 }), (lines) => {
        const [left, right] = halves(lines);
        expect([...left, ...right]).toEqual(lines);
        expect(Math.abs(left.length - right.length)).toBeLessThanOrEqual(1);
        expect(Math.min(left.length, right.length)).toBeGreaterThan(0);
      }),
    );
  });
});
