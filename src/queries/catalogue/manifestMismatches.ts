// Where the cluster's policies are not what the manifests in Git say, and since which change.
import { countCell, textCell } from '../cells.ts';
import { MANIFEST_DRIFT } from '../manifests.ts';
import { momentOf, textOf, textsOf } from './cellsOf.ts';
import { CLUSTER, list, POLICY, text, time } from './columns.ts';
import { all, any, exists, is, type PartRow } from './part.ts';
import { type QueryParameters, type Row, savedQuery, type SavedQuery } from './savedQuery.ts';
import { policyScope } from './scope.ts';

const COLUMNS: SavedQuery['columns'] = [
  CLUSTER,
  POLICY,
  text(
    'drift',
    'what',
    'differs-from-manifests, not-in-manifests, not-in-cluster; unknown: no manifests of this cluster are known.',
  ),
  text('policy.manifest', 'manifest', 'The manifest that stands for it, as file#document.'),
  list('policy.manifest_diff', 'difference', '`path: manifest → cluster`, in order of paths.'),
  time('cause.at', 'since', 'When the change was made since which it is so; empty when that is not known.'),
  text('cause.verb', 'verb', 'What that change was.'),
  text('cause.actor', 'who', 'Who made it.'),
  text('cause.actor_kind', 'kind', 'human, gitops, controller, system.'),
  text('policy.managed_by', 'managed by', 'Who owns the policy by its labels.'),
  text('manifest.commit.id', 'commit', 'The newest commit that altered the manifest, or removed it.'),
  text('manifest.commit.author', 'author', 'Its author.'),
  time('manifest.commit.at', 'committed', 'When it was committed, by the clock of the committer.'),
  text('cause.change_id', 'id', 'Id of the change.'),
];

export const MANIFEST_MISMATCHES = savedQuery({
  name: 'manifest-mismatches',
  topic: 'policies',
  title: 'Which policies are not what the manifests say?',
  about:
    'Policies in the cluster, in the manifests, or in both but different; since which change; and the commit that touched the manifest last. How the cluster stands at the end of what is stored.',
  takes: ['cluster', 'namespace'],
  columns: COLUMNS,
  order: ['orchestrator.cluster.name', 'drift', 'policy.ref'],
  caveats: [
    'A policy whose body nobody saw is not compared.',
    'not-in-cluster is said only where a deletion or a complete snapshot tells.',
  ],
  parts: (parameters) => ({
    mismatches: {
      kind: 'listing',
      from: 'policies',
      where: [...policyScope(parameters), is('drift', ...MANIFEST_DRIFT)],
      fields: COLUMNS.map(({ name }) => name),
      sort: [],
    },
    clusters: {
      kind: 'tally',
      from: 'policies',
      where: policyScope(clusterOnly(parameters)),
      by: { cluster: { field: 'orchestrator.cluster.name' } },
      measures: {
        compared: { kind: 'documents', where: COMPARED },
        asked: { kind: 'documents', where: all(...policyScope(parameters)) },
      },
    },
  }),
  rows: ({ mismatches, clusters }) => [
    ...mismatches.map(mismatchRow),
    ...clusters
      .filter((row) => countCell(row, 'compared') === 0 && countCell(row, 'asked') > 0)
      .map((row) => unknownRow(textCell(row, 'cluster'))),
  ],
});

/** Policies of which a manifest is known, or known to be missing: a cluster without any was never compared. */
const COMPARED = any(exists('policy.manifest'), is('drift', ...MANIFEST_DRIFT));

function clusterOnly(parameters: QueryParameters): QueryParameters {
  return { ...parameters, namespace: '' };
}

function mismatchRow(row: PartRow): Row {
  return Object.fromEntries(
    COLUMNS.map(({ name, type }) => {
      if (name === 'drift') return [name, driftOf(row)];
      if (type === 'time') return [name, momentOf(row, name)];
      return [name, type === 'list' ? textsOf(row, name) : textOf(row, name)];
    }),
  );
}

function driftOf(row: PartRow): string | null {
  const found = textsOf(row, 'drift');
  return MANIFEST_DRIFT.find((name) => found.includes(name)) ?? null;
}

function unknownRow(cluster: string): Row {
  const cells = COLUMNS.map(({ name, type }) => [name, type === 'list' ? [] : null] as const);
  return { ...Object.fromEntries(cells), 'orchestrator.cluster.name': cluster, drift: 'unknown' };
}
