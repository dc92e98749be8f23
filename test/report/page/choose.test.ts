// Which rows a choice leaves, and how many verdicts of each.
import { describe, expect, it } from 'vitest';
import { chosenChanges, chosenFlows, chosenSlots } from '../../../src/report/page/choose.ts';
import { parseView } from '../../../src/report/page/view.ts';
import { change, data, DENIED, flow, START_MS } from './rows.ts';

const denied = flow({
  ...DENIED,
  drift: ['denied-by-change'],
  cause: 'c1',
  slots: [1, 3],
  counts: [4, 6],
  count: 10,
});
const audited = flow({
  ...DENIED,
  observed: 'audited',
  still: 'denied',
  peer: 'tools',
  talk: 'tools/scan → shop/cart',
  slots: [2],
  counts: [2],
});
const all = data([flow(), denied, audited]);

function counts(hash: string): readonly number[] {
  return chosenFlows(all, parseView(hash)).map(({ count }) => count);
}

describe('flows are chosen', () => {
  it.each([
    ['', [2, 10, 2]],
    ['#observed=dropped', [10]],
    ['#observed=dropped&observed=audited', [10, 2]],
    ['#observed=dropped&peer=tools', []],
    ['#drift=denied-by-change&cause=c1', [10]],
    ['#still=denied', [2]],
    ['#policy=NetworkPolicy/shop/all', [10, 2]],
    ['#rule=NetworkPolicy/shop/cart%23ingress[0]', [2]],
    ['#together=NetworkPolicy/shop/cart%20NetworkPolicy/shop/all', [10, 2]],
    ['#words=TOOLS%20tcp', [2]],
    ['#words=tcp%208080%20default', [10, 2]],
    ['#subject=__proto__', []],
  ])('by %s', (hash, expected) => {
    expect(counts(hash)).toEqual(expected);
  });

  it('with the verdicts of the chosen time only, by whole slots', () => {
    expect(counts('#from=2026-11-02T08:05:00Z&until=2026-11-02T08:10:00Z')).toEqual([1, 4]);
    expect(counts('#from=2026-11-02T08:11:00Z')).toEqual([6, 2]);
    expect(counts('#until=2026-11-02T08:04:00Z')).toEqual([1]);
  });

  it('from the first slot to the last when the time lies outside', () => {
    expect(chosenSlots(all.time, parseView('#from=2020-01-01T00:00:00Z&until=2030-01-01T00:00:00Z'))).toEqual(
      [0, 3],
    );
  });
});

describe('changes are chosen', () => {
  const changes = [
    change({
      id: 'c2',
      atMs: START_MS + 600_000,
      who: 'bob',
      namespace: 'tools',
      policy: 'NetworkPolicy/tools/x',
      diff: [{ path: 'ingress', before: '8080', after: '9090' }],
    }),
    change({
      id: 'c3',
      atMs: START_MS + 60_000,
      namespace: '',
      policy: 'CiliumClusterwideNetworkPolicy//base',
    }),
    change(),
  ];
  const ids = (hash: string): readonly string[] =>
    chosenChanges(data([], changes), parseView(hash)).map(({ id }) => id);

  it.each([
    ['', ['c2', 'c3', 'c1']],
    ['#cause=c1', ['c1']],
    ['#policy=NetworkPolicy/tools/x', ['c2']],
    ['#subject=shop', ['c3', 'c1']],
    ['#from=2026-11-02T08:05:00Z', ['c2']],
    ['#until=2026-11-02T08:05:00Z', ['c3', 'c1']],
    ['#words=bob%209090', ['c2']],
    ['#observed=dropped', ['c2', 'c3', 'c1']],
  ])('by %s', (hash, expected) => {
    expect(ids(hash)).toEqual(expected);
  });
});
