import { expect, test } from 'vitest';
import type { Event, FeedStatus } from '../../src/model/event.ts';
import { createCoverage } from '../../src/normalise/coverage.ts';
import { createFlowNormaliser } from '../../src/normalise/flows.ts';
import { DENIED, flowWith, lineOf } from './exporterLine.ts';

const encoder = new TextEncoder();
const TRACE = lineOf(flowWith({ event_type: { type: 4 }, time: '2026-11-02T08:59:59Z' }));

function coverageOf(lines: readonly string[], maxReporters?: number) {
  const normalise = createFlowNormaliser({ cluster: '', dropEvents: 'ignore' });
  const coverage = createCoverage(maxReporters);
  lines.forEach((line, index) => {
    const { records } = normalise(encoder.encode(line), 'f', index + 1);
    for (const record of records) coverage.add('flows', record, 'f');
  });
  return coverage;
}

function loss(node: string, at: string, lost: number): Event<FeedStatus> {
  const line = JSON.stringify({ lost_events: { num_events_lost: `${lost}` }, node_name: node, time: at });
  const [event] = createFlowNormaliser({ cluster: 'prod', dropEvents: 'ignore' })(
    encoder.encode(line),
    'f',
    1,
  ).events;
  if (event?.body.kind !== 'FeedStatus') throw new Error(`no loss: ${line}`);
  return { ...event, body: event.body };
}

test('counts each record once, by what became of it, with the first and the last time', () => {
  const events = coverageOf([
    lineOf(DENIED),
    TRACE,
    TRACE,
    lineOf(flowWith({ verdict: undefined })),
  ]).events();
  expect(events).toMatchObject([
    {
      cluster: 'prod',
      origin: { source: 'f' },
      body: {
        feed: 'flows',
        reporter: 'node-1',
        from: Date.UTC(2026, 10, 2, 8, 59, 59) * 1_000,
        until: Date.UTC(2026, 10, 2, 9) * 1_000 + 10_231,
        counts: [
          { name: 'ignored:trace', count: 2 },
          { name: 'rejected:insufficient-fields', count: 1 },
          { name: 'verdict', count: 1 },
        ],
      },
    },
  ]);
});

test('keeps nodes and feeds apart, and counts what has neither node nor time', () => {
  const coverage = coverageOf([lineOf(DENIED), lineOf(flowWith({ node_name: 'prod/node-2' })), 'no line']);
  coverage.add(
    'audit',
    { outcome: 'accepted', name: 'change', cluster: 'prod', auditSource: 'cp-1', micros: 7 },
    'a',
  );
  expect(
    coverage.events().map(({ body }) => [body.feed, body.reporter, body.counts.length, body.from > 0]),
  ).toEqual([
    ['audit', 'cp-1', 1, true],
    ['flows', '', 1, false],
    ['flows', 'node-1', 1, true],
    ['flows', 'node-2', 1, true],
  ]);
});

test('beyond the limit reporters share one entry, and nothing goes uncounted', () => {
  const lines = Array.from({ length: 50 }, (_, index) =>
    lineOf(flowWith({ node_name: `prod/node-${index}` })),
  );
  const events = coverageOf(lines, 10).events();
  expect(events).toHaveLength(11);
  const counts = events.flatMap(({ body }) => body.counts.map(({ count }) => count));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(50);
});

test('neighbouring reports of lost events on one node are one loss', () => {
  const coverage = createCoverage();
  coverage.lost(loss('node-2', '2026-11-02T09:14:00Z', 300));
  coverage.lost(loss('node-1', '2026-11-02T09:14:10Z', 1));
  coverage.lost(loss('node-2', '2026-11-02T09:14:50Z', 12));
  coverage.lost(loss('node-2', '2026-11-02T09:30:00Z', 5));
  expect(
    coverage.events().map(({ body }) => [body.reporter, body.lost, (body.until - body.from) / 1e6]),
  ).toEqual([
    ['node-2', 312, 50],
    ['node-2', 5, 0],
    ['node-1', 1, 0],
  ]);
});

test('a report of lost events that is read twice is counted once', () => {
  const coverage = createCoverage();
  const report = loss('node-2', '2026-11-02T09:14:00Z', 300);
  expect(coverage.lost(report)).toBe(true);
  expect(coverage.lost(loss('node-2', '2026-11-02T09:14:50Z', 12))).toBe(true);
  expect(coverage.lost(report)).toBe(false);
  expect(coverage.events().map(({ body }) => body.lost)).toEqual([312]);
});
