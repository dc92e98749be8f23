// Puts the records of one object into the order in which they happened. Arrival order never matters.
//
//   per epoch:  restore ─ incarnation 1 (uid) ─ incarnation 2 (uid) ─ …      records without uid between
//                              │                                             them, by time
//                              └ by resourceVersion; records without one by time; deletes last
//
// Times within an epoch never run backwards: where resourceVersions and API servers' clocks disagree, the
// resourceVersion decides the order, and the later record's time is raised to the earlier one's. What a
// list or snapshot showed is put at its resourceVersion and never moves the time of a write.

import type { ChangeEvent } from '../model/event.ts';
import { MICROS_PER_SECOND, type Micros } from '../model/time.ts';
import { createdAt } from './body.ts';
import { notBefore, type RevisionClock } from './clock.ts';
import { byTime, epochAt, isTimed, type ClusterFacts, type Listing } from './facts.ts';
import type { Restore } from './restores.ts';
import { revisionOf } from './revision.ts';

export type Step =
  | { readonly kind: 'record'; readonly at: Micros; readonly event: ChangeEvent }
  | { readonly kind: 'absent'; readonly at: Micros; readonly listing: Listing }
  | { readonly kind: 'restore'; readonly at: Micros; readonly restore: Restore };

/** A complete list on which an object did not stand, and the list's place in time. */
export interface Absence {
  readonly at: Micros;
  readonly listing: Listing;
}

type RecordStep = Extract<Step, { kind: 'record' }>;

/**
 * @param events the object's own records and the collections that may have met it, without duplicates.
 * @param absences complete lists on which the object did not stand, with the time of their place.
 */
export function orderSteps(
  events: readonly ChangeEvent[],
  absences: readonly Absence[],
  facts: ClusterFacts,
): readonly Step[] {
  const epochs: ChangeEvent[][] = [[], ...facts.restores.map(() => [])];
  const timed = events.filter(isTimed);
  for (const event of timed) epochs[epochAt(facts.restores, event.observedAt)]?.push(event);
  for (const event of events) if (!isTimed(event)) epochs[epochOfSnapshot(event, timed, facts)]?.push(event);
  return epochs.flatMap((own, epoch): readonly Step[] => {
    const restore = facts.restores[epoch - 1];
    const missing = absences
      .filter(({ at }) => epochAt(facts.restores, at) === epoch)
      .map(({ at, listing }): Step => ({ kind: 'absent', at, listing }));
    const steps = mergeByTime(
      mergeByTime(
        incarnations(own, {
          clock: facts.freshClocks[epoch] ?? [],
          seededRevision: facts.seededRevision,
          unranked: unrankedOf(own),
        }),
        loose(own),
      ),
      missing,
    );
    return restore === undefined ? steps : [{ kind: 'restore', at: restore.at, restore }, ...steps];
  });
}

/**
 * A snapshot from a file says nothing about epochs: it belongs where a write with its uid and
 * resourceVersion is, else before all restores if its resourceVersion survived them all, else to the last.
 */
function epochOfSnapshot(event: ChangeEvent, timed: readonly ChangeEvent[], facts: ClusterFacts): number {
  if (facts.restores.length === 0) return 0;
  const { uid, resourceVersion } = event.body;
  const same = timed.findLast(
    ({ body }) => body.uid === uid && body.resourceVersion === resourceVersion && resourceVersion !== '',
  );
  if (same !== undefined) return epochAt(facts.restores, same.observedAt);
  const revision = revisionOf(resourceVersion);
  const survived = facts.restores.every(({ firstRevision }) => revision !== null && revision < firstRevision);
  return survived ? 0 : facts.restores.length;
}

/** Records that alter or show one incarnation: successful, with a uid, and of this object alone. */
function hasIncarnation({ body }: ChangeEvent): boolean {
  return (
    body.result === 'success' && body.uid !== '' && body.action !== 'received' && body.action !== 'collect'
  );
}

function loose(events: readonly ChangeEvent[]): readonly Step[] {
  return events
    .filter((event) => !hasIncarnation(event))
    .sort((left, right) => looseTime(left) - looseTime(right) || byTime(left, right))
    .map((event) => ({ kind: 'record', at: looseTime(event), event }));
}

/** What a snapshot shows without a uid was there before anything else that is known. */
function looseTime(event: ChangeEvent): Micros {
  return isTimed(event) ? event.observedAt : (createdAt(event.body.object) ?? 0);
}

/** What tells where a record without time belongs. */
interface Places {
  /** Creates and lists. */
  readonly clock: RevisionClock;
  readonly seededRevision: number;
  /** Successful writes of the object whose records show no resourceVersion, ascending by time. */
  readonly unranked: readonly ChangeEvent[];
}

function incarnations(events: readonly ChangeEvent[], places: Places): readonly Step[] {
  const byUid = Map.groupBy(events.filter(hasIncarnation), ({ body }) => body.uid);
  const chains = [...byUid.values()].map((own) => chain(own, places));
  chains.sort((left, right) => startOf(left) - startOf(right) || (uidOf(left) < uidOf(right) ? -1 : 1));
  return raiseTimes(chains.flat());
}

function chain(events: readonly ChangeEvent[], places: Places): readonly RecordStep[] {
  const steps = [...events]
    .sort(byTime)
    .map((event): RecordStep => ({ kind: 'record', at: event.observedAt, event }));
  const shown = steps.filter(({ event }) => event.body.action === 'observe');
  const deletes = steps.filter(({ event }) => event.body.action === 'delete');
  const writes = steps.filter(
    ({ event }) => event.body.action !== 'observe' && event.body.action !== 'delete',
  );
  const ranked = writes
    .filter((step) => rank(step) !== null)
    .sort((left, right) => (rank(left) ?? 0) - (rank(right) ?? 0));
  const line = [
    ...mergeByTime(
      raiseTimes(ranked),
      writes.filter((step) => rank(step) === null),
    ),
  ];
  for (const step of shown.sort((left, right) => (rank(left) ?? 0) - (rank(right) ?? 0)))
    insertShown(line, step, places);
  return raiseTimes([...line, ...deletes]);
}

/** Puts what a list or snapshot showed after the last record that it includes, at a time between the two. */
function insertShown(line: RecordStep[], step: RecordStep, places: Places): void {
  const revision = rank(step);
  const place = placeOf(step, revision, places);
  if (place === null) return;
  let index =
    revision === null ? 0 : line.findLastIndex((other) => (rank(other) ?? Infinity) <= revision) + 1;
  if (revision !== null && !isTimed(step.event)) index = beforeRepetitions(line, index, revision, places);
  for (let next = line[index]; next !== undefined; next = line[index]) {
    if (rank(next) !== null && revision !== null) break;
    if (next.at > place) break;
    index += 1;
  }
  const low = line[index - 1]?.at ?? 0;
  const high = line[index]?.at ?? Infinity;
  line.splice(index, 0, { ...step, at: Math.min(Math.max(place, low), high) });
}

/**
 * Writes that changed nothing repeat the resourceVersion of an object that a snapshot older than the log
 * shows; then the snapshot comes first. It is so if they are the first that the log tells of the object, none
 * of them creates it, and the resourceVersion is older than the log: no create of the log is older than it,
 * and the snapshot shows a higher one that the log does not know.
 */
function beforeRepetitions(
  line: readonly RecordStep[],
  index: number,
  revision: number,
  places: Places,
): number {
  const first = line.findIndex((step) => rank(step) !== null);
  const told = line.slice(Math.max(first, 0), index);
  if (told[0] === undefined || rank(told[0]) !== revision || told.some(isCreate)) return index;
  const isLogged = notBefore(places.clock, revision) !== null || revision > places.seededRevision;
  return isLogged ? index : first;
}

function isCreate({ event }: RecordStep): boolean {
  return event.body.verb === 'create' || event.body.code === 201;
}

/**
 * A first generation was there from its creation on, whose timestamp is cut to the second. A later one stands
 * after the creates and lists that show lower resourceVersions. Where records without resourceVersion begin
 * with the object's own create, it stands after all of them if its generation counts them all; else nothing
 * tells which of them it includes, and it is left out (null).
 */
function placeOf(step: RecordStep, revision: number | null, places: Places): Micros | null {
  if (isTimed(step.event)) return step.event.observedAt;
  const { generation, object } = step.event.body;
  const created = createdAt(object) ?? 0;
  if (generation === 1) return created + MICROS_PER_SECOND;
  const later = places.unranked.filter(({ observedAt }) => observedAt >= created);
  const first = later[0];
  const isOwn = first !== undefined && isCreateOf(first, created);
  if (isOwn)
    return generation === null || generation < later.length ? null : (later.at(-1)?.observedAt ?? 0) + 1;
  return Math.max(created, revision === null ? 0 : (notBefore(places.clock, revision) ?? 0));
}

function isCreateOf({ body, observedAt }: ChangeEvent, created: Micros): boolean {
  const isCreate = body.verb === 'create' || body.code === 201;
  return isCreate && observedAt < created + 2 * MICROS_PER_SECOND;
}

function unrankedOf(events: readonly ChangeEvent[]): readonly ChangeEvent[] {
  return events
    .filter(isTimed)
    .filter(
      ({ body }) =>
        body.action === 'write' && body.result === 'success' && revisionOf(body.resourceVersion) === null,
    )
    .toSorted(byTime);
}

function rank(step: RecordStep): number | null {
  return revisionOf(step.event.body.resourceVersion);
}

function startOf(steps: readonly RecordStep[]): Micros {
  return steps[0]?.at ?? 0;
}

function uidOf(steps: readonly RecordStep[]): string {
  return steps[0]?.event.body.uid ?? '';
}

function raiseTimes(steps: readonly RecordStep[]): readonly RecordStep[] {
  let latest = 0;
  return steps.map((step) => {
    latest = Math.max(latest, step.at);
    return step.at === latest ? step : { ...step, at: latest };
  });
}

/** Both lists ascend by time; of equal times the first list's come first. */
function mergeByTime<S extends Step>(first: readonly S[], second: readonly S[]): readonly S[] {
  const merged: S[] = [];
  let taken = 0;
  for (const step of first) {
    for (let other = second[taken]; other !== undefined && other.at < step.at; other = second[taken]) {
      merged.push(other);
      taken += 1;
    }
    merged.push(step);
  }
  return [...merged, ...second.slice(taken)];
}
