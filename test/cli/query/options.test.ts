// What `query` may be asked, and what it says to the rest.
import { describe, expect, test } from 'vitest';
import { checkQueryOptions, type RawQueryOptions } from '../../../src/cli/query/options.ts';
import { parametersFor } from '../../../src/cli/query/parameters.ts';

const STORE = { store: 'drift.duckdb' };
const END = Date.parse('2026-11-02T12:00:00Z');

const parameters = (raw: RawQueryOptions, usualMs: number | null = null) =>
  parametersFor(checkQueryOptions('changes', { ...STORE, ...raw }, false), END, usualMs);

describe('the span', () => {
  test('counts back from the end', () => {
    expect(parameters({ since: '2h' })).toMatchObject({
      sinceMs: END - 7_200_000,
      untilMs: null,
      asOfMs: END,
    });
    expect(parameters({ since: '1d', until: '2h' })).toMatchObject({
      sinceMs: END - 7_200_000 - 86_400_000,
      untilMs: END - 7_200_000,
      asOfMs: END - 7_200_000,
    });
  });

  test('can be given by days and times', () => {
    expect(parameters({ since: '2026-11-01', until: '2026-11-02T10:00:00+01:00' })).toMatchObject({
      sinceMs: Date.parse('2026-11-01T00:00:00Z'),
      untilMs: Date.parse('2026-11-02T09:00:00Z'),
    });
  });

  test('is all of a file, and the usual one of a server', () => {
    expect(parameters({})).toMatchObject({ sinceMs: null });
    expect(parameters({}, 3_600_000)).toMatchObject({ sinceMs: END - 3_600_000 });
  });
});

test('own parameters are filled in, and may be given', () => {
  const own = (raw: RawQueryOptions) =>
    checkQueryOptions('audited-deny-spikes', { ...STORE, ...raw }, false).own;
  expect(own({})).toEqual({ 'min-count': 20, 'min-ratio': 3, days: 7 });
  expect(own({ minRatio: '1.5', days: '2' })).toEqual({ 'min-count': 20, 'min-ratio': 1.5, days: 2 });
});

test.each<[string, RawQueryOptions, string]>([
  ['broken-by-chang', STORE, 'did you mean broken-by-change'],
  ['xyzzy', STORE, 'there is no such query; (netpol-drift query --list)'],
  ['changes', {}, 'pass --store FILE, or --opensearch URL'],
  ['changes', { ...STORE, opensearch: 'http://b' }, 'one of them is asked'],
  ['changes', { ...STORE, since: 'yesterday' }, 'write 24h, 7d'],
  ['changes', { ...STORE, minRatio: '2' }, '--min-ratio means nothing to changes'],
  ['not-in-force', { ...STORE, since: '1h' }, '--since means nothing to not-in-force'],
  ['audited-deny-spikes', { ...STORE, minRatio: 'x' }, 'expected a number'],
  ['namespace-isolation', STORE, 'needs --namespace'],
  ['changes', { ...STORE, format: 'xml' }, 'one of table, csv, json'],
  ['changes', { ...STORE, limit: '-1' }, 'expected a number'],
])('%s with %j is refused', (name, raw, said) => {
  expect(() => checkQueryOptions(name, raw, false)).toThrow(said);
});

test('nothing need be named where the environment says where OpenSearch is', () => {
  expect(checkQueryOptions('changes', {}, true)).toMatchObject({ store: '', openSearch: '' });
});
