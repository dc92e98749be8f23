// Policies that the datapath still goes by though they are gone, changed, or never were in the timeline.
import { countCell, textCell } from '../cells.ts';
import { momentOf, textsOf } from './cellsOf.ts';
import { CLUSTER, FIRST_SEEN, LAST_SEEN, list, text, time, VERDICTS } from './columns.ts';
import { SEEN } from './conversations.ts';
import { keyOf, rowsByKey } from './keyed.ts';
import { is, type PartRow } from './part.ts';
import { savedQuery } from './savedQuery.ts';
import { flowScope } from './scope.ts';

const EXAMPLES = 3;
const GHOSTS = ['stale-version', 'unknown-policy'] as const;

export const GHOST_POLICIES = savedQuery({
  name: 'ghost-policies',
  topic: 'enforcement',
  title: 'Which policies does the datapath still go by that are gone or have changed?',
  about:
    'unknown-policy: Hubble names a policy that was not there at that time. stale-version: the verdict fits only an older version than the one in force. Both long after the change: what is of the last seconds is still propagating.',
  takes: ['since', 'until', 'cluster', 'namespace'],
  columns: [
    CLUSTER,
    text('drift', 'what', 'unknown-policy or stale-version.'),
    text('policy.reported', 'named', 'The policy that Hubble names; empty where it names none.'),
    text('standing', 'standing', 'How it stands at the end of what is stored: in force, deleted, not known.'),
    time('policy.since', 'as it is since', 'Since when it is as it is.'),
    time('policy.deleted_at', 'deleted at', 'When it was deleted.'),
    VERDICTS,
    list('subjects', 'subjects', `Workloads that it was applied to, the first ${EXAMPLES} by name.`),
    FIRST_SEEN,
    LAST_SEEN,
  ],
  order: ['orchestrator.cluster.name', 'drift', '-count'],
  caveats: [
    'Where Hubble names several policies on one verdict, all of them are listed, though only one may be the ghost.',
  ],
  parts: (parameters) => ({
    ghosts: {
      kind: 'tally',
      from: 'rollups',
      where: [...flowScope(parameters), is('drift', ...GHOSTS)],
      by: {
        cluster: { field: 'orchestrator.cluster.name' },
        drift: { field: 'drift', each: true },
        policy: { field: 'policy.reported', each: true },
      },
      measures: { ...SEEN, subjects: { kind: 'some', field: 'subject.workload', most: EXAMPLES } },
    },
  }),
  more: ({ ghosts }) => ({
    policies: {
      kind: 'listing',
      from: 'policies',
      where: [is('policy.ref', ...new Set(ghosts.map((row) => textCell(row, 'policy')).filter(Boolean)))],
      fields: ['orchestrator.cluster.name', 'policy.ref', 'policy.since', 'policy.deleted_at'],
      sort: [],
    },
  }),
  rows: ({ ghosts, policies }) => {
    const known = rowsByKey(policies, 'orchestrator.cluster.name', 'policy.ref');
    return ghosts
      .filter((row) => GHOSTS.some((name) => name === textCell(row, 'drift')))
      .map((row) => {
        const policy = known.get(keyOf(row, 'cluster', 'policy'));
        return {
          'orchestrator.cluster.name': textCell(row, 'cluster'),
          drift: textCell(row, 'drift'),
          'policy.reported': textCell(row, 'policy') || null,
          standing: textCell(row, 'policy') === '' ? null : standingOf(policy),
          'policy.since': momentOf(policy ?? {}, 'policy.since'),
          'policy.deleted_at': momentOf(policy ?? {}, 'policy.deleted_at'),
          count: countCell(row, 'verdicts'),
          subjects: textsOf(row, 'subjects'),
          first_seen: momentOf(row, 'first'),
          last_seen: momentOf(row, 'last'),
        };
      });
  },
});

function standingOf(policy: PartRow | undefined): string {
  if (policy === undefined) return 'not known';
  return momentOf(policy, 'policy.deleted_at') === null ? 'in force' : 'deleted';
}
