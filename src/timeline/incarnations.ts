// The beginning of an incarnation in a history: a create, or the first record of an object that was there
// before anything we know, or of one whose create (or predecessor's delete) the log lost.

import type { ChangeEvent } from '../model/event.ts';
import type { JsonObject } from '../model/json.ts';
import { MICROS_PER_SECOND, type Micros } from '../model/time.ts';
import { createdAt } from './body.ts';
import { addGap, addRecord, NOTHING, openVersion, type RecordDraft, type Walk } from './drafts.ts';
import { settle, settleLostEnd, settleWithoutEffect } from './gaps.ts';
import type { ChangeOutcome } from './reader.ts';
import type { Sighting } from './sighting.ts';

/** Whether what was seen belongs to another incarnation than the one that is known. */
export function isAnother(walk: Walk, seen: Sighting): boolean {
  if (walk.life !== 'alive') return true;
  if (seen.uid !== '' && walk.known.uid !== '') return seen.uid !== walk.known.uid;
  return seen.creates;
}

/**
 * A create without uid of an object that a snapshot already showed: the same incarnation if the object says
 * that it was created in that second, or if the snapshot tells no uid.
 */
export function isItsOwnCreate(walk: Walk, seen: Sighting, at: Micros): boolean {
  if (walk.life !== 'alive' || !walk.onlyShown || !seen.creates) return false;
  if (walk.known.uid === '') return true;
  const created = createdAt(walk.known.object);
  return seen.uid === '' && created !== null && at >= created && at < created + 2 * MICROS_PER_SECOND;
}

/**
 * Takes in the first record of an incarnation. Unless it creates the object, what was there before follows
 * from it as far as it can: the same body since the creation, where the generation is the first or the record
 * cannot have altered the body; else a body that is not known.
 * @returns the record's change: the version that it began, else a change of metadata, status or deletion.
 */
export function begin(walk: Walk, event: ChangeEvent, at: Micros, seen: Sighting): RecordDraft {
  const wasUnseen = walk.life === 'unseen';
  const isCovered = endPredecessor(walk, seen, at);
  const created = createdAt(seen.metadata);
  walk.life = 'alive';
  walk.onlyShown = false;
  walk.known = { ...knownFrom(seen), object: null };
  if (seen.creates) return startVersion(walk, event, at, seen);
  const isFirst = seen.generation === 1;
  const outcome = outcomeOfFirst(event, seen, isFirst);
  if (wasUnseen || isFirst) {
    const from = Math.min(created ?? (wasUnseen ? 0 : at), at);
    const holds = isFirst || outcome !== 'version';
    if (!isCovered || isFirst)
      showFrom(walk, from, holds ? seen : { ...seen, object: null, generation: null });
  } else if (!isCovered) addGap(walk, Math.max(walk.seenAt + 1, created ?? 0), null);
  if (outcome === 'version') return startVersion(walk, event, at, seen);
  const after = seen.object;
  return addRecord(walk, { outcome, at, event, confidence: seen.confidence, after });
}

/** A version that was in force before the record that shows it. */
export function showFrom(walk: Walk, from: Micros, seen: Sighting, shownBy?: RecordDraft): void {
  const { generation, object, confidence } = seen;
  const provenFrom = generation === 1 ? from : (walk.facts.range?.from ?? walk.facts.snapshotAfter);
  const version = { from, provenFrom, generation, object, confidence, change: null };
  openVersion(walk, shownBy === undefined ? version : { ...version, shownBy });
}

export function knownFrom(seen: Sighting): Walk['known'] {
  const { uid, generation, revision, object, deleting } = seen;
  return { ...NOTHING, uid, generation, revision, object, terminating: deleting };
}

/** Ends what was there before; true when the time up to now is already covered by a gap. */
export function endPredecessor(walk: Walk, seen: Sighting, at: Micros): boolean {
  const before = walk.life;
  if (before === 'alive') settleLostEnd(walk);
  else if (seen.creates) settleWithoutEffect(walk);
  else settle(walk, walk.pending.length === 0 ? 0 : null);
  walk.known = NOTHING;
  return walk.open !== null && walk.open.from <= at;
}

function outcomeOfFirst(event: ChangeEvent, seen: Sighting, isFirst: boolean): ChangeOutcome {
  if (event.body.action === 'status') return 'status';
  if (event.body.action === 'terminate' || seen.deleting) return 'terminating';
  return isFirst || !seen.touchesBody ? 'metadata' : 'version';
}

function startVersion(walk: Walk, event: ChangeEvent, at: Micros, seen: Sighting): RecordDraft {
  const { generation, object, confidence } = seen;
  const change = addRecord(walk, {
    outcome: 'version',
    at,
    event,
    confidence,
    after: object,
    uid: seen.uid,
    generation,
  });
  openVersion(walk, { from: at, generation, object, confidence, change });
  return change;
}

/** Gives an incarnation that began without a uid the one that a later record tells. */
export function adoptUid(walk: Walk, uid: string): void {
  if (uid === '' || walk.known.uid !== '') return;
  walk.known = { ...walk.known, uid };
  for (let index = walk.versions.length - 1; index >= 0; index -= 1) {
    const version = walk.versions[index];
    if (version === undefined || version.uid !== '' || version.end?.outcome === 'tombstone') break;
    version.uid = uid;
    if (version.change?.uid === '') version.change.uid = uid;
  }
}

/** The body that a record shows, for a version that began without one. */
export function fillBody(walk: Walk, object: JsonObject, generation: number | null): boolean {
  const { open } = walk;
  if (open === null || open.object !== null || generation === null || open.generation !== generation)
    return false;
  open.object = object;
  open.confidence = 'exact';
  if (open.change !== null && open.change.after === null) open.change.after = object;
  return true;
}

/** Takes back what a snapshot showed, in favour of the create that made it. */
export function forgetShown(walk: Walk): void {
  const shown = walk.versions.pop();
  const index = walk.records.findIndex((record) => record === shown?.record);
  if (index >= 0) walk.records.splice(index, 1);
  walk.open = null;
  walk.life = 'unseen';
  walk.known = NOTHING;
}
