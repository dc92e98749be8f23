// What each change broke, and what it opened: the verdicts whose cause it is, and whether the effect still stands.
// Undone is said on evidence only: a later verdict of the same conversation, between endpoints with the same
// labels, that went the other way; or the policy says again what it said before (queries/impacts.ts).
import { MICROS_PER_MS } from '../../model/time.ts';
import type { FlowDrift } from '../../model/verdict.ts';
import { countCell, numberCell, textCell } from '../cells.ts';
import { IMPACT_STATES, type Impact, impactsOf } from '../impacts.ts';
import { greatestOf, leastOf, momentOf } from './cellsOf.ts';
import { CHANGE_ID, CHANGE_KIND, CHANGE_WHAT, CHANGE_WHO, changeCells, DIFFERENCE } from './changeColumns.ts';
import { CONVERSATIONS, count, durationMs, FIRST_SEEN, LAST_SEEN, list, text, time } from './columns.ts';
import { HOST, SEEN, talkCells } from './conversations.ts';
import { breaksBefore, MENDED, MENDS, mendsCells } from './mends.ts';
import { between, type Condition, exists, is, type PartRow, type Tally } from './part.ts';
import { type Answers, type QueryParameters, type Row, savedQuery, type SavedQuery } from './savedQuery.ts';
import { flowScope, policyScope } from './scope.ts';
import { listChanges, storedChange } from './storedChange.ts';
import { alike, effectsOf, LABELLED, labelledKey } from './undoing.ts';

const CAUSE = {
  cause_id: { field: 'cause.change_id' },
  cause_at: { field: 'cause.at' },
};

const EXAMPLES = 3;

interface Sides {
  readonly drift: readonly FlowDrift[];
  /** Verdicts that went the other way. */
  readonly opposite: readonly Condition[];
}

const BROKEN: Sides = {
  drift: ['denied-by-change', 'newly-enforced'],
  opposite: [is('verdict.observed', 'forwarded', 'redirected'), is('verdict.declared', 'allowed', 'unknown')],
};
const OPENED: Sides = {
  drift: ['newly-allowed'],
  opposite: [is('verdict.observed', 'dropped', 'audited'), is('verdict.declared', 'denied', 'unknown')],
};

const STATE = text(
  'state',
  'state',
  `${IMPACT_STATES.join(', ')}: whether it still is so; untried: the policy has changed since, and nothing shows how these conversations are judged now.`,
);
const ENDED = time('ended_at', 'ended', 'When it came undone, was taken back or overwritten.');
const LAG = durationMs({
  name: 'cause.lag_ms',
  title: 'lag',
  meaning: 'From the change to the first verdict that it explains; negative where clocks disagree.',
});
const HINT = text(
  'hint',
  'hint',
  'egressDeny or ingressDeny: such a section alone, without rules that allow, switched on default deny.',
);
const SHOWN = list('examples', 'examples', `Conversations with the most verdicts, at most ${EXAMPLES}.`);

export const BROKEN_BY_CHANGE = savedQuery({
  name: 'broken-by-change',
  topic: 'changes',
  title: 'What did each policy change break, and is it mended?',
  about:
    'Denials, dropped or audited, whose cause is a change that turned allowed into denied, or a switch that ended audit mode. No time limit: a weekly job that fails on Monday counts for a change of Thursday.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: columns(
    [count('audited', 'audited', 'verdicts', 'Those of them that audit mode let pass.')],
    [HINT],
  ),
  order: ['-count', 'change.at'],
  caveats: ['A connection that nobody has tried since the change cannot show that it is broken.'],
  parts: (parameters) => ({ hits: hits(BROKEN, parameters) }),
  more: (answers, parameters) => evidence(BROKEN, answers, parameters),
  rows: (answers) => impactRows(answers, brokenCells),
});

export const OPENED_BY_CHANGE = savedQuery({
  name: 'opened-by-change',
  topic: 'changes',
  title: 'What did each policy change open, and is it still open?',
  about:
    'Forwarded verdicts whose cause is a change that turned denied into allowed. Changes that only mended what another had broken stand last: mended says how many of the verdicts that are.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: columns([MENDED, MENDS], []),
  order: ['-opened', 'mended', '-count', 'change.at'],
  caveats: [
    'A break that is older than what is stored is not known: its mending counts as an opening.',
    'What nobody has used since the change is not seen: the change may have opened more.',
  ],
  parts: (parameters) => ({ hits: hits(OPENED, parameters) }),
  more: (answers, parameters) => ({
    ...evidence(OPENED, answers, parameters),
    breaks: breaksBefore(answers.hits, is('drift', ...BROKEN.drift), parameters),
  }),
  rows({ breaks, ...answers }) {
    const before = Map.groupBy(breaks, labelledKey);
    return impactRows(answers, (rows) => mendsCells(rows, before));
  },
});

function columns(figures: SavedQuery['columns'], hints: SavedQuery['columns']): SavedQuery['columns'] {
  const verdicts = count('count', 'verdicts', 'verdicts', 'Verdicts that the change explains.');
  return [
    ...CHANGE_WHAT,
    verdicts,
    STATE,
    ENDED,
    ...CHANGE_WHO,
    ...figures,
    CONVERSATIONS,
    FIRST_SEEN,
    LAST_SEEN,
    LAG,
    SHOWN,
    ...hints,
    DIFFERENCE,
    CHANGE_KIND,
    CHANGE_ID,
  ];
}

function hits({ drift }: Sides, parameters: QueryParameters): Tally {
  return {
    kind: 'tally',
    from: 'rollups',
    where: [...flowScope(parameters), is('drift', ...drift), exists('cause.change_id')],
    by: { ...CAUSE, cause_policy: { field: 'cause.policy' }, ...LABELLED },
    measures: {
      ...SEEN,
      ...HOST,
      audited: { kind: 'sum', field: 'count', where: is('verdict.observed', 'audited') },
      by_default: { kind: 'sum', field: 'count', where: is('verdict.reason', 'default-deny') },
      lag: { kind: 'min', field: 'cause.lag_ms' },
    },
  };
}

/** What may have undone it: verdicts of the same conversations, and later versions of the same policies. */
function evidence({ opposite }: Sides, { hits = [] }: Answers, parameters: QueryParameters) {
  const each = (name: string): readonly string[] => [...new Set(hits.map((row) => textCell(row, name)))];
  const opposites: Tally = {
    kind: 'tally',
    from: 'rollups',
    where: [...flowScope(parameters), ...opposite, alike(hits)],
    by: { ...LABELLED, ...CAUSE },
    measures: { first: SEEN.first, last: SEEN.last },
  };
  const changes = listChanges([
    ...policyScope({ ...parameters, namespace: '' }),
    ...between('change.at', null, parameters.untilMs),
    is('policy.ref', ...each('cause_policy')),
    is('change.outcome', 'version', 'tombstone'),
  ]);
  return { opposites, changes };
}

function impactRows(
  { hits = [], opposites = [], changes = [] }: Answers,
  more: (rows: readonly PartRow[], impact: Impact) => Row,
): readonly Row[] {
  const against = Map.groupBy(opposites, labelledKey);
  const byCause = Map.groupBy(hits, (row) => textCell(row, 'cause_id'));
  const effects = [...byCause.values()].map((rows) => effectsOf(rows, against));
  const impacts = impactsOf(effects, changes.map(storedChange));
  return impacts.map((impact) => {
    const rows = byCause.get(impact.changeId) ?? [];
    return { ...impactRow(impact, rows), ...more(rows, impact) };
  });
}

function brokenCells(rows: readonly PartRow[], { denySectionAlone }: Impact): Row {
  const audited = rows.reduce((sum, row) => sum + countCell(row, 'audited'), 0);
  return { audited, hint: denySectionAlone };
}

function impactRow(impact: Impact, rows: readonly PartRow[]): Row {
  const [first] = rows;
  return {
    ...changeCells(impact.change, {
      id: impact.changeId,
      cluster: first === undefined ? '' : textCell(first, 'cluster'),
      policy: first === undefined ? '' : textCell(first, 'cause_policy'),
      atMs: first === undefined ? null : momentOf(first, 'cause_at'),
    }),
    count: impact.count,
    conversations: impact.conversations,
    state: impact.state,
    ended_at: impact.endedAt === null ? null : Math.floor(impact.endedAt / MICROS_PER_MS),
    first_seen: leastOf(rows.map((row) => momentOf(row, 'first'))),
    last_seen: greatestOf(rows.map((row) => momentOf(row, 'last'))),
    'cause.lag_ms': leastOf(rows.map((row) => numberCell(row, 'lag'))),
    examples: examplesOf(rows),
  };
}

function examplesOf(rows: readonly PartRow[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const { source, destination, service } = talkCells(row);
    const talk = `${String(source)} → ${String(destination)} ${String(service)}`;
    counts.set(talk, (counts.get(talk) ?? 0) + countCell(row, 'verdicts'));
  }
  return [...counts]
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .slice(0, EXAMPLES)
    .map(([talk]) => talk);
}
