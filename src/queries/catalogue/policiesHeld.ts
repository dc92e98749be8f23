// The policies of a time as parts ask for them, so that they can be asked again about conversations
// (queries/judgeAgain.ts). Only what can matter to these conversations is read: what was in force at some time from
// the first of them until the time that is asked about, for their subjects, and in the namespaces of both ends.
import { MICROS_PER_MS } from '../../model/time.ts';
import { countCell, textCell } from '../cells.ts';
import { type HistoryRow, historyRow } from '../history.ts';
import type { PoliciesHeld } from '../judgeAgain.ts';
import { leastOf, momentOf } from './cellsOf.ts';
import { TIMED } from './feedTimes.ts';
import { keyOf, keyText, oneOf, rowsByKey } from './keyed.ts';
import { all, any, between, type Condition, exists, is, type Listing, not } from './part.ts';
import type { PartRow, Tally } from './part.ts';
import { policiesInForce } from './policiesInForce.ts';
import type { Answers, QueryParameters } from './savedQuery.ts';
import { policyScope, verdictScope } from './scope.ts';
import { namedCells } from './storedChange.ts';

const CLUSTER = 'orchestrator.cluster.name';

/** The names that {@link historyRow} reads, as far as decisions need them, and the fields behind them. */
export const HISTORY_FIELDS = {
  id: 'change.id',
  cluster: CLUSTER,
  ref: 'policy.ref',
  kind: 'policy.kind',
  namespace: 'policy.namespace',
  name: 'policy.name',
  uid: 'policy.uid',
  generation: 'policy.generation',
  resource_version: 'policy.resource_version',
  made_at: 'change.at',
  held_until: 'change.until',
  verb: 'change.verb',
  code: 'change.code',
  outcome: 'change.outcome',
  origin: 'change.origin',
  confidence: 'change.confidence',
  spec_after: 'change.spec_after',
} as const;

/** Of policies as they are now, what stands in for a version that is not stored. */
const NOW_FIELDS = {
  cluster: CLUSTER,
  ref: 'policy.ref',
  kind: 'policy.kind',
  namespace: 'policy.namespace',
  name: 'policy.name',
  since: 'policy.since',
} as const;

export type HeldPart = 'versions' | 'latest' | 'now' | 'audits' | 'names';

/** @param talks rows of a tally by TALK, with `last` */
export function policiesHeldParts(
  talks: readonly PartRow[],
  parameters: QueryParameters,
): Readonly<Record<HeldPart, Listing | Tally>> {
  const ofCluster = policyScope({ ...parameters, namespace: '' });
  const soFar = [...ofCluster, ...between('change.at', null, parameters.asOfMs + 1)];
  return {
    versions: {
      kind: 'listing',
      from: 'changes',
      where: [
        ...soFar,
        ...isInForce(leastOf(talks.map((row) => momentOf(row, 'last')))),
        concerns(namespacesOf(talks, 'subject_namespace'), talks),
      ],
      fields: Object.values(HISTORY_FIELDS),
      sort: [{ field: 'change.at', order: 'asc' }],
    },
    latest: {
      kind: 'tally',
      from: 'changes',
      where: [...soFar, is('change.outcome', 'version', 'tombstone')],
      by: { cluster: { field: CLUSTER }, ref: { field: 'policy.ref' } },
      measures: {
        at: { kind: 'max', field: 'change.at' },
        snapshots: { kind: 'documents', where: is('change.origin', 'snapshot') },
      },
    },
    now: listedNow(talks, parameters),
    audits: {
      kind: 'tally',
      from: 'feeds',
      where: [...ofCluster, is('feed.name', 'audit'), TIMED],
      by: { cluster: { field: CLUSTER } },
      measures: { from: { kind: 'min', field: 'feed.from' }, until: { kind: 'max', field: 'feed.until' } },
    },
    names: {
      kind: 'tally',
      from: 'verdicts',
      where: [...verdictScope(parameters), oneOf('destination.ip', withAddress(talks), 'peer_ip')],
      by: {
        cluster: { field: CLUSTER },
        ip: { field: 'destination.ip' },
        name: { field: 'destination.dns', each: true },
      },
      measures: {},
    },
  };
}

/** Versions that held at the time or later, and what may hold still, but is no version. */
function isInForce(sinceMs: number | null): readonly Condition[] {
  return [
    any(
      is('change.outcome', 'version', 'gap'),
      // Only of a group that was deleted is it known that there is none.
      all(is('change.outcome', 'tombstone'), is('policy.kind', 'CiliumCIDRGroup')),
    ),
    any(not(exists('change.until')), { kind: 'range', field: 'change.until', from: sinceMs, until: null }),
  ];
}

/**
 * Changes that can concern these conversations.
 * @param subjects namespaces of the ends whose policies are asked
 */
export function concerns(subjects: readonly string[], talks: readonly PartRow[]): Condition {
  const ends = [...namespacesOf(talks, 'subject_namespace'), ...namespacesOf(talks, 'peer_namespace')];
  const isNamespace = is('policy.kind', 'Namespace');
  return any(
    is('policy.namespace', ...subjects),
    all(not(exists('policy.namespace')), not(isNamespace)),
    all(isNamespace, is('policy.name', ...new Set(ends))),
    is('policy.kind', 'ConfigMap'),
  );
}

/** Each once. */
export function namespacesOf(
  talks: readonly PartRow[],
  end: 'subject_namespace' | 'peer_namespace',
): readonly string[] {
  return [...new Set(talks.map((row) => textCell(row, end)))];
}

function listedNow(talks: readonly PartRow[], parameters: QueryParameters): Listing {
  const listing = policiesInForce({ ...parameters, namespace: '' }, Object.values(NOW_FIELDS));
  const isOfSubjects = is('policy.namespace', ...namespacesOf(talks, 'subject_namespace'));
  const mayConcern = talks.length === 0 ? any() : any(isOfSubjects, not(exists('policy.namespace')));
  return { ...listing, where: [...listing.where, mayConcern] };
}

function withAddress(talks: readonly PartRow[]): readonly PartRow[] {
  return talks.filter((row) => !['', 'other'].includes(textCell(row, 'peer_ip')));
}

/** By cluster. @param asOfMs the time that is asked about */
export function policiesHeld(
  { versions, latest, now, audits, names }: Answers<HeldPart>,
  asOfMs: number,
): (cluster: string) => PoliciesHeld {
  const byRef = rowsByKey(latest, 'cluster', 'ref');
  const rows = [...standing(versions, byRef), ...notStored(now, { byRef, versions, asOfMs })];
  const sorted = rows.toSorted(
    (a, b) =>
      compared(a.change.ref, b.change.ref) || a.change.at - b.change.at || compared(a.change.id, b.change.id),
  );
  const histories = Map.groupBy(sorted, ({ change }) => change.cluster);
  const snapshots = latest.filter((row) => countCell(row, 'snapshots') > 0);
  const withSnapshot = new Set(snapshots.map((row) => textCell(row, 'cluster')));
  const logs = rowsByKey(audits, 'cluster');
  return (cluster) => ({
    cluster,
    history: histories.get(cluster) ?? [],
    audit: auditRange(cluster, logs.get(keyText(cluster))),
    hasSnapshot: withSnapshot.has(cluster),
    names: namesOf(names.filter((row) => textCell(row, 'cluster') === cluster)),
  });
}

function compared(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Without the lost writes after which the body was known again. */
function standing(versions: readonly PartRow[], latest: ReadonlyMap<string, PartRow>): readonly HistoryRow[] {
  const rows = versions.flatMap((row) => historyRow(namedCells(row, HISTORY_FIELDS)));
  return rows.filter(({ change: { outcome, cluster, ref, at } }) => {
    const known = latest.get(keyText(cluster, ref));
    return outcome !== 'gap' || (momentOf(known ?? {}, 'at') ?? 0) * MICROS_PER_MS <= at;
  });
}

/** Policies that exist, and of which no change is stored any more: that they are there is known, not what they say. */
function notStored(
  now: readonly PartRow[],
  known: {
    readonly byRef: ReadonlyMap<string, PartRow>;
    readonly versions: readonly PartRow[];
    readonly asOfMs: number;
  },
): readonly HistoryRow[] {
  const listed = new Set(known.versions.map((row) => keyOf(row, CLUSTER, 'policy.ref')));
  return now
    .filter((row) => {
      const key = keyOf(row, CLUSTER, 'policy.ref');
      return (
        !listed.has(key) && !known.byRef.has(key) && (momentOf(row, 'policy.since') ?? 0) <= known.asOfMs
      );
    })
    .flatMap((row) => historyRow({ ...namedCells(row, NOW_FIELDS), outcome: 'gap', origin: 'audit' }));
}

function auditRange(cluster: string, row: PartRow | undefined): PoliciesHeld['audit'] {
  const [from, until] = [momentOf(row ?? {}, 'from'), momentOf(row ?? {}, 'until')];
  if (from === null || until === null) return null;
  return { cluster, from: from * MICROS_PER_MS, until: until * MICROS_PER_MS };
}

function namesOf(rows: readonly PartRow[]): PoliciesHeld['names'] {
  const byAddress = Map.groupBy(rows, (row) => textCell(row, 'ip'));
  return new Map(
    [...byAddress].map(([ip, same]) => [ip, same.map((row) => textCell(row, 'name')).filter(Boolean)]),
  );
}
