// Policies that decided nothing: candidates for deletion, but only where the flows were covered completely.
import { textCell } from '../cells.ts';
import { CLUSTER, POLICY } from './columns.ts';
import { NOBODY_EXPORTS_UNKNOWN } from './flowCoverage.ts';
import { keyOf, rowsByKey } from './keyed.ts';
import { exists, type PartRow, type Tally } from './part.ts';
import { policiesInForce } from './policiesInForce.ts';
import {
  policyWatch,
  selectedParts,
  STATE,
  WATCH_COLUMNS,
  WATCHED_FIELDS,
  watchParts,
} from './policyWatch.ts';
import { type QueryParameters, savedQuery } from './savedQuery.ts';
import { talkScope } from './scope.ts';

export const UNUSED_POLICIES = savedQuery({
  name: 'unused-policies',
  topic: 'policies',
  title: 'Which policies decided nothing?',
  about:
    'Policies in force that no verdict of the span is put down to, neither to their rules nor to their default deny, and that Hubble did not name either. Where the flows have gaps the answer is unknown, and says why.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [CLUSTER, POLICY, STATE, ...WATCH_COLUMNS],
  order: ['orchestrator.cluster.name', '-state', 'policy.ref'],
  caveats: [
    'Unused within this span is not useless: a monthly job, a failover or an attack may need it tomorrow.',
    'The policies are those in force at the end of what is stored, also where --until is earlier.',
    NOBODY_EXPORTS_UNKNOWN,
  ],
  parts: (parameters) => ({
    policies: policiesInForce(parameters, WATCHED_FIELDS),
    decided: usesOf('policy.responsible', parameters),
    named: usesOf('policy.reported', parameters),
    ...watchParts(parameters),
  }),
  more: ({ policies, decided, named }, parameters) =>
    selectedParts(unusedOf(policies, [...decided, ...named]), parameters),
  rows: ({ policies, decided, named, ...watched }, parameters) => {
    const uses = [...decided, ...named];
    const watch = policyWatch({ ...watched, uses }, parameters);
    return unusedOf(policies, uses).map((policy) => ({
      'orchestrator.cluster.name': textCell(policy, 'orchestrator.cluster.name'),
      'policy.ref': textCell(policy, 'policy.ref'),
      ...watch(policy),
    }));
  },
});

function unusedOf(policies: readonly PartRow[], uses: readonly PartRow[]): readonly PartRow[] {
  const used = rowsByKey(uses, 'cluster', 'policy');
  return policies.filter((policy) => !used.has(keyOf(policy, 'orchestrator.cluster.name', 'policy.ref')));
}

function usesOf(field: 'policy.responsible' | 'policy.reported', parameters: QueryParameters): Tally {
  return {
    kind: 'tally',
    from: 'rollups',
    where: [...talkScope(parameters), exists(field)],
    by: { cluster: { field: 'orchestrator.cluster.name' }, policy: { field, each: true } },
    measures: {},
  };
}
