// What audit mode let pass, by the policy that would have denied it.
import { countCell, textCell } from '../cells.ts';
import { momentOf } from './cellsOf.ts';
import { CLUSTER, count, FIRST_SEEN, LAST_SEEN, POLICY } from './columns.ts';
import { SEEN } from './conversations.ts';
import { is } from './part.ts';
import { savedQuery } from './savedQuery.ts';
import { flowScope } from './scope.ts';

export const AUDITED_DENIES = savedQuery({
  name: 'audited-denies',
  topic: 'audit mode',
  title: 'Which policies would deny what audit mode lets pass?',
  about:
    'Each audited denial counts for the policies whose rules deny it, on a default deny for all that switch it on there.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [
    CLUSTER,
    POLICY,
    count('count', 'audited', 'verdicts', 'Audited denials that the policy is responsible for.'),
    count(
      'default_deny',
      'default deny',
      'verdicts',
      'Those of them that no rule denies: the default deny does.',
    ),
    FIRST_SEEN,
    LAST_SEEN,
  ],
  order: ['orchestrator.cluster.name', '-count'],
  caveats: [
    'On a default deny several policies share one verdict: the figures of two policies do not add up.',
  ],
  parts: (parameters) => ({
    denials: {
      kind: 'tally',
      from: 'rollups',
      where: [...flowScope(parameters), is('verdict.observed', 'audited'), is('verdict.declared', 'denied')],
      by: {
        cluster: { field: 'orchestrator.cluster.name' },
        policy: { field: 'policy.responsible', each: true },
      },
      measures: {
        ...SEEN,
        default_deny: { kind: 'sum', field: 'count', where: is('verdict.reason', 'default-deny') },
      },
    },
  }),
  rows: ({ denials }) =>
    denials.map((row) => ({
      'orchestrator.cluster.name': textCell(row, 'cluster'),
      'policy.ref': textCell(row, 'policy'),
      count: countCell(row, 'verdicts'),
      default_deny: countCell(row, 'default_deny'),
      first_seen: momentOf(row, 'first'),
      last_seen: momentOf(row, 'last'),
    })),
});
