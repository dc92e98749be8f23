// What would still be denied if audit mode ended now: conversations that audit mode let pass, as far as nothing
// that has happened since speaks against it. Policies are not evaluated again here: where one of them was changed
// after the last verdict, and no later verdict shows that it does not select the workload, the answer is unknown.
import { countCell, textCell } from '../cells.ts';
import { deniedWorkloads, signsOf, turningParts } from './auditModeSigns.ts';
import { greatestOf, leastOf, momentOf, textsOf } from './cellsOf.ts';
import { CLUSTER, FIRST_SEEN, LAST_SEEN, list, text, VERDICTS } from './columns.ts';
import { HOST, SEEN, TALK_COLUMNS, talkCells } from './conversations.ts';
import { createOvertaking, latestChanges, selections } from './overtaken.ts';
import { is, not, type PartRow, type Tally } from './part.ts';
import { type Answers, type QueryParameters, type Row, savedQuery } from './savedQuery.ts';
import { flowScope } from './scope.ts';
import { alike, LABELLED, labelledKey } from './undoing.ts';

const MOST_POLICIES = 5;

/** A node that is late goes on denying, and audits, what the policies allow by then. */
const ALLOWED = is('verdict.declared', 'allowed');

/** In the order in which they stand. */
const RANKS = ['denied', 'unknown', 'allowed', 'enforced'] as const;

export const STILL_DENIED = savedQuery({
  name: 'still-denied',
  topic: 'audit mode',
  title: 'What would still be denied if audit mode ended now?',
  about:
    'Audited denials, by conversation. denied: so the last verdict says, and no policy that may matter has changed since. unknown: one has. allowed: by the policies at the last verdict. enforced: the workload has left audit mode, so that ending it changes nothing.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [
    CLUSTER,
    text('now', 'now', 'denied, unknown, allowed, enforced.'),
    ...TALK_COLUMNS,
    VERDICTS,
    LAST_SEEN,
    FIRST_SEEN,
    list('policy.responsible', 'denied by', `Policies that denied it, the first ${MOST_POLICIES}.`),
    list(
      'changed',
      'changed since',
      'Policies that changed after the last verdict and may select the workload.',
    ),
  ],
  order: ['rank', '-count'],
  caveats: [
    'What nobody tried while it was audited may be denied, too.',
    'analyze evaluates the policies of the end again, and knows more than this answer.',
    'A connection that both ends deny stands in two rows, one for each direction.',
  ],
  parts: (parameters) => ({
    denials: auditedTalks(parameters),
    workloads: deniedWorkloads(parameters),
    changes: latestChanges(parameters),
  }),
  more({ denials = [], workloads = [], changes = [] }, parameters) {
    return {
      ...turningParts(workloads, parameters),
      declared: declaredTalks(denials, parameters),
      selected: selections(denials, changes, parameters),
    };
  },
  rows: stillDeniedRows,
});

function auditedTalks(parameters: QueryParameters): Tally {
  return {
    kind: 'tally',
    from: 'rollups',
    where: [...flowScope(parameters), is('verdict.observed', 'audited')],
    by: LABELLED,
    measures: {
      ...SEEN,
      ...HOST,
      last_denied: { ...SEEN.last, where: not(ALLOWED) },
      policies: { kind: 'some', field: 'policy.responsible', most: MOST_POLICIES },
    },
  };
}

/** When the policies last denied each of them, and last allowed it, whatever the datapath did. */
function declaredTalks(denials: readonly PartRow[], parameters: QueryParameters): Tally {
  return {
    kind: 'tally',
    from: 'rollups',
    where: [...flowScope(parameters), is('verdict.declared', 'allowed', 'denied'), alike(denials)],
    by: LABELLED,
    measures: {
      last_denied: { ...SEEN.last, where: is('verdict.declared', 'denied') },
      last_allowed: { ...SEEN.last, where: ALLOWED },
    },
  };
}

function stillDeniedRows({
  denials = [],
  workloads = [],
  changes = [],
  minutes = [],
  later = [],
  declared = [],
  selected = [],
}: Answers): readonly Row[] {
  const enforced = new Set(
    signsOf(workloads, { minutes, later })
      .filter(({ unauditedSince }) => unauditedSince !== null)
      .map(({ cluster, subject }) => JSON.stringify([cluster, subject.namespace, subject.workload])),
  );
  const declaredLast = new Map(declared.map((row) => [labelledKey(row), row]));
  const overtaking = createOvertaking(changes, selected);
  const judged = denials.map((row): Judged => {
    if (enforced.has(workloadKey(row))) return { row, now: 'enforced', changed: [] };
    const said = declaredLast.get(labelledKey(row)) ?? {};
    const denied = greatestOf([momentOf(row, 'last_denied'), momentOf(said, 'last_denied')]) ?? 0;
    const allowed = momentOf(said, 'last_allowed') ?? 0;
    const changed = overtaking.of(row, Math.max(denied, allowed));
    if (changed.length > 0) return { row, now: 'unknown', changed };
    return { row, now: allowed > denied ? 'allowed' : 'denied', changed };
  });
  // Endpoints with other labels are one conversation, as long as the answer is the same.
  const key = ({ row, now }: Judged): string =>
    JSON.stringify([textCell(row, 'cluster'), talkCells(row), now]);
  return [...Map.groupBy(judged, key).values()].map(tableRow);
}

interface Judged {
  readonly row: PartRow;
  readonly now: (typeof RANKS)[number];
  readonly changed: readonly string[];
}

function tableRow(same: readonly Judged[]): Row {
  const [first] = same;
  const rows = same.map(({ row }) => row);
  const all = (lists: readonly (readonly string[])[]): readonly string[] => [...new Set(lists.flat())].sort();
  return {
    'orchestrator.cluster.name': first === undefined ? '' : textCell(first.row, 'cluster'),
    now: first?.now ?? '',
    rank: RANKS.indexOf(first?.now ?? 'denied'),
    ...(first === undefined ? {} : talkCells(first.row)),
    count: rows.reduce((sum, row) => sum + countCell(row, 'verdicts'), 0),
    last_seen: greatestOf(rows.map((row) => momentOf(row, 'last'))),
    first_seen: leastOf(rows.map((row) => momentOf(row, 'first'))),
    'policy.responsible': all(rows.map((row) => textsOf(row, 'policies'))).slice(0, MOST_POLICIES),
    changed: all(same.map(({ changed }) => changed)),
  };
}

function workloadKey(row: PartRow): string {
  return JSON.stringify(
    ['cluster', 'subject_namespace', 'subject_workload'].map((name) => textCell(row, name)),
  );
}
