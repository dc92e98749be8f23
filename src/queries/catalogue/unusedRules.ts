// Rules that decided nothing since their policy is as it is. Rules are told by their place in the policy, so what
// an earlier version did says nothing about the rule that stands there now.
import { at, field, isObject, type JsonValue, text } from '../../model/json.ts';
import { textCell } from '../cells.ts';
import { momentOf } from './cellsOf.ts';
import { CLUSTER, POLICY } from './columns.ts';
import { NOBODY_EXPORTS_UNKNOWN } from './flowCoverage.ts';
import { keyText, rowsByKey } from './keyed.ts';
import { exists, type PartRow } from './part.ts';
import { policiesInForce } from './policiesInForce.ts';
import {
  policyWatch,
  selectedParts,
  STATE,
  WATCH_COLUMNS,
  WATCHED_FIELDS,
  watchParts,
} from './policyWatch.ts';
import { RULE, ruleCells } from './ruleCells.ts';
import { savedQuery } from './savedQuery.ts';
import { talkScope } from './scope.ts';

const SECTIONS = ['ingress', 'ingressDeny', 'egress', 'egressDeny'] as const;

export const UNUSED_RULES = savedQuery({
  name: 'unused-rules',
  topic: 'policies',
  title: 'Which rules decided nothing?',
  about:
    'Rules of the policies in force that decided no verdict since the policy is as it is. Where the flows have gaps the answer is unknown, and says why.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [CLUSTER, POLICY, RULE, STATE, ...WATCH_COLUMNS],
  order: ['orchestrator.cluster.name', '-state', 'policy.ref', 'rule'],
  caveats: [
    'Unused within this span is not useless: a monthly job, a failover or an attack may need it tomorrow.',
    'Where several rules allow a flow all of them count as used, though one would do.',
    'Pass rules of a ClusterNetworkPolicy never decide by themselves, and are not listed.',
    'A policy whose body nobody saw has no rules to list.',
    NOBODY_EXPORTS_UNKNOWN,
  ],
  parts: (parameters) => ({
    policies: policiesInForce(parameters, [...WATCHED_FIELDS, 'policy.kind', 'policy.spec']),
    decided: {
      kind: 'tally',
      from: 'rollups',
      where: [...talkScope(parameters), exists('policy.deciding')],
      by: {
        cluster: { field: 'orchestrator.cluster.name' },
        rule: { field: 'policy.deciding', each: true },
      },
      measures: { last: { kind: 'max', field: 'last_seen' } },
    },
    ...watchParts(parameters),
  }),
  more: ({ policies, decided }, parameters) =>
    selectedParts(
      unusedOf(policies, decided).map(({ policy }) => policy),
      parameters,
    ),
  rows: ({ policies, decided, ...watched }, parameters) => {
    const watch = policyWatch({ ...watched, uses: decided }, parameters);
    return unusedOf(policies, decided).map(({ policy, rule }) => ({
      'orchestrator.cluster.name': textCell(policy, 'orchestrator.cluster.name'),
      ...ruleCells(rule),
      ...watch(policy),
    }));
  },
});

interface UnusedRule {
  readonly policy: PartRow;
  readonly rule: string;
}

function unusedOf(policies: readonly PartRow[], decided: readonly PartRow[]): readonly UnusedRule[] {
  const uses = rowsByKey(decided, 'cluster', 'rule');
  return policies.flatMap((policy) => {
    const cluster = textCell(policy, 'orchestrator.cluster.name');
    const since = momentOf(policy, 'policy.since') ?? Number.NEGATIVE_INFINITY;
    const isUsed = (rule: string): boolean => {
      const last = momentOf(uses.get(keyText(cluster, rule)) ?? {}, 'last');
      return last !== null && last >= since;
    };
    return rulesOf(policy)
      .filter((rule) => !isUsed(rule))
      .map((rule) => ({ policy, rule }));
  });
}

/** Rule refs in the order in which they stand; [] where nobody saw what the policy says. */
function rulesOf(policy: PartRow): readonly string[] {
  const ref = textCell(policy, 'policy.ref');
  const content = field(policy, 'policy.spec');
  const specs = field(content, 'specs');
  if (!Array.isArray(specs)) return rulesOfSpec(content, `${ref}#`);
  const single = field(content, 'spec');
  const all: readonly JsonValue[] = [...(single === undefined ? [] : [single]), ...specs];
  if (specs.length === 0) return all.flatMap((spec) => rulesOfSpec(spec, `${ref}#`));
  return all.flatMap((spec, index) => rulesOfSpec(spec, `${ref}#spec[${index}].`));
}

function rulesOfSpec(spec: JsonValue | undefined, begin: string): readonly string[] {
  if (!isObject(spec)) return [];
  return SECTIONS.flatMap((section) => {
    const rules = field(spec, section);
    if (!Array.isArray(rules)) return [];
    return rules.flatMap((rule: JsonValue, index: number) =>
      text(at(rule, 'action')) === 'Pass' ? [] : [`${begin}${section}[${index}]`],
    );
  });
}
