// What Hubble could not name and the join could: on a default deny Hubble names no policy.
import { countCell, textCell } from '../cells.ts';
import { momentOf } from './cellsOf.ts';
import { CLUSTER, FIRST_SEEN, LAST_SEEN, POLICY, text, VERDICTS } from './columns.ts';
import { DIRECTION, SEEN } from './conversations.ts';
import { exists, is, not } from './part.ts';
import { savedQuery } from './savedQuery.ts';
import { flowScope } from './scope.ts';

export const NOT_NAMED = savedQuery({
  name: 'not-named-by-hubble',
  topic: 'traffic',
  title: 'Which policies denied traffic for which Hubble names no policy?',
  about:
    'Denials, dropped or audited, that carry no policy in the flow export, by the policies that the join puts them down to.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [
    CLUSTER,
    POLICY,
    DIRECTION,
    text('verdict.observed', 'observed', 'dropped or audited.'),
    text('verdict.reason', 'reason', 'default-deny or deny-rule.'),
    VERDICTS,
    FIRST_SEEN,
    LAST_SEEN,
  ],
  order: ['orchestrator.cluster.name', '-count'],
  caveats: ['On a default deny several policies share one verdict: rows do not add up.'],
  parts: (parameters) => ({
    denials: {
      kind: 'tally',
      from: 'rollups',
      where: [
        ...flowScope(parameters),
        is('verdict.observed', 'dropped', 'audited'),
        is('verdict.declared', 'denied'),
        not(exists('policy.reported')),
      ],
      by: {
        cluster: { field: 'orchestrator.cluster.name' },
        policy: { field: 'policy.responsible', each: true },
        direction: { field: 'network.direction' },
        observed: { field: 'verdict.observed' },
        reason: { field: 'verdict.reason' },
      },
      measures: SEEN,
    },
  }),
  rows: ({ denials }) =>
    denials.map((row) => ({
      'orchestrator.cluster.name': textCell(row, 'cluster'),
      'policy.ref': textCell(row, 'policy'),
      'network.direction': textCell(row, 'direction'),
      'verdict.observed': textCell(row, 'observed'),
      'verdict.reason': textCell(row, 'reason'),
      count: countCell(row, 'verdicts'),
      first_seen: momentOf(row, 'first'),
      last_seen: momentOf(row, 'last'),
    })),
});
