// Who crosses the border of a namespace: whether it is as isolated as people believe, and which policy says so.
import { countCell, textCell } from '../cells.ts';
import { momentOf, textsOf } from './cellsOf.ts';
import { CLUSTER, count, FIRST_SEEN, LAST_SEEN, list, text, VERDICTS } from './columns.ts';
import { HOST, SEEN, TALK, TALK_COLUMNS, talkCells } from './conversations.ts';
import { all, any, type Condition, is, not, type PartRow } from './part.ts';
import { savedQuery } from './savedQuery.ts';
import { talkScope } from './scope.ts';

const POLICIES = 5;

export const NAMESPACE_ISOLATION = savedQuery({
  name: 'namespace-isolation',
  topic: 'traffic',
  title: 'Who crosses the border of a namespace, in which direction, and under which policy?',
  about:
    'Conversations with one end in the namespace and the other outside it, by what happened to them and what the policies say. What nothing would have stopped says so: no policy isolates that end.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  needs: ['namespace'],
  columns: [
    CLUSTER,
    text(
      'border',
      'border',
      'in: somebody outside connects to the namespace; out: the namespace connects to somebody.',
    ),
    ...TALK_COLUMNS,
    text('verdict.observed', 'observed', 'forwarded, dropped, audited, redirected, error.'),
    text('verdict.declared', 'declared', 'What the policies said at that time: allowed, denied, unknown.'),
    VERDICTS,
    count('unprotected', 'unprotected', 'verdicts', 'Those of them that no policy had a say in.'),
    list('policy.responsible', 'policies', `Policies that allow or deny it, the first ${POLICIES} by name.`),
    FIRST_SEEN,
    LAST_SEEN,
  ],
  order: ['orchestrator.cluster.name', 'border', 'verdict.observed', '-count'],
  caveats: [
    'A connection may be judged at both of its ends: then it stands here twice, once in each direction.',
    'Addresses beyond the cap of a block stand together as `other`: an end within the namespace may be among them.',
  ],
  parts: (parameters) => ({
    crossings: {
      kind: 'tally',
      from: 'rollups',
      where: [...talkScope(parameters), crosses(parameters.namespace)],
      by: { ...TALK, observed: { field: 'verdict.observed' }, declared: { field: 'verdict.declared' } },
      measures: {
        ...SEEN,
        ...HOST,
        unprotected: { kind: 'sum', field: 'count', where: is('verdict.reason', 'no-policy') },
        policies: { kind: 'some', field: 'policy.responsible', most: POLICIES },
      },
    },
  }),
  rows: ({ crossings }, { namespace }) =>
    crossings.map((row) => ({
      'orchestrator.cluster.name': textCell(row, 'cluster'),
      border: isInward(row, namespace) ? 'in' : 'out',
      ...talkCells(row),
      'verdict.observed': textCell(row, 'observed'),
      'verdict.declared': textCell(row, 'declared'),
      count: countCell(row, 'verdicts'),
      unprotected: countCell(row, 'unprotected'),
      'policy.responsible': textsOf(row, 'policies'),
      first_seen: momentOf(row, 'first'),
      last_seen: momentOf(row, 'last'),
    })),
});

function crosses(namespace: string): Condition {
  const [subject, peer] = [is('subject.namespace', namespace), is('peer.namespace', namespace)];
  return any(all(subject, not(peer)), all(peer, not(subject)));
}

/** The subject is the destination on ingress, and the source on egress. */
function isInward(row: PartRow, namespace: string): boolean {
  const isSubjectInside = textCell(row, 'subject_namespace') === namespace;
  return isSubjectInside === (textCell(row, 'direction') === 'ingress');
}
