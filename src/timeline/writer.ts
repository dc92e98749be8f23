// The timeline of one cluster. The writer keeps, per object, the set of its records and nothing else;
// every answer is computed from that set when somebody asks, and kept until a record is added that can
// alter it. Therefore arrival order, duplicates and late records cannot leave a trace.
//
// Which cluster a record belongs to is decided before it comes here; records that come from Git manifests
// describe intentions, not the cluster, and are not taken in.

import type { ChangeEvent, Origin } from '../model/event.ts';
import { refOf, type ObjectName, type PolicyRef } from '../model/refs.ts';
import type { Micros } from '../model/time.ts';
import { byTime, clusterFacts, type ClusterFacts, type TimeRange } from './facts.ts';
import { buildHistory, type History } from './history.ts';
import type { TimelineReader } from './reader.ts';
import type { TimelineState } from './state.ts';
import { createReader } from './view.ts';

export interface Timeline {
  /**
   * Takes in one record of this cluster. The same record again (by id) changes nothing, except that of
   * several copies the one with the least origin is kept, whichever comes first.
   */
  add(event: ChangeEvent): void;
  /**
   * Tells that the audit log was being written over a stretch of time (both ends included), also where it
   * held no change: reads, leases and records of other resources prove it just as well.
   */
  cover(from: Micros, until: Micros): void;
  readonly reader: TimelineReader;
}

/** The records of one object, and its history as of the last time somebody asked. */
interface Cell {
  readonly name: ObjectName;
  readonly ids: Set<string>;
  history: History | null;
}

export function createTimeline(cluster: string): Timeline {
  const store = emptyStore();
  let revision = 0;
  let state: TimelineState | null = null;
  let covered: TimeRange | null = null;

  function add(event: ChangeEvent): void {
    if (event.body.changeOrigin !== 'manifests' && take(store, event)) revision += 1;
  }

  function cover(from: Micros, until: Micros): void {
    const wider = {
      from: Math.min(from, covered?.from ?? from),
      until: Math.max(until, covered?.until ?? until),
    };
    if (covered?.from === wider.from && covered.until === wider.until) return;
    covered = wider;
    revision += 1;
  }

  function current(): TimelineState {
    if (state?.revision === revision) return state;
    const facts = clusterFacts(cluster, store.records.values(), covered);
    const isStale = state === null || !areSame(state.facts, facts);
    const isCompleted = (received: ChangeEvent): boolean => isOutcomeKnown(store, received);
    const histories = new Map<PolicyRef, History>();
    for (const [ref, cell] of [...store.cells].sort(([left], [right]) => (left < right ? -1 : 1))) {
      if (isStale || cell.history === null || cell.history.unsettled)
        cell.history = buildHistory(cell.name, recordsOf(store, cell.ids), facts, isCompleted);
      histories.set(ref, cell.history);
    }
    const nameless = recordsOf(store, store.nameless)
      .filter((event) => event.body.action !== 'received' || !isCompleted(event))
      .toSorted(byTime);
    state = { revision, facts, histories, nameless };
    return state;
  }

  return { add, cover, reader: createReader(cluster, () => revision, current) };
}

/** The set of records, and where each belongs. */
interface Store {
  /** By id. */
  readonly records: Map<string, ChangeEvent>;
  readonly cells: Map<PolicyRef, Cell>;
  /** Ids of records that name no object. */
  readonly nameless: Set<string>;
  /** By auditID, one of each request whose outcome is known: clients can repeat auditIDs. */
  readonly outcomes: Map<string, ChangeEvent | ChangeEvent[]>;
}

function emptyStore(): Store {
  return { records: new Map(), cells: new Map(), nameless: new Set(), outcomes: new Map() };
}

/** @returns false when the record changes nothing. */
function take(store: Store, event: ChangeEvent): boolean {
  const { body, id } = event;
  const known = store.records.get(id);
  if (known !== undefined && !isBefore(event.origin, known.origin)) return false;
  store.records.set(id, event);
  if (body.action !== 'received') noteOutcome(store, event);
  if (body.action === 'list') return true;
  if (body.target.name === '') {
    store.nameless.add(id);
    return true;
  }
  const ref = refOf(body.target);
  const cell = store.cells.get(ref);
  if (cell === undefined) store.cells.set(ref, { name: nameOf(event), ids: new Set([id]), history: null });
  else {
    cell.ids.add(id);
    cell.history = null;
  }
  return true;
}

function recordsOf(store: Store, ids: Iterable<string>): readonly ChangeEvent[] {
  return [...ids].flatMap((id) => store.records.get(id) ?? []);
}

function nameOf({ body }: ChangeEvent): ObjectName {
  const { kind, namespace, name } = body.target;
  return { kind, namespace, name };
}

function noteOutcome({ outcomes }: Store, event: ChangeEvent): void {
  const { auditId } = event.body;
  const known = outcomes.get(auditId);
  if (known === undefined) outcomes.set(auditId, event);
  else if (!Array.isArray(known)) {
    if (!isSameRequest(known, event)) outcomes.set(auditId, [known, event]);
  } else if (!known.some((other) => isSameRequest(other, event))) known.push(event);
}

function isOutcomeKnown({ outcomes }: Store, received: ChangeEvent): boolean {
  const known = outcomes.get(received.body.auditId);
  if (known === undefined) return false;
  return [known].flat().some((outcome) => isSameRequest(outcome, received));
}

/** What the records of one request share: every stage repeats these fields (k8s.io/apiserver pkg/audit). */
function isSameRequest({ body: one }: ChangeEvent, { body: other }: ChangeEvent): boolean {
  return (
    one.auditId === other.auditId &&
    one.verb === other.verb &&
    one.requestReceivedAt === other.requestReceivedAt &&
    one.requestUri === other.requestUri
  );
}

function isBefore(left: Origin, right: Origin): boolean {
  if (left.source !== right.source) return left.source < right.source;
  const steps = [left.partition - right.partition, left.offset - right.offset, left.index - right.index];
  return (steps.find((step) => step !== 0) ?? 0) < 0;
}

/** Whether histories of objects that got no new record still stand. */
function areSame(left: ClusterFacts, right: ClusterFacts): boolean {
  return (
    left.range?.from === right.range?.from &&
    left.seededRevision === right.seededRevision &&
    left.snapshotAfter === right.snapshotAfter &&
    left.listings.length === right.listings.length &&
    left.collections.length === right.collections.length &&
    JSON.stringify(left.restores) === JSON.stringify(right.restores)
  );
}
