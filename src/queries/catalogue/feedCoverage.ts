// What the two feeds brought: from which nodes and API servers, since when, until when, and what became of it.
import { countCell, textCell } from '../cells.ts';
import { momentOf, textOf } from './cellsOf.ts';
import { CLUSTER, count, durationMs, text, time } from './columns.ts';
import { TIMED, timelessToo } from './feedTimes.ts';
import { begins, type Condition, is, type Measure } from './part.ts';
import { savedQuery } from './savedQuery.ts';

const MEASURES: Readonly<Record<string, Measure>> = {
  from: { kind: 'min', field: 'feed.from', where: TIMED },
  until: { kind: 'max', field: 'feed.until', where: TIMED },
  verdicts: sum(is('feed.count_kind', 'verdict', 'drop')),
  changes: sum(is('feed.count_kind', 'change')),
  ignored: sum(begins('feed.count_kind', 'ignored:')),
  rejected: sum(begins('feed.count_kind', 'rejected:')),
  lost: sum(is('feed.count_kind', 'lost')),
};

export const FEED_COVERAGE = savedQuery({
  name: 'feed-coverage',
  topic: 'feeds',
  title: 'What did each node and API server send, and until when?',
  about:
    'One row for each reporter of each feed. A reporter that fell silent, a cluster with only one of the two feeds, many rejected lines: what other answers lack is told here.',
  takes: ['since', 'until', 'cluster'],
  columns: [
    CLUSTER,
    text('feed.name', 'feed', 'flows or audit.'),
    text('observer.name', 'reporter', 'Node of the flows, source of the audit events, when told.'),
    time('feed.from', 'from', 'The first event.'),
    time('feed.until', 'until', 'The last event.'),
    durationMs({
      name: 'silent_ms',
      title: 'silent for',
      meaning: 'From the last event to the end of the span, or to the time of asking.',
    }),
    count('verdicts', 'verdicts', 'events', 'Policy verdicts.'),
    count('changes', 'changes', 'events', 'Audit events of policies and of what decisions depend on.'),
    count('ignored', 'ignored', 'events', 'Events that judge or change nothing.'),
    count('rejected', 'rejected', 'events', 'What could not be read.'),
    count('lost', 'lost', 'events', 'Events that the source says it lost.'),
  ],
  order: ['orchestrator.cluster.name', '-feed.name', 'observer.name'],
  caveats: ['Who never sent anything is not listed.', 'A quiet node and a silent one look alike.'],
  parts: (parameters) => ({
    reporters: {
      kind: 'tally',
      from: 'feeds',
      where: timelessToo(parameters),
      by: {
        cluster: { field: 'orchestrator.cluster.name' },
        feed: { field: 'feed.name' },
        reporter: { field: 'observer.name' },
      },
      measures: MEASURES,
    },
  }),
  rows: ({ reporters }, { asOfMs }) =>
    reporters.map((row) => {
      const until = momentOf(row, 'until');
      return {
        'orchestrator.cluster.name': textOf(row, 'cluster'),
        'feed.name': textCell(row, 'feed'),
        'observer.name': textOf(row, 'reporter'),
        'feed.from': momentOf(row, 'from'),
        'feed.until': until,
        silent_ms: until === null ? null : Math.max(0, asOfMs - until),
        verdicts: countCell(row, 'verdicts'),
        changes: countCell(row, 'changes'),
        ignored: countCell(row, 'ignored'),
        rejected: countCell(row, 'rejected'),
        lost: countCell(row, 'lost'),
      };
    }),
});

function sum(where: Condition): Measure {
  return { kind: 'sum', field: 'count', where };
}
