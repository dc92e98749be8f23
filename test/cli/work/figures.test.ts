// What the roles tell, as Prometheus sees it.
import { describe, expect, it } from 'vitest';
import { joinFigures } from '../../../src/cli/work/figures/joinFigures.ts';
import { normaliseFigures } from '../../../src/cli/work/figures/normaliseFigures.ts';
import { countingChanges } from '../../../src/cli/work/figures/repairFigures.ts';
import { storeFigures } from '../../../src/cli/work/figures/storeFigures.ts';
import type { Document } from '../../../src/documents/document.ts';
import { createMetrics, type Metrics } from '../../../src/runtime/metrics/metrics.ts';
import { createMemoryStore } from '../../support/memoryStore.ts';
import { FLOWS, knownBy } from '../../support/smallWorld.ts';

const ALL_CHANGES = [0, 1, 2, 3];
const NEVER = new AbortController().signal;

/** `name{labels}` → value, of the metrics that begin with the prefix. */
async function figures(metrics: Metrics, prefix: string): Promise<ReadonlyMap<string, number>> {
  const lines = (await metrics.exposition()).split('\n').filter((line) => line.startsWith(prefix));
  return new Map(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.slice(line.lastIndexOf(' ') + 1)),
    ]),
  );
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

describe('a joined verdict', () => {
  const verdicts = FLOWS.map((flow) => knownBy(ALL_CHANGES).join(flow));
  const weight = sum(verdicts.map(({ event }) => event.body.weight));

  async function counted(prefix: string): Promise<ReadonlyMap<string, number>> {
    const metrics = createMetrics();
    const { joined } = joinFigures(metrics, () => 0);
    for (const verdict of verdicts) joined(verdict, 'watermark', false);
    return figures(metrics, prefix);
  }

  it('is counted once by its weight, whatever it says', async () => {
    expect(sum((await counted('netpol_drift_verdicts_total')).values())).toBe(weight);
  });

  it('is a denial of the namespace whose policy decided when it was dropped or audited', async () => {
    const denied = verdicts.filter(({ event }) => ['dropped', 'audited'].includes(event.body.observed));
    expect(denied).not.toEqual([]);
    expect(sum((await counted('netpol_drift_denied_verdicts_total')).values())).toBe(
      sum(denied.map(({ event }) => event.body.weight)),
    );
  });

  it('is counted under each drift that it carries', async () => {
    const found = await counted('netpol_drift_drift_verdicts_total');
    for (const drift of new Set(verdicts.flatMap((verdict) => verdict.drift)))
      expect([...found.keys()].some((key) => key.includes(`drift="${drift}"`))).toBe(true);
  });

  it('denied by a change tells how old the change was', async () => {
    const regressions = verdicts.filter(({ drift }) => drift.includes('denied-by-change'));
    expect(regressions).not.toEqual([]);
    const found = await counted('netpol_drift_verdicts_denied_by_change_total');
    expect(sum(found.values())).toBe(sum(regressions.map(({ event }) => event.body.weight)));
    expect([...found.keys()].every((key) => /cause_age="(15m|hour|day|older)"/.test(key))).toBe(true);
    const isFresh = ({ event, cause }: (typeof regressions)[number]): boolean =>
      cause !== null && event.observedAt - cause.change.at <= 15 * 60_000_000;
    const fresh = [...found].filter(([key]) => key.includes('cause_age="15m"')).map(([, value]) => value);
    expect(fresh).not.toEqual([]);
    expect(sum(fresh)).toBe(sum(regressions.filter(isFresh).map(({ event }) => event.body.weight)));
  });
});

describe('the newest record of a feed', () => {
  it('never goes back, and is told in seconds', async () => {
    const metrics = createMetrics();
    const { newest } = normaliseFigures(metrics);
    newest('audit', 'prod', 30_000_000);
    newest('audit', 'prod', 20_000_000);
    expect(await figures(metrics, 'netpol_drift_feed_newest')).toEqual(
      new Map([['netpol_drift_feed_newest_timestamp_seconds{cluster="prod",feed="audit"}', 30]]),
    );
  });

  it('is remembered for a bounded number of clusters', async () => {
    const metrics = createMetrics();
    const { newest } = normaliseFigures(metrics);
    for (let index = 0; index < 5_000; index += 1) newest('flows', `forged-${index}`, 1_000_000);
    expect((await figures(metrics, 'netpol_drift_feed_newest')).size).toBeLessThanOrEqual(2_300);
  });
});

describe('a bulk request', () => {
  it.each([
    [200, 'taken'],
    [429, 'busy'],
    [503, 'failed'],
    [0, 'unanswered'],
  ])('with status %i counts as %s', async (status, outcome) => {
    const metrics = createMetrics();
    storeFigures(metrics, 4)({ kind: 'bulk', durationMs: 20, documents: 1, bytes: 100, status });
    expect(
      (await figures(metrics, 'netpol_drift_bulk_duration_seconds_count')).get(
        `netpol_drift_bulk_duration_seconds_count{outcome="${outcome}"}`,
      ),
    ).toBe(1);
  });
});

describe('a change document', () => {
  const AT = Date.parse('2026-11-02T09:00:00Z');
  const MINUTE_MS = 60_000;

  function change(id: string, drift: readonly string[]): Document {
    return {
      _id: id,
      _index: 'netpol-changes-2026',
      _version: 1,
      fields: {
        'change.id': id,
        'change.at': '2026-11-02T09:00:00.000000Z',
        'change.outcome': 'version',
        'orchestrator.cluster.name': 'prod',
        'policy.namespace': 'shop',
        'actor.kind': 'human',
        drift: [...drift],
      },
    };
  }

  async function counted(nowMs: number, ...batches: readonly (readonly Document[])[]): Promise<number> {
    const metrics = createMetrics();
    const store = countingChanges(createMemoryStore(), metrics, () => nowMs);
    for (const batch of batches) await store.write(batch, NEVER);
    return sum((await figures(metrics, 'netpol_drift_change_drift_total')).values());
  }

  it('is counted with its drift while it is news, once however often it is written', async () => {
    const written = [change('a', ['manual-change']), change('b', [])];
    expect(await counted(AT + MINUTE_MS, written, written)).toBe(1);
  });

  it('is not counted an hour later: a restart or a repair writes it again', async () => {
    expect(await counted(AT + 61 * MINUTE_MS, [change('a', ['manual-change'])])).toBe(0);
  });
});
