// Denials that no rule made: the default deny of the policies that select the subject did.
import { countCell, textCell } from '../cells.ts';
import { momentOf, textsOf } from './cellsOf.ts';
import { CLUSTER, count, FIRST_SEEN, LAST_SEEN, list, POLICY } from './columns.ts';
import { DIRECTION, SEEN } from './conversations.ts';
import { is } from './part.ts';
import { savedQuery } from './savedQuery.ts';
import { flowScope } from './scope.ts';

const EXAMPLES = 3;

export const DEFAULT_DENIES = savedQuery({
  name: 'default-denies',
  topic: 'traffic',
  title: 'Which policies deny by default what no rule of theirs allows?',
  about:
    'Hubble names no policy on a default deny. These are all policies that select the subject and switch it on, each with every denial that it had a part in.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [
    CLUSTER,
    POLICY,
    DIRECTION,
    count('count', 'denied', 'verdicts', 'Denials by default, dropped or audited.'),
    count('audited', 'audited', 'verdicts', 'Those of them that audit mode let pass.'),
    list('subjects', 'subjects', `Workloads that were denied to, the first ${EXAMPLES} by name.`),
    FIRST_SEEN,
    LAST_SEEN,
  ],
  order: ['orchestrator.cluster.name', '-count'],
  caveats: ['Several policies share one denial: the figures of two policies do not add up.'],
  parts: (parameters) => ({
    denials: {
      kind: 'tally',
      from: 'rollups',
      where: [
        ...flowScope(parameters),
        is('verdict.observed', 'dropped', 'audited'),
        is('verdict.reason', 'default-deny'),
      ],
      by: {
        cluster: { field: 'orchestrator.cluster.name' },
        policy: { field: 'policy.isolating', each: true },
        direction: { field: 'network.direction' },
      },
      measures: {
        ...SEEN,
        audited: { kind: 'sum', field: 'count', where: is('verdict.observed', 'audited') },
        subjects: { kind: 'some', field: 'subject.workload', most: EXAMPLES },
      },
    },
  }),
  rows: ({ denials }) =>
    denials.map((row) => ({
      'orchestrator.cluster.name': textCell(row, 'cluster'),
      'policy.ref': textCell(row, 'policy'),
      'network.direction': textCell(row, 'direction'),
      count: countCell(row, 'verdicts'),
      audited: countCell(row, 'audited'),
      subjects: textsOf(row, 'subjects'),
      first_seen: momentOf(row, 'first'),
      last_seen: momentOf(row, 'last'),
    })),
});
