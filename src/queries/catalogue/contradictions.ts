// Verdicts that contradict the declared policies, conversation by conversation.
import { countCell, textCell } from '../cells.ts';
import { MISFITS } from '../misfits.ts';
import { momentOf, textsOf } from './cellsOf.ts';
import { CLUSTER, FIRST_SEEN, LAST_SEEN, list, text, VERDICTS } from './columns.ts';
import { HOST, SEEN, TALK, TALK_COLUMNS, talkCells } from './conversations.ts';
import { is } from './part.ts';
import { savedQuery } from './savedQuery.ts';
import { flowScope } from './scope.ts';

const MOST_POLICIES = 5;

export const CONTRADICTIONS = savedQuery({
  name: 'contradictions',
  topic: 'enforcement',
  title: 'Where does the datapath not do what the policies say?',
  about:
    'Traffic let through though it is denied (not-enforced), denied though it is allowed (unexpected-deny), judged by an older version (stale-version) or by a policy that the timeline does not hold (unknown-policy).',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [
    CLUSTER,
    text('drift', 'what', `${MISFITS.join(', ')}.`),
    ...TALK_COLUMNS,
    text('verdict.observed', 'observed', 'What the datapath did.'),
    text('verdict.declared', 'declared', 'What the policies said at that time.'),
    VERDICTS,
    FIRST_SEEN,
    LAST_SEEN,
    list(
      'policy.isolating',
      'isolating',
      `Policies that switch on default deny there, the first ${MOST_POLICIES}.`,
    ),
    list('policy.reported', 'reported', `Policies that Hubble named, the first ${MOST_POLICIES}.`),
  ],
  order: ['-count'],
  caveats: [
    'A verdict with two of these stands in two rows: rows do not add up.',
    'What fits the policies of a few seconds ago is still propagating, and is not counted here.',
  ],
  parts: (parameters) => ({
    misfits: {
      kind: 'tally',
      from: 'rollups',
      where: [...flowScope(parameters), is('drift', ...MISFITS)],
      by: {
        drift: { field: 'drift', each: true },
        observed: { field: 'verdict.observed' },
        declared: { field: 'verdict.declared' },
        ...TALK,
      },
      measures: {
        ...SEEN,
        ...HOST,
        isolating: { kind: 'some', field: 'policy.isolating', most: MOST_POLICIES },
        reported: { kind: 'some', field: 'policy.reported', most: MOST_POLICIES },
      },
    },
  }),
  rows: ({ misfits }) =>
    misfits
      .filter((row) => MISFITS.some((name) => name === textCell(row, 'drift')))
      .map((row) => ({
        'orchestrator.cluster.name': textCell(row, 'cluster'),
        drift: textCell(row, 'drift'),
        ...talkCells(row),
        'verdict.observed': textCell(row, 'observed'),
        'verdict.declared': textCell(row, 'declared'),
        count: countCell(row, 'verdicts'),
        first_seen: momentOf(row, 'first'),
        last_seen: momentOf(row, 'last'),
        'policy.isolating': textsOf(row, 'isolating'),
        'policy.reported': textsOf(row, 'reported'),
      })),
});
