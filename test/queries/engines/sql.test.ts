// What the SQL of a part never does: take a value into its text.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { is, type Tally } from '../../../src/queries/catalogue/part.ts';
import { searchBodyOf } from '../../../src/queries/engines/searchBody.ts';
import { sqlOf } from '../../../src/queries/engines/sql.ts';

function tallyWhere(...where: Tally['where']): Tally {
  return {
    kind: 'tally',
    from: 'rollups',
    where,
    by: { cluster: { field: 'orchestrator.cluster.name' } },
    measures: {},
  };
}

test('the text of the SQL is the same whatever the values are; they are bound', () => {
  const plain = sqlOf(tallyWhere(is('subject.namespace', 'shop'))).text;
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      const { text, params } = sqlOf(tallyWhere(is('subject.namespace', value)));
      expect(text).toBe(plain);
      expect(params).toEqual([value]);
    }),
  );
});

test.each([
  ['a field that no document has', { field: 'subject.nam' }],
  ['a list that is not taken apart', { field: 'policy.selecting' }],
  ['a single value taken apart', { field: 'subject.workload', each: true as const }],
  ['steps of what is no time', { field: 'subject.workload', stepMs: 1_000 }],
])('%s cannot be grouped by, in either engine', (_, group) => {
  const tally: Tally = { ...tallyWhere(), by: { group } };
  expect(() => sqlOf(tally)).toThrow(RangeError);
  expect(() => searchBodyOf(tally)).toThrow(RangeError);
});
