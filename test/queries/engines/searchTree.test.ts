// A tally of few groups in one answer of OpenSearch. That the figures are right is for the contract of both engines.
import { describe, expect, test } from 'vitest';
import { is, type Tally } from '../../../src/queries/catalogue/part.ts';
import { readTree, treeBodyOf } from '../../../src/queries/engines/searchTree.ts';

const CLUSTER = { field: 'orchestrator.cluster.name' };
const POLICY = { field: 'policy.responsible', each: true } as const;

const TALLY: Tally = {
  kind: 'tally',
  from: 'rollups',
  where: [is('verdict.observed', 'audited')],
  by: { cluster: CLUSTER, policy: POLICY },
  measures: { verdicts: { kind: 'sum', field: 'count' } },
};

describe('a tally is asked in one search', () => {
  test('when it has few groups of texts', () => {
    expect(treeBodyOf(TALLY)).toHaveProperty('aggs.groups.aggs.groups.aggs.verdicts');
  });

  test('and by steps of time', () => {
    const hour = { field: '@timestamp', stepMs: 3_600_000 };
    expect(treeBodyOf({ ...TALLY, by: { cluster: CLUSTER, hour } })).not.toBeNull();
  });

  test('but not when there would be as many groups on the way as at the end', () => {
    const by = { cluster: CLUSTER, policy: POLICY, a: { field: 'cause.actor' }, b: { field: 'cause.verb' } };
    expect(treeBodyOf({ ...TALLY, by })).toBeNull();
  });

  test.each([
    'destination.port',
    'last_seen',
    'cause.at',
  ])('nor by %s, for which no value stands for a missing one', (field) => {
    expect(treeBodyOf({ ...TALLY, by: { field: { field } } })).toBeNull();
  });

  test('nor by steps of times that cannot be before 1970', () => {
    expect(treeBodyOf({ ...TALLY, by: { hour: { field: 'last_seen', stepMs: 1_000 } } })).toBeNull();
  });

  test('and refuses to take a list for one value', () => {
    const by = { policy: { field: 'policy.responsible' } };
    expect(() => treeBodyOf({ ...TALLY, by })).toThrow(RangeError);
  });
});

describe('an answer', () => {
  test('gives a row for each innermost group; what no document says is null', () => {
    const policies = terms([bucket('', { verdicts: { value: 2 } }), bucket('a', { verdicts: { value: 3 } })]);
    expect(readTree(TALLY, answer(terms([bucket('east', { groups: policies })])))).toEqual([
      { cluster: 'east', policy: null, verdicts: 2 },
      { cluster: 'east', policy: 'a', verdicts: 3 },
    ]);
  });

  test('without any index gives no row', () => {
    expect(readTree(TALLY, { hits: { hits: [] } })).toEqual([]);
  });

  test('counts for nothing when groups were left out of it, however deep', () => {
    const cut = { ...terms([bucket('a', { verdicts: { value: 3 } })]), sum_other_doc_count: 1 };
    expect(readTree(TALLY, answer(cut))).toBeNull();
    expect(readTree(TALLY, answer(terms([bucket('east', { groups: cut })])))).toBeNull();
  });

  test.each([
    ['nothing', null],
    ['a page of a proxy', '<html>'],
    ['groups without an end', answer(terms([bucket('east', {})]))],
  ])('is none when it is %s', (_, told) => {
    expect(readTree(TALLY, told)).toBeNull();
  });
});

function answer(groups: object): object {
  return { hits: { hits: [] }, aggregations: { groups } };
}

function terms(buckets: readonly object[]): object {
  return { doc_count_error_upper_bound: 0, sum_other_doc_count: 0, buckets };
}

function bucket(key: string, below: object): object {
  return { key, doc_count: 1, ...below };
}
