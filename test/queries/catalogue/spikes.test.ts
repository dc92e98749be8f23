// What counts as a spike of audited denies: the floor, the ratio, and what the baseline is made of.
import { describe, expect, test } from 'vitest';
import type { Row } from '../../../src/queries/catalogue/savedQuery.ts';
import { DENIED, rollup } from '../scene.ts';
import { rowsOf } from './sceneAsked.ts';

const POLICY = 'NetworkPolicy/shop/cart';

/** So many audited denials at nine o'clock of a November day. */
function denials(day: number, count: number) {
  const at = `2026-11-${String(day).padStart(2, '0')}T09:05:00.000000Z`;
  return rollup('9:05', {
    ...DENIED,
    '@timestamp': at,
    first_seen: at,
    last_seen: at,
    'verdict.observed': 'audited',
    'policy.responsible': [POLICY],
    count,
  });
}

/** Anything else that was recorded in that hour. */
function traffic(day: number) {
  const at = `2026-11-${String(day).padStart(2, '0')}T09:30:00.000000Z`;
  return rollup('9:30', { '@timestamp': at, first_seen: at, last_seen: at });
}

const NINE = Date.parse('2026-11-09T09:00:00Z');
const TODAY = { sinceMs: NINE + 1_800_000, asOfMs: NINE + 7_200_000 };

async function spikes(rollups: readonly ReturnType<typeof denials>[], own = {}): Promise<readonly Row[]> {
  const parameters = { 'min-count': 20, 'min-ratio': 3, days: 7, ...own };
  return rowsOf({ rollups }, 'audited-deny-spikes', { ...TODAY, own: parameters });
}

describe('an hour with many audited denies', () => {
  test('is a spike when the same hour of earlier days had far fewer', async () => {
    const [row, ...others] = await spikes([denials(9, 60), denials(8, 8), denials(7, 12)]);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      hour: NINE,
      'policy.ref': POLICY,
      count: 60,
      baseline: 10,
      ratio: 6,
      baseline_days: 2,
      complete: true,
    });
  });

  test('is none when they had as many', async () => {
    expect(await spikes([denials(9, 60), denials(8, 30)])).toEqual([]);
    expect(await spikes([denials(9, 60), denials(8, 30)], { 'min-ratio': 2 })).toHaveLength(1);
  });

  test('is none below the floor', async () => {
    expect(await spikes([denials(9, 19), denials(8, 1)])).toEqual([]);
  });

  test('counts days on which nothing was denied, but none on which nothing was recorded', async () => {
    const [row] = await spikes([denials(9, 60), denials(8, 10), traffic(7), traffic(6)]);
    expect(row).toMatchObject({ baseline_days: 3 });
    expect(row?.['baseline']).toBeCloseTo(10 / 3);
  });

  test('has no ratio while there is no baseline', async () => {
    expect(await spikes([denials(9, 60)])).toMatchObject([{ baseline: null, ratio: null, baseline_days: 0 }]);
    expect(await spikes([denials(9, 60), denials(1, 60)])).toMatchObject([{ baseline_days: 0 }]);
  });

  test('has none either where earlier days had no denial at all', async () => {
    expect(await spikes([denials(9, 60), traffic(8)])).toMatchObject([{ baseline: 0, ratio: null }]);
  });

  test('of an earlier day is not told again', async () => {
    expect(await spikes([denials(8, 60), traffic(9)])).toEqual([]);
  });
});
