// What the saved queries say about feeds with gaps, unused rules, and policies that are not what they should be.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeStored } from '../../../src/cli/query/judgeStored.ts';
import type { Document } from '../../../src/documents/document.ts';
import { MOST_ROWS } from '../../../src/queries/catalogue/part.ts';
import type { Row } from '../../../src/queries/catalogue/savedQuery.ts';
import { UNUSED_RULES } from '../../../src/queries/catalogue/unusedRules.ts';
import { HANDMADE } from './handmade.ts';
import { NO_PARAMETERS } from './someParameters.ts';
import { type AskedStore, storeAsked } from './storeAsked.ts';

const WEST = { cluster: 'west' };

function ms(time: string): number {
  return Date.parse(`2026-11-02T${time.padStart(5, '0')}:00Z`);
}

function cells(rows: readonly Row[], ...names: readonly string[]): readonly unknown[] {
  return rows.map((row) => names.map((name) => row[name]));
}

/** For the tests of a `describe`. */
function storeFor(documents: readonly Document[]): { readonly rowsOf: AskedStore['rows'] } {
  let store: AskedStore | undefined;
  beforeAll(async () => {
    store = await storeAsked(documents);
  });
  afterAll(() => store?.discard());
  return { rowsOf: async (name, given) => (await store?.rows(name, given)) ?? [] };
}

describe('of the clusters made by hand', () => {
  const { rowsOf } = storeFor(HANDMADE);

  test('a policy that decided nothing under complete flows is unused, since it is as it is', async () => {
    const rows = await rowsOf('unused-policies', WEST);
    expect(cells(rows, 'policy.ref', 'state', 'selected', 'watched_from')).toEqual([
      ['CiliumNetworkPolicy/shop/parts', 'unused', 0, ms('10:00')],
      ['ClusterNetworkPolicy//tiers', 'unused', 0, ms('8:00')],
      ['NetworkPolicy/shop/idle', 'unused', 5, ms('8:00')],
      ['CiliumNetworkPolicy/ops/broken', 'unknown', 0, ms('8:30')],
    ]);
    expect(rows.at(-1)?.['why']).toEqual(['it is not in force: see not-in-force']);
  });

  test('a policy that changed after the last flow has not been watched', async () => {
    const rows = await rowsOf('unused-policies', { ...WEST, untilMs: ms('10:00') });
    expect(
      cells(
        rows.filter(({ state }) => state === 'unknown'),
        'policy.ref',
        'why',
      ),
    ).toContainEqual(['CiliumNetworkPolicy/shop/parts', ['no flows since it is as it is']]);
  });

  test('gaps in the flows of its cluster make it unknown whether a policy is unused', async () => {
    const [row, ...more] = await rowsOf('unused-policies', { cluster: 'east' });
    expect(more).toEqual([]);
    expect(row?.['state']).toBe('unknown');
    expect(row?.['why']).toEqual([
      '312 events lost on node-9',
      '40 lines of flows rejected',
      'no allowed traffic in the flows: the export may hold denials only',
    ]);
  });

  test('what an earlier version did says nothing about the rule in its place; Pass rules are left out', async () => {
    const rows = await rowsOf('unused-rules', WEST);
    expect(cells(rows, 'policy.ref', 'rule')).toEqual([
      ['CiliumNetworkPolicy/shop/parts', 'spec[0].ingress[0]'],
      ['CiliumNetworkPolicy/shop/parts', 'spec[1].egressDeny[0]'],
      ['CiliumNetworkPolicy/shop/parts', 'spec[1].egress[0]'],
      ['ClusterNetworkPolicy//tiers', 'ingress[1]'],
      ['NetworkPolicy/shop/cart', 'ingress[1]'],
      ['NetworkPolicy/shop/cart', 'ingress[2]'],
      ['NetworkPolicy/shop/idle', 'ingress[0]'],
    ]);
  });

  test('who crosses the border of a namespace is told with direction, policies and what nothing stops', async () => {
    const rows = await rowsOf('namespace-isolation', WEST);
    const names = ['border', 'source', 'destination', 'service', 'verdict.observed', 'count', 'unprotected'];
    expect(cells(rows, ...names, 'policy.responsible')).toEqual([
      ['in', 'tools/scanner', 'shop/cart', 'tcp 8080', 'dropped', 7, 0, ['NetworkPolicy/shop/cart']],
      ['out', 'shop/web', 'other/cart', 'tcp 8080', 'forwarded', 3, 0, ['NetworkPolicy/shop/gone']],
      ['out', 'shop/cart', 'tools/proxy', 'tcp 443', 'forwarded', 2, 2, []],
    ]);
  });

  test('a deleted policy that the datapath still goes by is told with the time of its deletion', async () => {
    const rows = await rowsOf('ghost-policies');
    expect(cells(rows, 'drift', 'policy.reported', 'standing', 'policy.deleted_at', 'count')).toEqual([
      ['stale-version', 'NetworkPolicy/shop/gone', 'deleted', ms('9:30'), 3],
    ]);
  });

  test('an invalid policy is not in force, with the reason', async () => {
    expect(cells(await rowsOf('not-in-force'), 'policy.ref', 'policy.problem', 'actor.user')).toEqual([
      ['CiliumNetworkPolicy/ops/broken', 'unknown field toPort', 'bob'],
    ]);
  });

  test('a cluster without any manifest is not called equal to its manifests', async () => {
    expect(
      cells(await rowsOf('manifest-mismatches'), 'orchestrator.cluster.name', 'policy.ref', 'drift'),
    ).toEqual([
      ['east', null, 'unknown'],
      ['west', 'NetworkPolicy/shop/missing', 'not-in-cluster'],
      ['west', 'CiliumNetworkPolicy/ops/broken', 'not-in-manifests'],
    ]);
  });

  test('losses, silence, missing feeds and lost writes are gaps', async () => {
    const rows = await rowsOf('feed-gaps');
    const names = [
      'orchestrator.cluster.name',
      'feed.name',
      'gap',
      'observer.name',
      'feed.from',
      'feed.until',
    ];
    const minutes = rows.map((row) =>
      row['duration_ms'] === null ? null : Number(row['duration_ms']) / 60_000,
    );
    expect(cells(rows, ...names, 'count')).toEqual([
      ['east', 'flows', 'lost', 'node-9', ms('9:00'), ms('9:02'), 312],
      ['east', 'audit', 'missing', null, null, null, 0],
      ['north', 'flows', 'silent', 'node-1', ms('9:00'), ms('10:00'), 0],
      ['north', 'flows', 'silent', 'node-1', ms('11:00'), null, 0],
      ['north', 'audit', 'write', null, ms('9:15'), ms('9:15'), 1],
    ]);
    expect(minutes).toEqual([2, null, 60, 60, null]);
  });

  test('how long a silence must be is the reader’s to say', async () => {
    const silent = async (minutes: number): Promise<number> => {
      const rows = await rowsOf('feed-gaps', { own: { silence: minutes * 60_000 } });
      return rows.filter(({ gap }) => gap === 'silent').length;
    };
    expect(await silent(61)).toBe(0);
    expect(await silent(60)).toBe(2);
  });

  test('rejects have their share of what came from the same place, whether or not they tell a time', async () => {
    const names = ['feed.source', 'reason', 'count', 'share', 'feed.from'];
    expect(cells(await rowsOf('rejects', { sinceMs: ms('9:00') }), ...names)).toEqual([
      ['hubble.flows', 'bad-time', 20, 0.2, ms('8:00')],
      ['hubble.flows', 'not-json', 20, 0.2, null],
    ]);
  });

  test('a reporter is covered from its first event that tells a time', async () => {
    const rows = await rowsOf('feed-coverage', { cluster: 'east' });
    expect(cells(rows, 'observer.name', 'feed.from', 'verdicts', 'rejected', 'lost')).toEqual([
      ['node-9', ms('8:00'), 60, 20, 312],
      [null, null, 0, 20, 0],
    ]);
  });
});

describe('with lines that name no cluster', () => {
  const rejected: Document = {
    _id: 'homeless',
    _index: 'netpol-feeds-2026.11',
    _version: 1,
    fields: {
      '@timestamp': '1970-01-01T00:00:00.000000Z',
      'feed.name': 'flows',
      'feed.source': 'hubble.flows',
      'feed.from': '1970-01-01T00:00:00.000000Z',
      'feed.until': '1970-01-01T00:00:00.000000Z',
      'feed.count_kind': 'rejected:not-json',
      count: 5,
    },
  };
  const { rowsOf } = storeFor([...HANDMADE, rejected]);

  test('they may be of any cluster, and no policy is certain to be unused', async () => {
    const rows = await rowsOf('unused-policies', { ...WEST, sinceMs: ms('9:00') });
    expect(rows.length).toBeGreaterThan(0);
    for (const { why } of rows) expect(why).toContain('5 lines of flows rejected');
  });
});

test('nothing is called unused when more was used than is read at a time', () => {
  const cluster = 'west';
  const decided = Array.from({ length: MOST_ROWS }, (_, index) => ({ cluster, rule: `p#ingress[${index}]` }));
  const policy = {
    'orchestrator.cluster.name': cluster,
    'policy.ref': 'q',
    'policy.spec': { ingress: [{}] },
  };
  const feeds = [{ cluster, from: ms('8:00'), until: ms('12:00') }];
  const seen = { policies: [policy], feeds, passed: [{ cluster }], selected: [], undecided: [] };
  const state = (rows: readonly Row[]): readonly unknown[] => cells(rows, 'rule', 'state');
  expect(state(UNUSED_RULES.rows({ ...seen, decided: [] }, NO_PARAMETERS, judgeStored))).toEqual([
    ['ingress[0]', 'unused'],
  ]);
  expect(state(UNUSED_RULES.rows({ ...seen, decided }, NO_PARAMETERS, judgeStored))).toEqual([
    ['ingress[0]', 'unknown'],
  ]);
});
