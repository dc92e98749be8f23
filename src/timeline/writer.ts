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
  const records = new Map<string, ChangeEvent>();
  const cells = new Map<PolicyRef, Cell>();
  const nameless = new Set<string>();
  const outcomes = new Set<string>();
  let revision = 0;
  let state: TimelineState | null = null;
  let covered: TimeRange | null = null;

  function add(event: ChangeEvent): void {
    const { body, id } = event;
    const known = records.get(id);
    if (body.changeOrigin === 'manifests' || (known !== undefined && !isBefore(event.origin, known.origin)))
      return;
    records.set(id, event);
    revision += 1;
    if (body.action !== 'received') outcomes.add(requestKey(event));
    if (body.action === 'list') return;
    if (body.target.name === '') {
      nameless.add(id);
      return;
    }
    const ref = refOf(body.target);
    const cell = cells.get(ref);
    if (cell === undefined) cells.set(ref, { name: nameOf(event), ids: new Set([id]), history: null });
    else {
      cell.ids.add(id);
      cell.history = null;
    }
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

  function recordsOf(ids: Iterable<string>): readonly ChangeEvent[] {
    return [...ids].flatMap((id) => records.get(id) ?? []);
  }

  function isCompleted(received: ChangeEvent): boolean {
    return outcomes.has(requestKey(received));
  }

  function current(): TimelineState {
    if (state?.revision === revision) return state;
    const facts = clusterFacts(cluster, records.values(), covered);
    const isStale = state === null || !areSame(state.facts, facts);
    const histories = new Map<PolicyRef, History>();
    for (const [ref, cell] of [...cells].sort(([left], [right]) => (left < right ? -1 : 1))) {
      if (isStale || cell.history === null || cell.history.unsettled)
        cell.history = buildHistory(cell.name, recordsOf(cell.ids), facts, isCompleted);
      histories.set(ref, cell.history);
    }
    const open = recordsOf(nameless).filter(
      (event) => event.body.action !== 'received' || !isCompleted(event),
    );
    state = { revision, facts, histories, nameless: open.toSorted(byTime) };
    return state;
  }

  return { add, cover, reader: createReader(cluster, () => revision, current) };
}

function nameOf({ body }: ChangeEvent): ObjectName {
  const { kind, namespace, name } = body.target;
  return { kind, namespace, name };
}

/** What the records of one request share: every stage repeats these fields (k8s.io/apiserver pkg/audit). */
function requestKey({ body }: ChangeEvent): string {
  return `${body.auditId} ${body.verb} ${body.requestReceivedAt} ${body.requestUri}`;
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
