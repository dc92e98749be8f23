// Who changed what: every change of a policy that altered what it says, with the difference.
import { textCell } from '../cells.ts';
import { momentOf, textOf, textsOf } from './cellsOf.ts';
import { CLUSTER, flag, list, POLICY, text, time } from './columns.ts';
import { is, type Listing, type PartRow } from './part.ts';
import { type QueryParameters, type Row, savedQuery, type SavedQuery } from './savedQuery.ts';
import { changeScope } from './scope.ts';

const COLUMNS: SavedQuery['columns'] = [
  time('change.at', 'at', 'From when on the change holds.'),
  CLUSTER,
  POLICY,
  text('change.verb', 'verb', 'create, update, patch, delete, deletecollection, …'),
  text('actor.user', 'who', 'The user that the request was authorised as.'),
  text('actor.kind', 'kind', 'human, gitops, controller, system.'),
  text('actor.manager', 'manager', 'Argo CD, Flux, Helm, kubectl, …, when told.'),
  text('actor.impersonator', 'really', 'Who really called, when impersonating.'),
  flag('manual', 'by hand', 'A person changed what a GitOps controller or Helm manages.'),
  text('policy.managed_by', 'managed by', 'Who owns the policy by its labels.'),
  list('change.diff', 'difference', '`path: before → after`, in order of paths.'),
  text('change.cause', 'reason', 'The reason that the change itself declares.'),
  text('change.commit.id', 'commit', 'The commit of the manifests that holds this version.'),
  text('change.confidence', 'confidence', 'exact, inferred, metadata: how much of the body the log holds.'),
  text('change.id', 'id', 'Id of the change, as cause.change_id of verdicts has it.'),
];

const LISTED = COLUMNS.map(({ name }) => name).filter((name) => name !== 'manual');

export const CHANGES_MADE = savedQuery({
  name: 'changes',
  topic: 'changes',
  title: 'Who changed which policy, when, and what about it?',
  about:
    'Versions and deletions of policies that the audit log tells of, newest first. Refused attempts and dry runs are another question.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: COLUMNS,
  order: ['-change.at', 'change.id'],
  caveats: ['What the log holds without a body (confidence metadata) has no difference to show.'],
  parts: (parameters) => ({ changes: changes(parameters) }),
  rows: ({ changes }) => changes.map(changeRow),
});

export const MANUAL_CHANGES = savedQuery({
  name: 'manual-changes',
  topic: 'changes',
  title: 'Which managed policies did people change by hand?',
  about:
    'Changes by people to policies that Argo CD, Flux or Helm manages, by the labels of the policy; newest first.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: COLUMNS,
  order: ['-change.at', 'change.id'],
  caveats: [
    'A person who lets a controller do it (a pull request, a Helm pipeline) is not seen as a person here.',
  ],
  parts: (parameters) => {
    const listing = changes(parameters);
    return { changes: { ...listing, where: [...listing.where, is('drift', 'manual-change')] } };
  },
  rows: ({ changes }) => changes.map(changeRow),
});

function changes(parameters: QueryParameters): Listing {
  return {
    kind: 'listing',
    from: 'changes',
    where: [
      ...changeScope(parameters),
      is('change.outcome', 'version', 'tombstone'),
      is('change.origin', 'audit'),
    ],
    fields: [...LISTED, 'drift'],
    sort: [{ field: 'change.at', order: 'desc' }],
  };
}

function changeRow(row: PartRow): Row {
  const cells = COLUMNS.map(({ name, type }) => {
    if (type === 'flag') return [name, textsOf(row, 'drift').includes('manual-change')] as const;
    if (type === 'time') return [name, momentOf(row, name)] as const;
    if (type === 'list') return [name, textsOf(row, name)] as const;
    return [name, textOf(row, name)] as const;
  });
  return { ...Object.fromEntries(cells), 'change.id': textCell(row, 'change.id') };
}
