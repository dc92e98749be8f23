// What could not be read, by reason.
import { REJECTED } from '../../model/outcome.ts';
import { countCell, textCell } from '../cells.ts';
import { momentOf, textOf } from './cellsOf.ts';
import { CLUSTER, count, ratio, text, time } from './columns.ts';
import { TIMED, timelessToo } from './feedTimes.ts';
import { keyOf, rowsByKey } from './keyed.ts';
import { begins, is, not } from './part.ts';
import { savedQuery } from './savedQuery.ts';

const PREFIX = 'rejected:';
const PLACE = {
  cluster: { field: 'orchestrator.cluster.name' },
  feed: { field: 'feed.name' },
  source: { field: 'feed.source' },
};

export const REJECTS = savedQuery({
  name: 'rejects',
  topic: 'feeds',
  title: 'What could not be read, and why?',
  about:
    'Rejected lines and records by file or topic and by reason. Their bytes are kept: see --rejects and dead-letters.',
  takes: ['since', 'until', 'cluster'],
  columns: [
    CLUSTER,
    text('feed.name', 'feed', 'flows or audit.'),
    text('feed.source', 'source', 'File or topic.'),
    text('reason', 'reason', 'The reason, one word.'),
    text('meaning', 'meaning', 'What it means.'),
    count('count', 'rejected', 'events', 'How many.'),
    ratio({
      name: 'share',
      title: 'share',
      meaning: 'Of all that came from there for this cluster; 1 = everything.',
    }),
    time(
      'feed.from',
      'from',
      'The first event of what they came with; empty when nothing there told a time.',
    ),
    time('feed.until', 'until', 'The last event of what they came with.'),
  ],
  order: ['-count', 'orchestrator.cluster.name', 'feed.name', 'feed.source', 'reason'],
  caveats: ['What names no cluster stands without one: --cluster leaves it out.'],
  parts: (parameters) => ({
    rejects: {
      kind: 'tally',
      from: 'feeds',
      where: [...timelessToo(parameters), begins('feed.count_kind', PREFIX)],
      by: { ...PLACE, kind: { field: 'feed.count_kind' } },
      measures: {
        events: { kind: 'sum', field: 'count' },
        from: { kind: 'min', field: 'feed.from', where: TIMED },
        until: { kind: 'max', field: 'feed.until', where: TIMED },
      },
    },
    totals: {
      kind: 'tally',
      from: 'feeds',
      where: [...timelessToo(parameters), not(is('feed.count_kind', 'lost'))],
      by: PLACE,
      measures: { events: { kind: 'sum', field: 'count' } },
    },
  }),
  rows: ({ rejects, totals }) => {
    const all = rowsByKey(totals, 'cluster', 'feed', 'source');
    return rejects.map((row) => {
      const reason = textCell(row, 'kind').slice(PREFIX.length);
      const total = countCell(all.get(keyOf(row, 'cluster', 'feed', 'source')) ?? {}, 'events');
      const events = countCell(row, 'events');
      return {
        'orchestrator.cluster.name': textOf(row, 'cluster'),
        'feed.name': textCell(row, 'feed'),
        'feed.source': textOf(row, 'source'),
        reason,
        meaning: meaningOf(reason),
        count: events,
        share: total === 0 ? null : events / total,
        'feed.from': momentOf(row, 'from'),
        'feed.until': momentOf(row, 'until'),
      };
    });
  },
});

function meaningOf(reason: string): string | null {
  return new Map<string, string>(Object.entries(REJECTED)).get(reason) ?? null;
}
