// Writes of policies that altered nothing: refused, failed, or only tried.
import { numberCell, textCell } from '../cells.ts';
import { momentOf, textOf } from './cellsOf.ts';
import { CLUSTER, POLICY, text, time } from './columns.ts';
import { is, type PartRow } from './part.ts';
import { type Row, savedQuery, type SavedQuery } from './savedQuery.ts';
import { changeScope } from './scope.ts';

const COLUMNS: SavedQuery['columns'] = [
  time('change.at', 'at', 'When the API server answered.'),
  CLUSTER,
  POLICY,
  text('change.outcome', 'outcome', 'failure: refused or failed; dry-run: only tried, as the client asked.'),
  text('change.code', 'code', 'HTTP status: 403 not permitted, 409 somebody was faster, 422 invalid, …'),
  text('change.verb', 'verb', 'create, update, patch, delete, deletecollection, …'),
  text('actor.user', 'who', 'The user that the request was authorised as.'),
  text('actor.kind', 'kind', 'human, gitops, controller, system.'),
  text('actor.manager', 'manager', 'Argo CD, Flux, Helm, kubectl, …, when told.'),
  text('actor.impersonator', 'really', 'Who really called, when impersonating.'),
  text('change.message', 'message', 'What the API server answered.'),
  text('change.audit_id', 'audit id', 'auditID of the request.'),
  text('change.id', 'id', 'Id of the attempt.'),
];

export const ATTEMPTS = savedQuery({
  name: 'attempts',
  topic: 'changes',
  title: 'Who tried to change policies and was refused, or only tried?',
  about: 'Refused, failed and dry-run writes, newest first. None of them altered what is enforced.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: COLUMNS,
  order: ['-change.at', 'change.id'],
  caveats: ['Where the audit policy logs refusals at all: some log only what succeeded.'],
  parts: (parameters) => ({
    attempts: {
      kind: 'listing',
      from: 'changes',
      where: [...changeScope(parameters), is('change.outcome', 'failure', 'dry-run')],
      fields: COLUMNS.map(({ name }) => name),
      sort: [{ field: 'change.at', order: 'desc' }],
    },
  }),
  rows: ({ attempts }) => attempts.map(attemptRow),
});

function attemptRow(row: PartRow): Row {
  return Object.fromEntries(
    COLUMNS.map(({ name, type }) => {
      if (type === 'time') return [name, momentOf(row, name)];
      if (name === 'change.code') return [name, numberCell(row, name)?.toString() ?? null];
      return [name, name === 'change.id' ? textCell(row, name) : textOf(row, name)];
    }),
  );
}
