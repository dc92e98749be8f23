// Who runs into the policies most: a source that is denied again and again is broken, misconfigured or curious.
import { countCell, textCell } from '../cells.ts';
import { greatestOf, leastOf, momentOf } from './cellsOf.ts';
import { CLUSTER, CONVERSATIONS, count, FIRST_SEEN, LAST_SEEN, list } from './columns.ts';
import { HOST, SEEN, SOURCE, TALK, talkCells } from './conversations.ts';
import { all, any, type Condition, is, type PartRow } from './part.ts';
import { type Row, savedQuery } from './savedQuery.ts';
import { talkScope } from './scope.ts';

const EXAMPLES = 3;

export const NOISIEST_SOURCES = savedQuery({
  name: 'noisiest-sources',
  topic: 'traffic',
  title: 'Which sources are denied most often?',
  about:
    'Verdicts that were dropped or audited, by who connects: on ingress the peer, on egress the subject. With a namespace: sources within it.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [
    CLUSTER,
    SOURCE,
    count('count', 'denied', 'verdicts', 'Verdicts that were dropped or audited.'),
    count('audited', 'audited', 'verdicts', 'Those of them that audit mode let pass.'),
    CONVERSATIONS,
    list(
      'destinations',
      'destinations',
      `Where to, with protocol and port: the ${EXAMPLES} with the most verdicts.`,
    ),
    FIRST_SEEN,
    LAST_SEEN,
  ],
  order: ['-count', 'orchestrator.cluster.name', 'source'],
  caveats: [
    'A connection may be denied twice, at its source and at its destination: both verdicts count.',
    'Addresses outside the cluster beyond the cap of a block stand together as `other`.',
  ],
  parts: (parameters) => ({
    denials: {
      kind: 'tally',
      from: 'rollups',
      where: [
        ...talkScope(parameters),
        is('verdict.observed', 'dropped', 'audited'),
        ...fromNamespace(parameters.namespace),
      ],
      by: TALK,
      measures: {
        ...SEEN,
        ...HOST,
        audited: { kind: 'sum', field: 'count', where: is('verdict.observed', 'audited') },
      },
    },
  }),
  rows: ({ denials }) => {
    const bySource = Map.groupBy(denials, (row) =>
      [textCell(row, 'cluster'), talkCells(row)['source']].join('\n'),
    );
    return [...bySource.values()].map(sourceRow);
  },
});

function fromNamespace(namespace: string): readonly Condition[] {
  if (namespace === '') return [];
  const asPeer = all(is('network.direction', 'ingress'), is('peer.namespace', namespace));
  const asSubject = all(is('network.direction', 'egress'), is('subject.namespace', namespace));
  return [any(asPeer, asSubject)];
}

function sourceRow(rows: readonly PartRow[]): Row {
  const [first = {}] = rows;
  return {
    'orchestrator.cluster.name': textCell(first, 'cluster'),
    source: talkCells(first)['source'] ?? null,
    count: sumOf(rows, 'verdicts'),
    audited: sumOf(rows, 'audited'),
    conversations: rows.length,
    destinations: destinationsOf(rows),
    first_seen: leastOf(rows.map((row) => momentOf(row, 'first'))),
    last_seen: greatestOf(rows.map((row) => momentOf(row, 'last'))),
  };
}

function destinationsOf(rows: readonly PartRow[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const { destination, service } = talkCells(row);
    const name = [destination, service].filter(Boolean).join(' ');
    counts.set(name, (counts.get(name) ?? 0) + countCell(row, 'verdicts'));
  }
  return [...counts]
    .sort(([one, ones], [other, others]) => others - ones || (one < other ? -1 : 1))
    .slice(0, EXAMPLES)
    .map(([name]) => name);
}

function sumOf(rows: readonly PartRow[], name: string): number {
  return rows.reduce((sum, row) => sum + countCell(row, name), 0);
}
