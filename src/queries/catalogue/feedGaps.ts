// Where the feeds have holes: events that the source lost, silence, a feed that is missing, writes that the audit
// log lost. What stands in a hole cannot be counted, and absence proves nothing there.
import { countCell, textCell } from '../cells.ts';
import { momentOf, textOf } from './cellsOf.ts';
import { CLUSTER, count, durationMs, text, time } from './columns.ts';
import { TIMED } from './feedTimes.ts';
import { keyOf } from './keyed.ts';
import { is, type PartRow } from './part.ts';
import { type QueryParameters, type Row, savedQuery } from './savedQuery.ts';
import { changeScope, feedScope } from './scope.ts';

const FEEDS = ['flows', 'audit'] as const;
const REPORTER = {
  cluster: { field: 'orchestrator.cluster.name' },
  feed: { field: 'feed.name' },
  reporter: { field: 'observer.name' },
} as const;
const MINUTE_MS = 60_000;
const SILENCE_MS = 15 * MINUTE_MS;

export const FEED_GAPS = savedQuery({
  name: 'feed-gaps',
  topic: 'feeds',
  title: 'Where do the feeds have gaps?',
  about:
    'lost: events that the source says it lost. silent: a reporter sent nothing for a while, or sends nothing any more. missing: a cluster has only one of the two feeds. write: a policy was written, and the audit log does not hold what became of it.',
  takes: ['since', 'until', 'cluster'],
  parameters: [
    {
      name: 'silence',
      type: 'duration-ms',
      meaning: 'How long a reporter must be silent to be listed; at least a minute.',
      fallback: SILENCE_MS,
    },
  ],
  columns: [
    CLUSTER,
    text('feed.name', 'feed', 'flows or audit.'),
    text('gap', 'gap', 'lost, silent, missing, write.'),
    text('observer.name', 'reporter', 'Node of the flows, source of the audit events, when told.'),
    time('feed.from', 'from', 'From when on.'),
    time('feed.until', 'until', 'Until when; empty when it lasts.'),
    durationMs({
      name: 'duration_ms',
      title: 'for',
      meaning: 'How long; of what lasts, until the time of asking.',
    }),
    count(
      'count',
      'events',
      'events',
      'Events or writes that are known to be lost; 0 where nobody knows how many.',
    ),
    text('detail', 'detail', 'Who lost them; of a write, the policy.'),
  ],
  order: ['orchestrator.cluster.name', '-feed.name', 'gap', 'observer.name', 'feed.from'],
  caveats: [
    'A quiet node and a silent one look alike.',
    'Of files only their first and last event are known: silence within them is not seen.',
  ],
  parts: (parameters) => ({
    lost: {
      kind: 'tally',
      from: 'feeds',
      where: [...feedScope(parameters), is('feed.count_kind', 'lost')],
      by: {
        ...REPORTER,
        detail: { field: 'feed.detail' },
        from: { field: 'feed.from' },
        until: { field: 'feed.until' },
      },
      measures: { events: { kind: 'sum', field: 'count' } },
    },
    // Two events of one step lie no further apart than a silence lasts: no gap hides in a step.
    steps: {
      kind: 'tally',
      from: 'feeds',
      where: [...feedScope(parameters), TIMED],
      by: { ...REPORTER, step: { field: 'feed.from', stepMs: silenceMs(parameters) } },
      measures: {
        from: { kind: 'min', field: 'feed.from' },
        until: { kind: 'max', field: 'feed.until' },
      },
    },
    writes: {
      kind: 'listing',
      from: 'changes',
      where: [...changeScope({ ...parameters, namespace: '' }), is('change.outcome', 'gap')],
      fields: ['orchestrator.cluster.name', 'change.at', 'policy.ref'],
      sort: [],
    },
  }),
  rows: ({ lost, steps, writes }, parameters) => [
    ...lost.map(lostRow),
    ...silences(steps, parameters),
    ...missingFeeds(steps),
    ...writes.map(writeRow),
  ],
});

function silenceMs({ own }: QueryParameters): number {
  return Math.max(MINUTE_MS, Math.floor(Number(own['silence'] ?? SILENCE_MS)) || SILENCE_MS);
}

function lostRow(row: PartRow): Row {
  const [from, until] = [momentOf(row, 'from'), momentOf(row, 'until')];
  return {
    ...placeCells(row),
    gap: 'lost',
    'feed.from': from,
    'feed.until': until,
    duration_ms: from === null || until === null ? null : until - from,
    count: countCell(row, 'events'),
    detail: textOf(row, 'detail'),
  };
}

function silences(steps: readonly PartRow[], parameters: QueryParameters): readonly Row[] {
  const series = Map.groupBy(steps, (row) => keyOf(row, 'cluster', 'feed', 'reporter'));
  return [...series.values()].flatMap((rows) => silencesOf(rows, parameters));
}

/** @param steps of one reporter */
function silencesOf(steps: readonly PartRow[], parameters: QueryParameters): readonly Row[] {
  const least = silenceMs(parameters);
  const found: Row[] = [];
  let heardUntil = Number.POSITIVE_INFINITY;
  const ordered = steps.toSorted(
    (one, other) => (momentOf(one, 'from') ?? 0) - (momentOf(other, 'from') ?? 0),
  );
  for (const row of ordered) {
    const [from, until] = [momentOf(row, 'from') ?? 0, momentOf(row, 'until') ?? 0];
    if (from - heardUntil >= least)
      found.push(silenceRow(row, { from: heardUntil, until: from, last: from }));
    heardUntil = heardUntil === Number.POSITIVE_INFINITY ? until : Math.max(heardUntil, until);
  }
  const [first] = ordered;
  const end = parameters.asOfMs;
  if (first !== undefined && end - heardUntil >= least)
    found.push(silenceRow(first, { from: heardUntil, until: null, last: end }));
  return found;
}

interface Silence {
  readonly from: number;
  /** null: it lasts. */
  readonly until: number | null;
  /** What it is measured to. */
  readonly last: number;
}

function silenceRow(row: PartRow, { from, until, last }: Silence): Row {
  return {
    ...placeCells(row),
    gap: 'silent',
    'feed.from': from,
    'feed.until': until,
    duration_ms: last - from,
    count: 0,
    detail: null,
  };
}

function missingFeeds(steps: readonly PartRow[]): readonly Row[] {
  const clusters = Map.groupBy(steps, (row) => textCell(row, 'cluster'));
  clusters.delete('');
  return [...clusters].flatMap(([cluster, rows]) => {
    const present = new Set(rows.map((row) => textCell(row, 'feed')));
    return FEEDS.filter((feed) => !present.has(feed)).map((feed) => ({
      ...placeCells({ cluster, feed }),
      gap: 'missing',
      'feed.from': null,
      'feed.until': null,
      duration_ms: null,
      count: 0,
      detail: null,
    }));
  });
}

/** How long the write went unseen is not known: it was made before the one that shows it. */
function writeRow(row: PartRow): Row {
  const at = momentOf(row, 'change.at');
  return {
    ...placeCells({ cluster: textCell(row, 'orchestrator.cluster.name'), feed: 'audit' }),
    gap: 'write',
    'feed.from': at,
    'feed.until': at,
    duration_ms: null,
    count: 1,
    detail: textCell(row, 'policy.ref'),
  };
}

function placeCells(row: PartRow): Row {
  return {
    'orchestrator.cluster.name': textOf(row, 'cluster'),
    'feed.name': textCell(row, 'feed'),
    'observer.name': textOf(row, 'reporter'),
  };
}
