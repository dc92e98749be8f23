// What both questions about unused policies and rules need to know of each policy in force: its flows' coverage,
// how long it was watched, and what could have been it but could not be decided.
//
//   policy.since ──┐
//   flows begin  ──┼─▶ the latest = watched from ─────────▶ watched until = flows end
//   --since      ──┘
import { countCell, textCell } from '../cells.ts';
import { greatestOf, momentOf, textOf, textsOf } from './cellsOf.ts';
import { count, list, text, time } from './columns.ts';
import { coverageParts, type CoverageRows, flowCoverages } from './flowCoverage.ts';
import { keyOf, keyText, rowsByKey } from './keyed.ts';
import { exists, is, MOST_ROWS, not, type PartRow, type Tally } from './part.ts';
import type { QueryParameters, Row } from './savedQuery.ts';
import { talkScope } from './scope.ts';

export const STATE = text('state', 'state', 'unused; unknown where it cannot be told.');
export const WATCH_COLUMNS = [
  list('why', 'why unknown', 'Why it cannot be told that it is unused.'),
  count(
    'selected',
    'selected',
    'verdicts',
    'Verdicts of the workloads that it selects, whoever decided them.',
  ),
  time('watched_from', 'watched from', 'From when on both it was in force as it is and flows were recorded.'),
  time('watched_until', 'watched until', 'The last flow.'),
  text('policy.managed_by', 'managed by', 'Who owns the policy by its labels.'),
];

/** Fields of policies that {@link policyWatch} reads. */
export const WATCHED_FIELDS = [
  'orchestrator.cluster.name',
  'policy.ref',
  'policy.namespace',
  'policy.since',
  'policy.managed_by',
  'drift',
] as const;

const UNDECIDED = is('verdict.declared', 'unknown');

/** Verdicts of whatever namespace: clusterwide policies select in all of them. */
export function watchParts(
  parameters: QueryParameters,
): Readonly<Record<'feeds' | 'passed' | 'undecided', Tally>> {
  const cluster = { field: 'orchestrator.cluster.name' };
  return {
    ...coverageParts(parameters),
    undecided: {
      kind: 'tally',
      from: 'rollups',
      where: [...talkScope(parameters), UNDECIDED, not(exists('policy.selecting'))],
      by: { cluster, namespace: { field: 'subject.namespace' } },
      measures: { verdicts: { kind: 'sum', field: 'count' } },
    },
  };
}

/** What these policies select, others beside them. @param policies those that nothing was seen of */
export function selectedParts(
  policies: readonly PartRow[],
  parameters: QueryParameters,
): Readonly<Record<'selected', Tally>> {
  return {
    selected: {
      kind: 'tally',
      from: 'rollups',
      where: [
        ...talkScope(parameters),
        is('policy.selecting', ...new Set(policies.map((row) => textCell(row, 'policy.ref')))),
      ],
      by: {
        cluster: { field: 'orchestrator.cluster.name' },
        policy: { field: 'policy.selecting', each: true },
      },
      measures: {
        verdicts: { kind: 'sum', field: 'count' },
        undecided: { kind: 'sum', field: 'count', where: UNDECIDED },
      },
    },
  };
}

export interface WatchRows extends CoverageRows {
  /** What was seen to be used: of a list that is cut, absence proves nothing. */
  readonly uses: readonly PartRow[];
  readonly selected: readonly PartRow[];
  readonly undecided: readonly PartRow[];
}

/** The cells of {@link STATE} and {@link WATCH_COLUMNS}, of a row of policies that nothing was seen of. */
export function policyWatch(rows: WatchRows, parameters: QueryParameters): (policy: PartRow) => Row {
  const coverageOf = flowCoverages(rows, parameters);
  const selected = rowsByKey(rows.selected, 'cluster', 'policy');
  const isCut = [rows.uses, rows.selected, rows.undecided].some(({ length }) => length >= MOST_ROWS);
  return (policy) => {
    const cluster = textCell(policy, 'orchestrator.cluster.name');
    const seen = selected.get(keyOf(policy, 'orchestrator.cluster.name', 'policy.ref')) ?? {};
    const { fromMs, untilMs, gaps } = coverageOf(cluster);
    const from = fromMs === null ? null : greatestOf([fromMs, momentOf(policy, 'policy.since')]);
    const undecided = countCell(seen, 'undecided') + unplaced(rows.undecided, policy);
    const why = [
      ...(isCut ? ['more was seen than is read at a time: ask for less'] : []),
      ...gaps,
      ...(textsOf(policy, 'drift').includes('not-in-force') ? ['it is not in force: see not-in-force'] : []),
      ...(undecided === 0 ? [] : [`${undecided} verdicts undecided that it may have decided`]),
      ...(from !== null && untilMs !== null && from >= untilMs ? ['no flows since it is as it is'] : []),
    ];
    return {
      state: why.length === 0 ? 'unused' : 'unknown',
      why,
      selected: countCell(seen, 'verdicts'),
      watched_from: from,
      watched_until: untilMs,
      'policy.managed_by': textOf(policy, 'policy.managed_by'),
    };
  };
}

/** Undecided verdicts of which not even the selecting policies are known, where this policy may select. */
function unplaced(undecided: readonly PartRow[], policy: PartRow): number {
  const [cluster, namespace] = [
    textCell(policy, 'orchestrator.cluster.name'),
    textCell(policy, 'policy.namespace'),
  ];
  const place = keyText(cluster, namespace);
  return undecided
    .filter((row) =>
      namespace === '' ? textCell(row, 'cluster') === cluster : keyOf(row, 'cluster', 'namespace') === place,
    )
    .reduce((sum, row) => sum + countCell(row, 'verdicts'), 0);
}
