// What each policy, and each rule, did to the recorded traffic: what people know from `cilium monitor`, but named
// by policy also where Hubble names none.
import { countCell, textCell } from '../cells.ts';
import { momentOf, textsOf } from './cellsOf.ts';
import { CLUSTER, count, FIRST_SEEN, LAST_SEEN, list, POLICY } from './columns.ts';
import { DIRECTION, SEEN } from './conversations.ts';
import { all, type Condition, exists, is, type Measure, type PartRow } from './part.ts';
import { type Row, savedQuery } from './savedQuery.ts';
import { RULE, ruleCells } from './ruleCells.ts';
import { flowScope } from './scope.ts';

const MATCH_TYPES = 8;

const ALLOWED = all(is('verdict.declared', 'allowed'), is('verdict.observed', 'forwarded', 'redirected'));
const DENIED = all(is('verdict.declared', 'denied'), is('verdict.observed', 'dropped'));
const AUDITED = all(is('verdict.declared', 'denied'), is('verdict.observed', 'audited'));

const FIGURES = {
  ...SEEN,
  allowed: sum(ALLOWED),
  denied: sum(DENIED),
  audited: sum(AUDITED),
  match_types: { kind: 'some', field: 'verdict.match_type', most: MATCH_TYPES },
} as const satisfies Readonly<Record<string, Measure>>;

const FIGURE_COLUMNS = [
  count('allowed', 'allowed', 'verdicts', 'Verdicts that it allows, and that passed.'),
  count('denied', 'denied', 'verdicts', 'Verdicts that it denies, and that were dropped.'),
  count('audited', 'audited', 'verdicts', 'Verdicts that it denies, and that audit mode let pass.'),
  count('otherwise', 'otherwise', 'verdicts', 'Verdicts that went another way than it says.'),
  list(
    'verdict.match_type',
    'match',
    "Hubble's match types among them: none, l3-only, l3-l4, l4-only, all, …",
  ),
  FIRST_SEEN,
  LAST_SEEN,
];

export const POLICY_STATISTICS = savedQuery({
  name: 'policy-statistics',
  topic: 'policies',
  title: 'What does each policy do to the traffic?',
  about:
    'A verdict counts for each policy with a rule that decided it, on a default deny for all policies that switch it on there.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [CLUSTER, POLICY, DIRECTION, ...FIGURE_COLUMNS],
  order: ['orchestrator.cluster.name', 'policy.ref', 'network.direction'],
  caveats: [
    'Several policies can share one verdict: the figures of two policies do not add up.',
    'Policies that decided nothing are not listed: see unused-policies.',
  ],
  parts: (parameters) => ({
    uses: {
      kind: 'tally',
      from: 'rollups',
      where: [...flowScope(parameters), exists('policy.responsible')],
      by: {
        cluster: { field: 'orchestrator.cluster.name' },
        policy: { field: 'policy.responsible', each: true },
        direction: { field: 'network.direction' },
      },
      measures: FIGURES,
    },
  }),
  rows: ({ uses }) =>
    uses.map((row) => ({
      'orchestrator.cluster.name': textCell(row, 'cluster'),
      'policy.ref': textCell(row, 'policy'),
      'network.direction': textCell(row, 'direction'),
      ...figures(row),
    })),
});

export const RULE_STATISTICS = savedQuery({
  name: 'rule-statistics',
  topic: 'policies',
  title: 'What does each rule do to the traffic?',
  about:
    'A verdict counts for each rule that decided it. On a default deny no rule does: see policy-statistics and default-denies.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [CLUSTER, POLICY, RULE, ...FIGURE_COLUMNS],
  order: ['orchestrator.cluster.name', 'policy.ref', 'rule'],
  caveats: [
    'Several rules can share one verdict: the figures of two rules do not add up.',
    'Rules are told by their place: where a policy was changed within the span, one place may stand for two rules.',
  ],
  parts: (parameters) => ({
    uses: {
      kind: 'tally',
      from: 'rollups',
      where: [...flowScope(parameters), exists('policy.deciding')],
      by: {
        cluster: { field: 'orchestrator.cluster.name' },
        rule: { field: 'policy.deciding', each: true },
      },
      measures: FIGURES,
    },
  }),
  rows: ({ uses }) =>
    uses.map((row) => ({
      'orchestrator.cluster.name': textCell(row, 'cluster'),
      ...ruleCells(textCell(row, 'rule')),
      ...figures(row),
    })),
});

function sum(where: Condition): Measure {
  return { kind: 'sum', field: 'count', where };
}

function figures(row: PartRow): Row {
  const [allowed, denied, audited] = [
    countCell(row, 'allowed'),
    countCell(row, 'denied'),
    countCell(row, 'audited'),
  ];
  return {
    allowed,
    denied,
    audited,
    otherwise: countCell(row, 'verdicts') - allowed - denied - audited,
    'verdict.match_type': textsOf(row, 'match_types'),
    first_seen: momentOf(row, 'first'),
    last_seen: momentOf(row, 'last'),
  };
}
