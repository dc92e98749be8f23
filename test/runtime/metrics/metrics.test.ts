// The metrics as Prometheus reads them, and their bound.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBoundedSeries } from '../../../src/runtime/metrics/boundedSeries.ts';
import { METRICS } from '../../../src/runtime/metrics/catalogue.ts';
import { INTAKE } from '../../../src/runtime/metrics/intake.ts';
import { JOINING } from '../../../src/runtime/metrics/joining.ts';
import { createMetrics, type Metrics } from '../../../src/runtime/metrics/metrics.ts';
import { WRITING } from '../../../src/runtime/metrics/writing.ts';

/** The samples of one metric, without comments. */
async function samples(metrics: Metrics, name: string): Promise<readonly string[]> {
  const text = await metrics.exposition();
  return text.split('\n').filter((line) => line.startsWith(name));
}

describe('a counter', () => {
  it('adds up by its labels', async () => {
    const metrics = createMetrics();
    const records = metrics.counter(INTAKE.records);
    records.add({ feed: 'flows', outcome: 'accepted', reason: 'verdict' }, 2);
    records.add({ reason: 'verdict', outcome: 'accepted', feed: 'flows' });
    expect(await samples(metrics, 'netpol_drift_records_total')).toEqual([
      'netpol_drift_records_total{feed="flows",outcome="accepted",reason="verdict"} 3',
    ]);
  });

  it('is the same instrument however often it is asked for', async () => {
    const metrics = createMetrics();
    metrics.counter(JOINING.flushes).add({});
    metrics.counter(JOINING.flushes).add({});
    expect(await samples(metrics, 'netpol_drift_blocks_flushed_total')).toEqual([
      'netpol_drift_blocks_flushed_total 2',
    ]);
  });

  it('keeps a hostile label value inside its quotes', async () => {
    const metrics = createMetrics();
    metrics.counter(JOINING.drifts).add({ cluster: 'a"} 1\nevil 2', namespace: '\\', drift: 'would-deny' });
    expect(await samples(metrics, 'netpol_drift_drift_verdicts_total')).toEqual([
      'netpol_drift_drift_verdicts_total{cluster="a\\"} 1\\nevil 2",namespace="\\\\",drift="would-deny"} 1',
    ]);
  });
});

describe('a gauge', () => {
  it('is asked at each scrape, and forgets what its owner no longer names', async () => {
    const metrics = createMetrics();
    const waiting = new Map([['prod', 4]]);
    metrics
      .gauge(JOINING.gateRecords)
      .from(() => [...waiting].map(([cluster, records]) => [{ cluster }, records] as const));
    expect(await samples(metrics, 'netpol_drift_gate')).toEqual([
      'netpol_drift_gate_waiting_records{cluster="prod"} 4',
    ]);
    waiting.delete('prod');
    expect(await samples(metrics, 'netpol_drift_gate')).toEqual([]);
  });

  it('shows several owners side by side, and not one that has ended', async () => {
    const metrics = createMetrics();
    const gauge = metrics.gauge(JOINING.policyLogRead);
    const end = gauge.from(() => [[{ role: 'join' }, 7]]);
    gauge.from(() => [[{ role: 'repair' }, 5]]);
    expect(await samples(metrics, 'netpol_drift_policy_log_read_offset')).toHaveLength(2);
    end();
    expect(await samples(metrics, 'netpol_drift_policy_log_read_offset')).toEqual([
      'netpol_drift_policy_log_read_offset{role="repair"} 5',
    ]);
  });

  it('leaves out what is no number', async () => {
    const metrics = createMetrics();
    metrics
      .gauge(JOINING.watermark)
      .from(() => [[{ cluster: 'prod', belief: 'complete' }, Number.NEGATIVE_INFINITY]]);
    expect(await samples(metrics, 'netpol_drift_watermark')).toEqual([]);
  });

  it('folds by what it means: the lag of many partitions is a sum, the oldest watermark the least', async () => {
    const metrics = createMetrics(1);
    metrics
      .gauge(INTAKE.lag)
      .from(() => ['0', '1', '2'].map((partition) => [{ role: 'join', topic: 'e', partition }, 10] as const));
    metrics.gauge(JOINING.watermark).from(() => [
      [{ cluster: 'a', belief: 'proven' }, 30],
      [{ cluster: 'b', belief: 'proven' }, 20],
      [{ cluster: 'c', belief: 'proven' }, 10],
    ]);
    expect(await samples(metrics, 'netpol_drift_lag')).toContain(
      'netpol_drift_lag_records{role="join",topic="e",partition="other"} 20',
    );
    expect(await samples(metrics, 'netpol_drift_watermark')).toContain(
      'netpol_drift_watermark_timestamp_seconds{cluster="other",belief="proven"} 10',
    );
  });
});

describe('a running total', () => {
  it('is shown as its owner tells it', async () => {
    const metrics = createMetrics();
    let evictions = 3;
    metrics.gauge(JOINING.cacheEvictions).from(() => [[{ role: 'join' }, evictions]]);
    await metrics.exposition();
    evictions = 8;
    expect(await samples(metrics, 'netpol_drift_cache_evictions_total')).toEqual([
      'netpol_drift_cache_evictions_total{role="join"} 8',
    ]);
  });
});

describe('a histogram', () => {
  it('counts in seconds', async () => {
    const metrics = createMetrics();
    metrics.histogram(WRITING.bulkDuration).observe({ outcome: 'taken' }, 0.03);
    const found = await samples(metrics, 'netpol_drift_bulk_duration_seconds');
    expect(found).toContain('netpol_drift_bulk_duration_seconds_bucket{le="0.025",outcome="taken"} 0');
    expect(found).toContain('netpol_drift_bulk_duration_seconds_bucket{le="0.05",outcome="taken"} 1');
  });
});

describe('the number of series of a metric', () => {
  const names = ['cluster', 'namespace', 'drift'];
  const series = fc.record({
    cluster: fc.stringMatching(/^[a-z]{1,3}$/),
    namespace: fc.stringMatching(/^[a-z]{1,3}$/),
    drift: fc.constantFrom('would-deny', 'not-enforced'),
  });

  it('is bounded, whatever clusters and namespaces there are', () => {
    fc.assert(
      fc.property(fc.array(series, { maxLength: 400 }), (all) => {
        const bound = createBoundedSeries(names, 20);
        const shown = new Set(all.map((labels) => JSON.stringify(bound(labels))));
        expect(shown.size).toBeLessThanOrEqual(20 + 2 + 2);
      }),
    );
  });

  it('keeps the closed labels as they are', () => {
    fc.assert(
      fc.property(fc.array(series, { maxLength: 100 }), (all) => {
        const bound = createBoundedSeries(names, 5);
        for (const labels of all) expect(bound(labels)['drift']).toBe(labels.drift);
      }),
    );
  });

  it('gives up the namespace before the cluster', () => {
    const bound = createBoundedSeries(names, 10);
    const last = Array.from({ length: 11 }, (_, index) =>
      bound({ cluster: 'prod', namespace: `team-${index}`, drift: 'would-deny' }),
    ).at(-1);
    expect(last).toEqual({ cluster: 'prod', namespace: 'other', drift: 'would-deny' });
  });

  it('never alters a series that is there', () => {
    const bound = createBoundedSeries(names, 3);
    const first = { cluster: 'prod', namespace: 'shop', drift: 'would-deny' };
    bound(first);
    for (let index = 0; index < 100; index += 1) bound({ ...first, namespace: `n${index}` });
    expect(bound(first)).toEqual(first);
  });
});

describe('the catalogue', () => {
  it('names each metric once, by the rules of Prometheus', () => {
    expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length);
    for (const { name, kind } of METRICS) {
      expect(name).toMatch(/^netpol_drift_[a-z_]+$/);
      expect(name.endsWith('_total')).toBe(kind === 'counter' || kind === 'total');
    }
  });

  it('says of each what it means and what to do', () => {
    for (const { help, means, act } of METRICS)
      for (const words of [help, means, act]) expect(words).toMatch(/^\S.*[.?]$/);
  });
});
