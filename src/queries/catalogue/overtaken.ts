// Which changes of policies may have overtaken a verdict. A change of a policy that selects the workload may; one
// that does not, cannot. Whether it selects is not evaluated: verdicts tell, since each names the policies that
// select its subject. After a change, a verdict without the policy clears it.
import { textCell } from '../cells.ts';
import { momentOf } from './cellsOf.ts';
import { SUBJECT, TALK } from './conversations.ts';
import { between, is, type PartRow, type Tally } from './part.ts';
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

/** When each policy was last seen to select each of the workloads. */
export function selections(workloads: readonly string[], parameters: QueryParameters): Tally {
  return {
    kind: 'tally',
    from: 'rollups',
    where: [...flowScope(parameters), is('subject.workload', ...workloads)],
    by: { ...SELECTED, policy: { field: 'policy.selecting', each: true } },
    measures: { last: { kind: 'max', field: 'last_seen' } },
  };
}

export interface Overtaking {
  /** The policies whose change may have altered the answer since; sorted. @param row has the groups of {@link TALK} and both labels */
  of(row: PartRow): readonly string[];
}

/** @param changes rows of {@link latestChanges} @param selected rows of {@link selections} */
export function createOvertaking(changes: readonly PartRow[], selected: readonly PartRow[]): Overtaking {
  const bySubject = Map.groupBy(selected, subjectKey);
  const byCluster = Map.groupBy(changes, (row) => textCell(row, 'cluster'));
  return {
    of(row) {
      const seen = bySubject.get(subjectKey(row)) ?? [];
      const last = momentOf(row, 'last') ?? 0;
      return (byCluster.get(textCell(row, 'cluster')) ?? [])
        .filter((change) => (momentOf(change, 'at') ?? 0) > last && mayConcern(change, row, seen))
        .map((change) => textCell(change, 'ref'))
        .sort();
    },
  };
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
