// What the history of one object depends on beside its own records: when the cluster was restored, which
// lists were complete, which collections were deleted by selector, and what stretch the audit log covers.
// Computed from all records at once, so that the order of their arrival cannot matter.

import type { ChangeEvent } from '../model/event.ts';
import { isPolicyKind, kindFacts, refOf, type PolicyRef, type TrackedKind } from '../model/refs.ts';
import { MICROS_PER_SECOND, type Micros } from '../model/time.ts';
import { revisionClock, type RevisionClock, type Tick } from './clock.ts';
import { findRestores, type Restore } from './restores.ts';
import { revisionOf } from './revision.ts';

/**
 * A log that begins with a line at T was being written shortly before T: API servers renew their identity
 * lease about every ten seconds and audit that, and log files rotate within a stream.
 */
export const BEFORE_FIRST_LINE_MICROS = 60 * MICROS_PER_SECOND;

export interface TimeRange {
  readonly from: Micros;
  readonly until: Micros;
}

/** A complete list of one kind, and who was on it. */
export interface Listing {
  readonly kind: TrackedKind;
  /** Namespace of the list; '' = all. */
  readonly namespace: string;
  /** null for a snapshot read from a file: its place follows from resourceVersions alone. */
  readonly at: Micros | null;
  /** The list's own resourceVersion, or the highest among its items. */
  readonly revision: number | null;
  readonly members: ReadonlySet<PolicyRef>;
}

export interface ClusterFacts {
  readonly cluster: string;
  /** First and last stageTimestamp of the audit records; null without any. */
  readonly range: TimeRange | null;
  /** Ascending by time. Epoch n lies between restore n - 1 and restore n. */
  readonly restores: readonly Restore[];
  /** Per epoch, by all records: says when a resourceVersion had been written at the latest. */
  readonly clocks: readonly RevisionClock[];
  /** Per epoch, by creates and lists alone, whose resourceVersions are new: when one was not yet written. */
  readonly freshClocks: readonly RevisionClock[];
  /** The highest resourceVersion that a snapshot file shows and no audit record: older than the log. */
  readonly seededRevision: number;
  /** The newest creation that a snapshot file shows: it was taken then or later. 0 without any. */
  readonly snapshotAfter: Micros;
  readonly listings: readonly Listing[];
  /** Deletions of collections whose answer does not list the objects, sorted by time. */
  readonly collections: readonly ChangeEvent[];
}

/** Canonical total order of records: by time, then id. */
export function byTime(left: ChangeEvent, right: ChangeEvent): number {
  return left.observedAt - right.observedAt || (left.id < right.id ? -1 : left.id > right.id ? 1 : 0);
}

/** Whether a record's time is when it was made (audit, watch), rather than what a snapshot says of itself. */
export function isTimed(event: ChangeEvent): boolean {
  return event.body.changeOrigin === 'audit' || event.body.changeOrigin === 'watch';
}

/**
 * @param events all records of the cluster, in any order.
 * @param covered first and last time of audit records that are no changes; null when not known.
 */
export function clusterFacts(
  cluster: string,
  events: Iterable<ChangeEvent>,
  covered: TimeRange | null,
): ClusterFacts {
  const all = [...events].sort(byTime);
  const audit = all.filter((event) => event.body.changeOrigin === 'audit');
  const restores = findRestores(audit);
  return {
    cluster,
    range: rangeOf(audit, covered),
    restores,
    clocks: clocksOf(audit, restores, () => true),
    freshClocks: clocksOf(audit, restores, isFresh),
    seededRevision: seededRevision(all),
    snapshotAfter: all.findLast((event) => !isTimed(event))?.observedAt ?? 0,
    listings: listingsOf(all),
    collections: all.filter(isCollection),
  };
}

/** The stretch from the first to the last record, widened by what is known of records that change nothing. */
function rangeOf(audit: readonly ChangeEvent[], covered: TimeRange | null): TimeRange | null {
  const first = audit[0];
  const last = audit.at(-1);
  if (first === undefined || last === undefined) return covered;
  return {
    from: Math.min(first.observedAt, covered?.from ?? first.observedAt),
    until: Math.max(last.observedAt, covered?.until ?? last.observedAt),
  };
}

/** A collection that was deleted, and whose answer does not list the objects: not even that there were none. */
function isCollection({ body }: ChangeEvent): boolean {
  return body.action === 'collect' && body.result === 'success' && body.objectForm !== 'before';
}

/** The epoch of a record that has a time. */
export function epochAt(restores: readonly Restore[], at: Micros): number {
  let epoch = 0;
  while (epoch < restores.length && at >= (restores[epoch]?.at ?? 0)) epoch += 1;
  return epoch;
}

function clocksOf(
  audit: readonly ChangeEvent[],
  restores: readonly Restore[],
  counts: (event: ChangeEvent) => boolean,
): readonly RevisionClock[] {
  const ticks: Tick[][] = [[], ...restores.map(() => [])];
  for (const event of audit) {
    const { action, result } = event.body;
    if (result !== 'success' || action === 'delete' || action === 'observe' || !counts(event)) continue;
    const revision = revisionShown(event);
    if (revision !== null)
      ticks[epochAt(restores, event.observedAt)]?.push({ at: event.observedAt, revision });
  }
  return ticks.map(revisionClock);
}

/** A write that changed nothing shows an old resourceVersion; a create never does. */
function isFresh({ body }: ChangeEvent): boolean {
  if (body.action === 'list') return !body.requestUri.includes('resourceVersion=');
  return body.action === 'write' && (body.verb === 'create' || body.code === 201);
}

function revisionShown({ body }: ChangeEvent): number | null {
  return revisionOf(body.action === 'list' ? body.baseResourceVersion : body.resourceVersion);
}

function seededRevision(all: readonly ChangeEvent[]): number {
  const logged = new Set(all.filter(isTimed).map(revisionShown));
  return all.reduce((highest, event) => {
    const revision = event.body.action === 'observe' && !isTimed(event) ? revisionShown(event) : null;
    return revision === null || logged.has(revision) ? highest : Math.max(highest, revision);
  }, -1);
}

function listingsOf(all: readonly ChangeEvent[]): readonly Listing[] {
  const members = new Map<string, Set<PolicyRef>>();
  for (const event of all) {
    if (event.body.action !== 'observe' || !isPolicyKind(event.body.target.kind)) continue;
    const key = listKey(event);
    const set = members.get(key);
    if (set === undefined) members.set(key, new Set([refOf(event.body.target)]));
    else set.add(refOf(event.body.target));
  }
  return all.flatMap((event) =>
    event.body.action === 'list'
      ? [
          {
            kind: event.body.target.kind,
            namespace: kindFacts(event.body.target.kind).namespaced ? event.body.target.namespace : '',
            at: isTimed(event) ? event.observedAt : null,
            revision: revisionOf(event.body.baseResourceVersion),
            members: members.get(listKey(event)) ?? new Set(),
          },
        ]
      : [],
  );
}

/** Snapshots from files carry no place in time, so all of them together make one list of a kind. */
function listKey(event: ChangeEvent): string {
  const { kind } = event.body.target;
  return isTimed(event) ? `${kind} ${event.observedAt} ${event.body.auditId}` : kind;
}
