// The timeline of one cluster. The writer keeps, per object, the set of its records and nothing else;
// every answer is computed from that set when somebody asks, and kept until a record is added that can
// alter it. Therefore arrival order, duplicates and late records cannot leave a trace.
//
// Which cluster a record belongs to is decided before it comes here; records that come from Git manifests
// describe intentions, not the cluster, and are not taken in.

import type { ChangeEvent } from '../model/event.ts';
import { refOf, type ObjectName, type PolicyRef } from '../model/refs.ts';
import type { Micros } from '../model/time.ts';
import { byTime, clusterFacts, type ClusterFacts, type TimeRange } from './facts.ts';
import { buildHistory, type History } from './history.ts';
import type { TimelineReader } from './reader.ts';
import { createReader } from './view.ts';

export interface Timeline {
  /** Takes in one record of this cluster; the same record again (by id) changes nothing. */
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
  readonly events: ChangeEvent[];
  history: History | null;
}

/** Everything that the reader's answers follow from, as of one revision. */
export interface Snapshot {
  readonly revision: number;
  readonly facts: ClusterFacts;
  /** Sorted by ref. */
  readonly histories: ReadonlyMap<PolicyRef, History>;
  /** Requests without outcome and collections that name no object, sorted by time. */
  readonly nameless: readonly ChangeEvent[];
}

export function createTimeline(cluster: string): Timeline {
  const seen = new Map<string, ChangeEvent>();
  const cells = new Map<PolicyRef, Cell>();
  const nameless: ChangeEvent[] = [];
  const outcomes = new Set<string>();
  let revision = 0;
  let current: Snapshot | null = null;
  let covered: TimeRange | null = null;

  function cover(from: Micros, until: Micros): void {
    const next = {
      from: Math.min(from, covered?.from ?? from),
      until: Math.max(until, covered?.until ?? until),
    };
    if (covered?.from === next.from && covered.until === next.until) return;
    covered = next;
    revision += 1;
  }

  function add(event: ChangeEvent): void {
    const { body } = event;
    if (body.changeOrigin === 'manifests' || seen.has(event.id)) return;
    seen.set(event.id, event);
    revision += 1;
    if (body.action !== 'received') outcomes.add(requestKey(event));
    if (body.action === 'list') return;
    if (body.target.name === '') {
      nameless.push(event);
      return;
    }
    const ref = refOf(body.target);
    const cell = cells.get(ref);
    if (cell === undefined) cells.set(ref, { name: { ...body.target }, events: [event], history: null });
    else {
      cell.events.push(event);
      cell.history = null;
    }
  }

  function snapshot(): Snapshot {
    if (current?.revision === revision) return current;
    const facts = clusterFacts(cluster, seen.values(), covered);
    const isStale = current === null || !sameFacts(current.facts, facts);
    const isCompleted = (received: ChangeEvent): boolean => outcomes.has(requestKey(received));
    const histories = new Map<PolicyRef, History>();
    for (const ref of [...cells.keys()].sort()) {
      const cell = cells.get(ref);
      if (cell === undefined) continue;
      if (isStale || cell.history === null || cell.history.unsettled)
        cell.history = buildHistory(cell.name, cell.events, facts, isCompleted);
      histories.set(ref, cell.history);
    }
    const open = nameless.filter((event) => event.body.action !== 'received' || !isCompleted(event));
    current = { revision, facts, histories, nameless: open.sort(byTime) };
    return current;
  }

  return { add, cover, reader: createReader(cluster, () => revision, snapshot) };
}

/** What the records of one request share (k8s.io/apiserver audit: stages repeat these fields). */
function requestKey({ body }: ChangeEvent): string {
  return `${body.auditId} ${body.verb} ${body.requestReceivedAt} ${body.requestUri}`;
}

/** Whether histories of objects that got no new record still stand. */
function sameFacts(left: ClusterFacts, right: ClusterFacts): boolean {
  return (
    left.range?.from === right.range?.from &&
    left.seededRevision === right.seededRevision &&
    left.listings.length === right.listings.length &&
    left.collections.length === right.collections.length &&
    JSON.stringify(left.restores) === JSON.stringify(right.restores)
  );
}
