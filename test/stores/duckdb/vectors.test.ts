import { DuckDBTimestampNanosecondsValue, DuckDBTimestampValue, listValue } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import { columnsOf } from '../../../src/stores/duckdb/columns.ts';
import { createTable } from '../../../src/stores/duckdb/tables.ts';
import { layoutOf, vectorsOf } from '../../../src/stores/duckdb/vectors.ts';
import { document } from './workplace.ts';

const columns = columnsOf('rollups');
const layout = layoutOf(columns);

/** What one document gives for one column. */
function cell(column: string, fields: Parameters<typeof document>[2]): unknown {
  const index = columns.findIndex((each) => each.name === column);
  return vectorsOf(layout, [document('a', 1, fields)])[index]?.[0];
}

describe('vectors', () => {
  test('are as many as columns, each as long as the documents are many', () => {
    const vectors = vectorsOf(layout, [document('a'), document('b', 2), document('c', 3)]);
    expect(vectors).toHaveLength(columns.length);
    expect(new Set(vectors.map((vector) => vector.length))).toEqual(new Set([3]));
    expect(vectors.slice(0, 3)).toEqual([
      ['a', 'b', 'c'],
      ['netpol-rollups-2026.11', 'netpol-rollups-2026.11', 'netpol-rollups-2026.11'],
      [1n, 2n, 3n],
    ]);
  });

  test('hold null where a document has no such field', () => {
    expect(cell('count', {})).toBeNull();
  });

  test('tell an empty list from none', () => {
    expect(cell('drift', { drift: [] })).toEqual(listValue([]));
    expect(cell('drift', {})).toBeNull();
  });

  test('count times in microseconds or nanoseconds since 1970, as the field says', () => {
    expect(cell('window.start', { 'window.start': '1970-01-01T00:00:01Z' })).toEqual(
      new DuckDBTimestampValue(1_000_000n),
    );
    expect(cell('first_seen', { first_seen: '1970-01-01T00:00:01.000000007Z' })).toEqual(
      new DuckDBTimestampNanosecondsValue(1_000_000_007n),
    );
  });

  test('never take a field from the prototype of a document', () => {
    const inherited: Parameters<typeof document>[2] = Object.create({ count: 5 });
    expect(cell('count', inherited)).toBeNull();
  });
});

test('names and comments with quotes cannot end their own quoting', () => {
  const statements = createTable('verdicts').join('\n');
  expect(statements).toContain(`"@timestamp" TIMESTAMP_NS`);
  expect(statements).toContain(`IS 'Hubble''s uuid, else a hash of the event.'`);
});
