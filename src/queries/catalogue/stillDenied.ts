// What would still be denied if audit mode ended now: conversations that audit mode let pass, put to the policies of
// the time of the question again. Where these cannot tell (one is not known, a rule asks what rollups leave out), the
// last verdicts do, as long as no policy that may matter has changed since.
import { countCell, textCell } from '../cells.ts';
import { deniedWorkloads, signsOf, turningParts } from './auditModeSigns.ts';
import { greatestOf, leastOf, momentOf, textsOf } from './cellsOf.ts';
import { CLUSTER, FIRST_SEEN, LAST_SEEN, list, text, VERDICTS } from './columns.ts';
import { HOST, SEEN, TALK_COLUMNS, talkCells } from './conversations.ts';
import type { JudgeAgain } from '../judgeAgain.ts';
import { createOvertaking, latestChanges, selections } from './overtaken.ts';
import { type Condition, is, not, type PartRow, type Tally } from './part.ts';
import { type HeldPart, policiesHeldParts } from './policiesHeld.ts';
import { type Answers, type QueryParameters, type Row, savedQuery } from './savedQuery.ts';
import { flowScope } from './scope.ts';
import { judgedAgain, type LabelPart, labelParts } from './talksAgain.ts';
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
    'Audited denials, by conversation, put to the policies in force at the end of the time asked about. denied: those of one end deny it. allowed: those of the ends that are audited allow it. unknown: they cannot tell, and neither can the last verdict, since policies changed after it. enforced: the workload has left audit mode, so that ending it changes nothing.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [
    CLUSTER,
    text('now', 'now', 'denied, unknown, allowed, enforced.'),
    ...TALK_COLUMNS,
    VERDICTS,
    LAST_SEEN,
    FIRST_SEEN,
    list(
      'policy.denying',
      'denied by',
      `Of what is denied now: the policies that deny it now, the first ${MOST_POLICIES}.`,
    ),
    list(
      'policy.responsible',
      'denied then by',
      `Policies that denied it when it was audited, the first ${MOST_POLICIES}.`,
    ),
    list('undecidable', 'unknown because', 'Of what is unknown: why the policies cannot tell.'),
    list(
      'changed',
      'changed since',
      'Of what is unknown: policies that changed after the last verdict and may select the workload.',
    ),
  ],
  order: ['rank', '-count'],
  caveats: [
    'What nobody tried while it was audited may be denied, too.',
    'The policies are those that the store knows of: feed-gaps tells whether the audit log was heard until the end.',
    'Rollups keep neither types of ICMP nor numbers of named ports: rules that ask for them are undecided here, not by analyze.',
    'A connection that both ends audited stands in two rows, and is denied in both where one end denies it.',
    'With --namespace only the policies of that end are asked.',
  ],
  parts: (parameters) => ({
    denials: auditedTalks(parameters),
    workloads: deniedWorkloads(parameters),
    ...labelParts(audited(parameters)),
  }),
  more: ({ denials, workloads }, parameters) => ({
    ...turningParts(workloads, parameters),
    ...policiesHeldParts(denials, parameters),
    changes: latestChanges(parameters),
  }),
  last(answers, parameters, judge) {
    const said = judgedAgain(answers.denials, answers, parameters.asOfMs, judge);
    const doubtful = answers.denials.filter((row) => said.get(row)?.declared === 'unknown');
    return {
      declared: declaredTalks(doubtful, parameters),
      selected: selections(doubtful, answers.changes, parameters),
    };
  },
  rows: stillDeniedRows,
});

function audited(parameters: QueryParameters): readonly Condition[] {
  return [...flowScope(parameters), is('verdict.observed', 'audited')];
}

function auditedTalks(parameters: QueryParameters): Tally {
  return {
    kind: 'tally',
    from: 'rollups',
    where: audited(parameters),
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

type StillDeniedPart =
  | HeldPart
  | LabelPart
  | 'denials'
  | 'workloads'
  | 'minutes'
  | 'later'
  | 'changes'
  | 'declared'
  | 'selected';

function stillDeniedRows(
  answers: Answers<StillDeniedPart>,
  { asOfMs }: QueryParameters,
  judge: JudgeAgain,
): readonly Row[] {
  const { denials, workloads } = answers;
  const enforced = new Set(
    signsOf(workloads, answers)
      .filter(({ unauditedSince }) => unauditedSince !== null)
      .map(({ cluster, subject }) => JSON.stringify([cluster, subject.namespace, subject.workload])),
  );
  const said = judgedAgain(denials, answers, asOfMs, judge);
  const byVerdicts = verdictsSay(answers);
  const judged = denials.map((row): Judged => {
    const same = { row, deniedBy: [], undecidable: [], changed: [] };
    if (enforced.has(workloadKey(row))) return { ...same, now: 'enforced' };
    const { declared = 'unknown', undecidable = [], responsible = [] } = said.get(row) ?? {};
    if (declared === 'denied') return { ...same, now: declared, deniedBy: responsible };
    if (declared === 'allowed') return { ...same, now: declared };
    const { now, changed } = byVerdicts(row);
    if (now === 'unknown') return { ...same, now, undecidable, changed };
    return { ...same, now, deniedBy: now === 'denied' ? textsOf(row, 'policies') : [] };
  });
  const both = cutOff(judged);
  // Endpoints with other labels are one conversation, as long as the answer is the same.
  const key = ({ row, now }: Judged): string => JSON.stringify([connectionKey(row), row['direction'], now]);
  return [...Map.groupBy(both, key).values()].map(tableRow);
}

/** What one end denies is denied, though the other end allows it. */
function cutOff(judged: readonly Judged[]): readonly Judged[] {
  const denials = Map.groupBy(
    judged.filter(({ now }) => now === 'denied'),
    ({ row }) => connectionKey(row),
  );
  return judged.map((one) => {
    const denied = denials.get(connectionKey(one.row));
    if (denied === undefined || one.now === 'denied' || one.now === 'enforced') return one;
    const deniedBy = denied.flatMap((other) => other.deniedBy);
    return { row: one.row, now: 'denied', deniedBy, undecidable: [], changed: [] };
  });
}

/** The same for the verdicts of both ends. */
function connectionKey(row: PartRow): string {
  const { source, destination, service } = talkCells(row);
  return JSON.stringify([textCell(row, 'cluster'), source, destination, service]);
}

/** What the last verdict of a conversation says, unless a policy that may matter has changed since. */
function verdictsSay({
  changes,
  selected,
  declared,
}: Answers<StillDeniedPart>): (row: PartRow) => Pick<Judged, 'now' | 'changed'> {
  const declaredLast = new Map(declared.map((row) => [labelledKey(row), row]));
  const overtaking = createOvertaking(changes, selected);
  return (row) => {
    const last = declaredLast.get(labelledKey(row)) ?? {};
    const denied = greatestOf([momentOf(row, 'last_denied'), momentOf(last, 'last_denied')]) ?? 0;
    const allowed = momentOf(last, 'last_allowed') ?? 0;
    const changed = overtaking.of(row, Math.max(denied, allowed));
    if (changed.length > 0) return { now: 'unknown', changed };
    return { now: allowed > denied ? 'allowed' : 'denied', changed };
  };
}

interface Judged {
  readonly row: PartRow;
  readonly now: (typeof RANKS)[number];
  readonly deniedBy: readonly string[];
  readonly undecidable: readonly string[];
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
    'policy.denying': all(same.map(({ deniedBy }) => deniedBy)).slice(0, MOST_POLICIES),
    'policy.responsible': all(rows.map((row) => textsOf(row, 'policies'))).slice(0, MOST_POLICIES),
    undecidable: all(same.map(({ undecidable }) => undecidable)),
    changed: all(same.map(({ changed }) => changed)),
  };
}

function workloadKey(row: PartRow): string {
  return JSON.stringify(
    ['cluster', 'subject_namespace', 'subject_workload'].map((name) => textCell(row, name)),
  );
}
