// Which changes of policies may have overtaken a verdict. A change of a policy that selects the workload may; one
// that does not, cannot. Whether it selects is not evaluated: verdicts tell, since each names the policies that
// select its subject. After a change, a verdict without the policy clears it.
import { textCell } from '../cells.ts';
import { leastOf, momentOf } from './cellsOf.ts';
import { SUBJECT, TALK } from './conversations.ts';
import { any, between, is, type PartRow, type Tally } from './part.ts';
import type { QueryParameters } from './savedQuery.ts';
import { flowScope, policyScope } from './scope.ts';

/** The newest change of each policy, and of what else decisions depend on. */
export function latestChanges(parameters: QueryParameters): Tally {
  return {
    kind: 'tally',
    from: 'changes',
    where: [
      ...policyScope({ ...parameters, namespace: '' }),
      ...between('change.at', null, parameters.untilMs),
      is('change.outcome', 'version', 'tombstone', 'gap'),
      is('change.origin', 'audit', 'watch'),
    ],
    by: {
      cluster: { field: 'orchestrator.cluster.name' },
      kind: { field: 'policy.kind' },
      ref: { field: 'policy.ref' },
      namespace: { field: 'policy.namespace' },
      name: { field: 'policy.name' },
    },
    measures: {
      at: { kind: 'max', field: 'change.at' },
      deleted: { kind: 'max', field: 'change.at', where: is('change.outcome', 'tombstone') },
    },
  };
}

const SELECTED = {
  ...SUBJECT,
  subject_labels: { field: 'subject.labels_hash' },
  direction: TALK.direction,
};

/**
 * When each policy was last seen to select each of the workloads, as far as that matters: since the first change that
 * comes into question, and in the namespaces of such changes.
 * @param denials rows of a tally by {@link SELECTED} and more, with `last` @param changes rows of {@link latestChanges}
 */
export function selections(
  denials: readonly PartRow[],
  changes: readonly PartRow[],
  parameters: QueryParameters,
): Tally {
  const firstDenial = leastOf(denials.map((row) => momentOf(row, 'last'))) ?? 0;
  const later = changes.filter((row) => isOfPolicy(row) && (momentOf(row, 'at') ?? 0) > firstDenial);
  const namespaces = new Set(later.map((row) => textCell(row, 'namespace')));
  const gone = later.filter((row) => momentOf(row, 'deleted') !== null).map((row) => textCell(row, 'ref'));
  const since = between('last_seen', leastOf(later.map((row) => momentOf(row, 'at'))), null);
  return {
    kind: 'tally',
    from: 'rollups',
    where: [
      ...flowScope(parameters),
      is('subject.workload', ...new Set(denials.map((row) => textCell(row, 'subject_workload')))),
      // The namespace of cluster-scoped kinds is ''.
      ...(namespaces.has('') ? [] : [is('subject.namespace', ...namespaces)]),
      any(...since, is('policy.selecting', ...gone)),
    ],
    by: { ...SELECTED, policy: { field: 'policy.selecting', each: true } },
    measures: { last: { kind: 'max', field: 'last_seen' } },
  };
}

export interface Overtaking {
  /**
   * The policies whose change may have altered the answer since; sorted.
   * @param row has the groups of {@link TALK} and both labels @param sinceMs when the answer was last seen
   */
  of(row: PartRow, sinceMs: number): readonly string[];
}

/** @param changes rows of {@link latestChanges} @param selected rows of {@link selections} */
export function createOvertaking(changes: readonly PartRow[], selected: readonly PartRow[]): Overtaking {
  const bySubject = Map.groupBy(selected, subjectKey);
  const byCluster = Map.groupBy(changes, (row) => textCell(row, 'cluster'));
  return {
    of(row, sinceMs) {
      const seen = bySubject.get(subjectKey(row)) ?? [];
      return (byCluster.get(textCell(row, 'cluster')) ?? [])
        .filter((change) => (momentOf(change, 'at') ?? 0) > sinceMs && mayConcern(change, row, seen))
        .map((change) => textCell(change, 'ref'))
        .sort();
    },
  };
}

/** Those of namespaces and of the agent's configuration are judged without asking who selects whom. */
function isOfPolicy(change: PartRow): boolean {
  return !['Namespace', 'ConfigMap'].includes(textCell(change, 'kind'));
}

function mayConcern(change: PartRow, row: PartRow, seen: readonly PartRow[]): boolean {
  const [subject, peer] = [textCell(row, 'subject_namespace'), textCell(row, 'peer_namespace')];
  if (textCell(change, 'kind') === 'Namespace') return [subject, peer].includes(textCell(change, 'name'));
  if (textCell(change, 'kind') === 'ConfigMap') return false;
  const namespace = textCell(change, 'namespace');
  if (namespace !== '' && namespace !== subject) return false;
  const at = momentOf(change, 'at') ?? 0;
  const selected = seen.find((one) => textCell(one, 'policy') === textCell(change, 'ref'));
  const wasDeleted = momentOf(change, 'deleted') === at;
  if (wasDeleted && selected === undefined) return false;
  const selectedLast = selected === undefined ? 0 : (momentOf(selected, 'last') ?? 0);
  const seenAfter = seen.some((one) => (momentOf(one, 'last') ?? 0) > at);
  return !(seenAfter && selectedLast <= at && !wasDeleted);
}

function subjectKey(row: PartRow): string {
  return JSON.stringify(Object.keys(SELECTED).map((name) => row[name] ?? null));
}
