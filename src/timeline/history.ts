// The history of one object: a pure function of the set of its records and of the facts of its cluster.
//
//   records ──orderSteps──▶ steps ──walk──▶ change records + versions
//
// Each step is judged against what is known just before it. Nothing is patched afterwards: a record that
// comes late makes the history be built again, so no order of arrival can leave a trace.

import type { ChangeEvent } from '../model/event.ts';
import type { ObjectName } from '../model/refs.ts';
import { refOf } from '../model/refs.ts';
import type { Micros } from '../model/time.ts';
import { writtenBy } from './clock.ts';
import { addRecord, NOTHING, type RecordDraft, type VersionDraft, type Walk } from './drafts.ts';
import { onAbsent, onCollect, onDelete } from './ends.ts';
import { onRestore } from './fallback.ts';
import { isTimed, type ClusterFacts, type Listing } from './facts.ts';
import { addPending, settleAtEnd } from './gaps.ts';
import { onShown } from './shown.ts';
import { orderSteps, type Absence, type Step } from './steps.ts';
import { validityOf, type Validity } from './validity.ts';
import { onTerminate, onWrite } from './writes.ts';

export interface History {
  readonly name: ObjectName;
  /** In the order of the walk. */
  readonly records: readonly RecordDraft[];
  /** Ascending; they never overlap, and may be empty where times are equal. */
  readonly versions: readonly VersionDraft[];
  readonly deletedAt: Micros | null;
  readonly valid: Validity | null;
  /** Any further record of the cluster, not only of this object, may alter the history. */
  readonly unsettled: boolean;
}

/**
 * @param own the object's records, without duplicates, in any order.
 * @param isCompleted whether another record holds the outcome of a `received` one.
 */
export function buildHistory(
  name: ObjectName,
  own: readonly ChangeEvent[],
  facts: ClusterFacts,
  isCompleted: (received: ChangeEvent) => boolean,
): History {
  const walk = newWalk(name, facts);
  const collections = facts.collections.filter(({ body }) =>
    meets(name, body.target.kind, body.target.namespace),
  );
  const events = own.filter((event) => event.body.action !== 'received' || !isCompleted(event));
  const absences = absencesOf(walk);
  const steps = orderSteps([...events, ...collections], absences, facts);
  steps.forEach((step, index) => take(walk, step, steps, index));
  settleAtEnd(walk);
  return {
    name,
    records: walk.records,
    versions: walk.versions,
    deletedAt: walk.life === 'gone' ? walk.seenAt : null,
    valid: walk.life === 'gone' ? null : validityOf(steps, walk.known.uid),
    unsettled: walk.unsettled || dependsOnOthers(own, absences, facts),
  };
}

/** Where records have no time of their own, or a restore is undone, the records of other objects decide. */
function dependsOnOthers(
  own: readonly ChangeEvent[],
  absences: readonly Absence[],
  facts: ClusterFacts,
): boolean {
  const isMixed = own.some(isTimed) && !own.every(isTimed);
  return isMixed || facts.restores.length > 0 || absences.some(({ listing }) => listing.at === null);
}

function newWalk(name: ObjectName, facts: ClusterFacts): Walk {
  return {
    facts,
    ...name,
    ref: refOf(name),
    epoch: 0,
    life: 'unseen',
    known: NOTHING,
    seenAt: 0,
    onlyShown: false,
    open: null,
    pending: [],
    versions: [],
    records: [],
    past: [],
    unsettled: false,
  };
}

function meets(name: ObjectName, kind: string, namespace: string): boolean {
  return name.kind === kind && (namespace === '' || namespace === name.namespace);
}

function absencesOf(walk: Walk): readonly Absence[] {
  return walk.facts.listings
    .filter((list) => meets(walk, list.kind, list.namespace) && !list.members.has(walk.ref))
    .map((listing) => ({ at: listing.at ?? placeOf(walk.facts, listing), listing }));
}

/** The place in time of a list from a file: where the clock passed its resourceVersion, else the log's end. */
function placeOf(facts: ClusterFacts, listing: Listing): Micros {
  const clock = facts.clocks.at(-1) ?? [];
  const passed = listing.revision === null ? null : writtenBy(clock, listing.revision);
  return passed ?? facts.range?.until ?? 0;
}

function take(walk: Walk, step: Step, steps: readonly Step[], index: number): void {
  switch (step.kind) {
    case 'restore':
      onRestore(walk, step.restore, step.at);
      return;
    case 'absent':
      if (!isProvedAlive(walk, steps.slice(index + 1))) onAbsent(walk, step.listing, step.at);
      return;
    case 'record':
      takeRecord(walk, step.event, step.at);
  }
}

/** A later record of the same incarnation, before any restore, proves that the list was not complete. */
function isProvedAlive(walk: Walk, following: readonly Step[]): boolean {
  const next = following.find(
    (step) => step.kind === 'restore' || (step.kind === 'record' && step.event.body.result === 'success'),
  );
  if (next?.kind !== 'record') return false;
  const { uid, verb } = next.event.body;
  return uid === '' ? verb !== 'create' : uid === walk.known.uid;
}

function takeRecord(walk: Walk, event: ChangeEvent, at: Micros): void {
  const { action, result } = event.body;
  if (result === 'failure' || result === 'dry-run') {
    const { confidence, object } = event.body;
    addRecord(walk, { outcome: result, at, event, confidence, after: object });
    return;
  }
  if (result === 'unknown' || action === 'received') {
    addPending(walk, { event, at });
    return;
  }
  switch (action) {
    case 'write':
    case 'status':
      onWrite(walk, event, at);
      return;
    case 'terminate':
      onTerminate(walk, event, at);
      return;
    case 'delete':
      onDelete(walk, event, at);
      return;
    case 'collect':
      onCollect(walk, event, at);
      return;
    case 'observe':
      onShown(walk, event, at);
      return;
    case 'list':
      return;
  }
}
