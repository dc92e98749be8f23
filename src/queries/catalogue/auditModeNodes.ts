// On which nodes a workload is audited still, and on which a switch of audit mode has taken effect: agents read
// `cilium-config` when they start, and an endpoint made anew loses an audit mode of its own.
import { textCell } from '../cells.ts';
import { momentOf, textOf } from './cellsOf.ts';
import { CLUSTER, count, text, time } from './columns.ts';
import { SUBJECT, subjectText } from './conversations.ts';
import { is, type Measure, type PartRow } from './part.ts';
import { type Row, savedQuery } from './savedQuery.ts';
import { verdictScope } from './scope.ts';

const AUDITED = is('verdict.observed', 'audited');
const DROPPED = is('verdict.observed', 'dropped');

const MEASURES = {
  audited: { kind: 'documents', where: AUDITED },
  first_audited: { kind: 'min', field: '@timestamp', where: AUDITED },
  last_audited: { kind: 'max', field: '@timestamp', where: AUDITED },
  first_dropped: { kind: 'min', field: '@timestamp', where: DROPPED },
  last_dropped: { kind: 'max', field: '@timestamp', where: DROPPED },
} as const satisfies Readonly<Record<string, Measure>>;

export const AUDIT_MODE_NODES = savedQuery({
  name: 'audit-mode-nodes',
  topic: 'audit mode',
  title: 'On which nodes is a workload audited, and on which enforced?',
  about:
    'Agents read cilium-config when they start, so a switch takes effect node by node. Of workloads that were ever audited, the last denial on each node tells whether it audits or drops there.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [
    CLUSTER,
    text('workload', 'workload', 'namespace/workload whose policies were asked.'),
    text('observer.name', 'node', 'The node that judged.'),
    text('state', 'state', 'audits, drops: its last denial there; mixed: both at that very moment.'),
    time('first_audited', 'first audited', 'Its first audited denial on that node.'),
    time('last_audited', 'last audited', 'The last one.'),
    time('first_dropped', 'first dropped', 'Its first denial on that node that was dropped.'),
    time('last_dropped', 'last dropped', 'The last one.'),
    count('kept', 'kept', 'verdicts', 'Audited verdicts that are kept whole: not all that there were.'),
  ],
  order: ['orchestrator.cluster.name', 'workload', 'observer.name'],
  caveats: [
    'From single verdicts, of which the workers keep at most 100 for each conversation, minute and block: times may be earlier or later.',
    'A workload of which no pod was denied anything on a node is not told of there.',
  ],
  parts: (parameters) => ({
    nodes: {
      kind: 'tally',
      from: 'verdicts',
      where: [
        ...verdictScope(parameters),
        is('verdict.observed', 'audited', 'dropped'),
        is('verdict.declared', 'denied'),
      ],
      by: { ...SUBJECT, node: { field: 'observer.name' } },
      measures: MEASURES,
    },
  }),
  rows: ({ nodes }) => {
    const workloads = Map.groupBy(nodes, workloadKey);
    return nodes
      .filter((row) =>
        (workloads.get(workloadKey(row)) ?? []).some((one) => momentOf(one, 'first_audited') !== null),
      )
      .map(nodeRow);
  },
});

function workloadKey(row: PartRow): string {
  return JSON.stringify(Object.keys(SUBJECT).map((name) => row[name] ?? null));
}

function nodeRow(row: PartRow): Row {
  return {
    'orchestrator.cluster.name': textCell(row, 'cluster'),
    workload: subjectText(row),
    'observer.name': textOf(row, 'node'),
    state: stateOf(row),
    first_audited: momentOf(row, 'first_audited'),
    last_audited: momentOf(row, 'last_audited'),
    first_dropped: momentOf(row, 'first_dropped'),
    last_dropped: momentOf(row, 'last_dropped'),
    kept: momentOf(row, 'audited'),
  };
}

function stateOf(row: PartRow): string {
  const [audited, dropped] = [momentOf(row, 'last_audited') ?? 0, momentOf(row, 'last_dropped') ?? 0];
  if (audited === dropped) return 'mixed';
  return audited > dropped ? 'audits' : 'drops';
}
