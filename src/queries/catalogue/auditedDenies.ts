// What audit mode let pass, by the policy that would have denied it.
import { countCell, textCell } from '../cells.ts';
import { momentOf, textOf } from './cellsOf.ts';
import { CLUSTER, count, FIRST_SEEN, LAST_SEEN, POLICY } from './columns.ts';
import { SEEN } from './conversations.ts';
import { is, not } from './part.ts';
import { savedQuery } from './savedQuery.ts';
import { flowScope } from './scope.ts';

export const AUDITED_DENIES = savedQuery({
  name: 'audited-denies',
  topic: 'audit mode',
  title: 'Which policies would deny what audit mode lets pass?',
  about:
    'Each audited verdict counts for the policies that the declared decision is put down to: those whose rules deny it, on a default deny all that switch it on there.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [
    CLUSTER,
    POLICY,
    count('count', 'audited', 'verdicts', 'Audited verdicts that the policy is responsible for.'),
    count(
      'default_deny',
      'by default',
      'verdicts',
      'Those of them that no rule denies: the default deny does.',
    ),
    count(
      'not_denied',
      'not denied',
      'verdicts',
      'Those of them that the declared policies do not deny: a change was still propagating, or see contradictions.',
    ),
    FIRST_SEEN,
    LAST_SEEN,
  ],
  order: ['orchestrator.cluster.name', '-count'],
  caveats: [
    'On a default deny several policies share one verdict: the figures of two policies do not add up.',
    'Without a policy stand verdicts for which the declared decision is unknown.',
  ],
  parts: (parameters) => ({
    denials: {
      kind: 'tally',
      from: 'rollups',
      where: [...flowScope(parameters), is('verdict.observed', 'audited')],
      by: {
        cluster: { field: 'orchestrator.cluster.name' },
        policy: { field: 'policy.responsible', each: true },
      },
      measures: {
        ...SEEN,
        not_denied: { kind: 'sum', field: 'count', where: not(is('verdict.declared', 'denied')) },
        default_deny: { kind: 'sum', field: 'count', where: is('verdict.reason', 'default-deny') },
      },
    },
  }),
  rows: ({ denials }) =>
    denials.map((row) => ({
      'orchestrator.cluster.name': textCell(row, 'cluster'),
      'policy.ref': textOf(row, 'policy'),
      count: countCell(row, 'verdicts'),
      default_deny: countCell(row, 'default_deny'),
      not_denied: countCell(row, 'not_denied'),
      first_seen: momentOf(row, 'first'),
      last_seen: momentOf(row, 'last'),
    })),
});
