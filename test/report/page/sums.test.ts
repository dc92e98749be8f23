// What the chosen flows add up to.
import { describe, expect, it } from 'vitest';
import { chosenFlows } from '../../../src/report/page/choose.ts';
import { badnessOf, denialSums, matrixOf, pointsOf, ruleSums } from '../../../src/report/page/sums.ts';
import { EVERYTHING } from '../../../src/report/page/view.ts';
import { data, DENIED, flow } from './rows.ts';

const broken = flow({ ...DENIED, drift: ['denied-by-change'], count: 10, slots: [1, 3], counts: [4, 6] });
const audited = flow({ ...DENIED, observed: 'audited', peer: 'tools', count: 2, slots: [2], counts: [2] });
const through = flow({
  ...DENIED,
  observed: 'forwarded',
  drift: ['not-enforced'],
  peer: 'tools',
  count: 1,
  slots: [0],
  counts: [1],
});
const page = data([flow(), broken, audited, through]);
const chosen = chosenFlows(page, EVERYTHING);

describe('over time', () => {
  it('every slot has a point for every verdict that occurs, and one more closes the areas', () => {
    const points = pointsOf(chosen, page.time);
    expect(points.map(({ observed }) => observed)).toEqual(
      ['forwarded', 'audited', 'dropped'].flatMap((word) => Array.from({ length: 5 }, () => word)),
    );
    expect(points.filter(({ observed }) => observed === 'dropped').map(({ count }) => count)).toEqual([
      0, 4, 0, 6, 6,
    ]);
  });
});

describe('between namespaces', () => {
  const { cells, subjects, peers } = matrixOf(chosen);

  it('a cell says how much there was and how bad the worst', () => {
    expect(cells.get('shop')?.get('shop')).toEqual({ count: 12, worst: 'broken', worstCount: 10 });
    expect(cells.get('shop')?.get('tools')).toEqual({ count: 3, worst: 'hole', worstCount: 1 });
  });

  it('the worst stand first', () => {
    expect({ subjects, peers }).toEqual({ subjects: ['shop'], peers: ['tools', 'shop'] });
  });

  it.each([
    [{ drift: ['propagating'] }, 'fine'],
    [{ drift: ['newly-allowed'] }, 'opened'],
    [{ drift: ['stale-version', 'not-enforced'] }, 'hole'],
    [{ declared: 'unknown' }, 'unknown'],
    [DENIED, 'denied'],
  ])('%o is %s', (fields, badness) => {
    expect(badnessOf(flow(fields))).toBe(badness);
  });
});

describe('by what decided', () => {
  it('each policy that switched on a default deny has all of its denials, and none has what went otherwise', () => {
    const sums = ruleSums(chosen, page.rules).map(({ rule, allowed, denied, audited }) => [
      rule.ref,
      allowed,
      denied,
      audited,
    ]);
    expect(sums).toEqual([
      ['NetworkPolicy/shop/cart#ingress[0]', 2, 0, 0],
      ['NetworkPolicy/shop/cart', 0, 10, 2],
      ['NetworkPolicy/shop/all', 0, 10, 2],
    ]);
  });

  it('denials that the same policies share are one row', () => {
    expect(denialSums(chosen, page.rules)).toMatchObject([
      { dropped: 10, audited: 2, talks: 1, ends: ['shop/cart'] },
    ]);
  });
});
