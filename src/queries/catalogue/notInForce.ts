// Policies that exist and protect nothing.
import { textCell } from '../cells.ts';
import { momentOf, textOf } from './cellsOf.ts';
import { CLUSTER, POLICY, text, time } from './columns.ts';
import { is } from './part.ts';
import { savedQuery } from './savedQuery.ts';
import { policiesInForce } from './policiesInForce.ts';

export const NOT_IN_FORCE = savedQuery({
  name: 'not-in-force',
  topic: 'policies',
  title: 'Which policies exist and protect nothing?',
  about:
    'Policies that Cilium reports invalid, or that cannot be valid by what they say. The API server keeps them, nobody enforces them.',
  takes: ['cluster', 'namespace'],
  columns: [
    CLUSTER,
    POLICY,
    text('policy.problem', 'problem', "Why: Cilium's message, or ours."),
    time('policy.since', 'since', 'Since when it is as it is; empty when that is older than all we know.'),
    text('policy.managed_by', 'managed by', 'Who owns the policy by its labels.'),
    text('actor.user', 'last changed by', 'Who made its last change.'),
  ],
  order: ['orchestrator.cluster.name', 'policy.ref'],
  caveats: [
    'Older versions of Cilium do not report validity: then only what we can tell ourselves is listed.',
  ],
  parts: (parameters) => {
    const listing = policiesInForce(parameters, [
      'orchestrator.cluster.name',
      'policy.ref',
      'policy.problem',
      'policy.since',
      'policy.managed_by',
      'actor.user',
    ]);
    return { policies: { ...listing, where: [...listing.where, is('drift', 'not-in-force')] } };
  },
  rows: ({ policies }) =>
    policies.map((row) => ({
      'orchestrator.cluster.name': textCell(row, 'orchestrator.cluster.name'),
      'policy.ref': textCell(row, 'policy.ref'),
      'policy.problem': textOf(row, 'policy.problem'),
      'policy.since': momentOf(row, 'policy.since'),
      'policy.managed_by': textOf(row, 'policy.managed_by'),
      'actor.user': textOf(row, 'actor.user'),
    })),
});
