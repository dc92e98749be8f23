import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  checkPrefix,
  isExpired,
  logicalName,
  readIndexName,
  storedName,
} from '../../../src/stores/opensearch/indexNames.ts';

const DAY_MS = 86_400_000;
const KEPT = { verdicts: 30, rollups: 60, changes: 0, feeds: 1 };

describe('the name of an index', () => {
  test.each([
    ['verdicts-2026.11.02', 'verdicts', Date.UTC(2026, 10, 2), Date.UTC(2026, 10, 3)],
    ['verdicts-2024.02.29', 'verdicts', Date.UTC(2024, 1, 29), Date.UTC(2024, 2, 1)],
    ['rollups-2026.12', 'rollups', Date.UTC(2026, 11, 1), Date.UTC(2027, 0, 1)],
    ['feeds-2026.02', 'feeds', Date.UTC(2026, 1, 1), Date.UTC(2026, 2, 1)],
    ['changes-2026', 'changes', Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1)],
  ])('%s tells its table and the time that it covers', (name, table, fromMs, untilMs) => {
    expect(readIndexName(`mine.${name}`, 'mine.')).toEqual({ table, period: { fromMs, untilMs } });
  });

  test('of the policies covers no time', () => {
    expect(readIndexName('netpol-policies', 'netpol-')).toEqual({ table: 'policies', period: null });
  });

  test.each([
    'netpol-verdicts-2026.11',
    'netpol-verdicts-2026.02.30',
    'netpol-verdicts-2026.11.02-copy',
    'netpol-verdicts',
    'netpol-rollups-2026.11.02',
    'netpol-rollups-2026.13',
    'netpol-changes-20260',
    'netpol-policies-2026',
    'netpol-notes-2026',
    'other-verdicts-2026.11.02',
    'verdicts-2026.11.02',
  ])('%s is none of ours', (name) => {
    expect(readIndexName(name, 'netpol-')).toBe(null);
  });

  test('comes back as it was, whatever the prefix', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,20}$/),
        fc.constantFrom('verdicts-2026.11.02', 'policies'),
        (prefix, rest) => {
          checkPrefix(prefix);
          const stored = storedName(`netpol-${rest}`, prefix);
          expect(stored).toBe(prefix + rest);
          expect(logicalName(stored, prefix)).toBe(`netpol-${rest}`);
        },
      ),
    );
  });

  test.each([
    '',
    '-x',
    '_x',
    '+x',
    'Netpol-',
    'a*',
    'a,b',
    'a/b',
    'a b',
    '.x',
    'a'.repeat(101),
  ])('cannot begin with %j', (prefix) => {
    expect(() => checkPrefix(prefix)).toThrow(/index prefix/);
  });
});

describe('an index', () => {
  const isGone = (name: string, nowMs: number) =>
    isExpired(name, { indexPrefix: 'netpol-', retentionDays: KEPT }, nowMs);

  test('is kept for its days after the last moment that it covers, and not a millisecond longer', () => {
    const end = Date.UTC(2026, 10, 3) + 30 * DAY_MS;
    expect(isGone('netpol-verdicts-2026.11.02', end - 1)).toBe(false);
    expect(isGone('netpol-verdicts-2026.11.02', end)).toBe(true);
    expect(isGone('netpol-rollups-2026.11', Date.UTC(2026, 11, 1) + 60 * DAY_MS)).toBe(true);
  });

  test.each([
    'netpol-changes-1999',
    'netpol-policies',
    'netpol-other-2000.01.01',
    'theirs',
  ])('%s is never expired: its table has no retention, or it is none of ours', (name) => {
    expect(isGone(name, Date.UTC(9999, 0, 1))).toBe(false);
  });
});
