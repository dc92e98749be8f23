// Takes one successful write (of the object or its status), or one request to delete that finalizers hold
// up, into a history.

import type { ChangeEvent } from '../model/event.ts';
import type { Micros } from '../model/time.ts';
import { withMetadata } from './body.ts';
import { addRecord, openVersion, type RecordDraft, type Walk } from './drafts.ts';
import { markTerminating, tombstone } from './ends.ts';
import { addPending, settle, settleUnknown } from './gaps.ts';
import {
  adoptUid,
  begin,
  fillBody,
  forgetShown,
  isAnother,
  isItsOwnCreate,
  knownFrom,
} from './incarnations.ts';
import { judge, type Judgement, type Known } from './judge.ts';
import { sightingOf, type Sighting } from './sighting.ts';

export function onWrite(walk: Walk, event: ChangeEvent, at: Micros): void {
  const seen = sightingOf(event, walk.life === 'alive' ? walk.known.object : null);
  if (isItsOwnCreate(walk, seen, at)) {
    const { known } = walk;
    forgetShown(walk);
    begin(walk, event, at, seen);
    walk.known = known.generation === 1 ? { ...known, uid: seen.uid } : knownFrom(seen);
    adoptUid(walk, known.uid);
    finish(walk, at);
    return;
  }
  if (isAnother(walk, seen)) {
    begin(walk, event, at, seen);
    if (walk.open !== null) walk.known = { ...knownFrom(seen), object: seen.object };
    finish(walk, at);
    return;
  }
  adoptUid(walk, seen.uid);
  if (isUncertain(event, seen)) {
    addPending(walk, { event, at });
    return;
  }
  if (!isComparable(walk, seen) && walk.pending.length > 0) {
    settleUnknown(walk);
    take(walk, event, at, sightingOf(event, null));
  } else take(walk, event, at, seen);
  finish(walk, at);
}

/** A delete that finalizers hold up. Marking an object for deletion raises its generation by one. */
export function onTerminate(walk: Walk, event: ChangeEvent, at: Micros): void {
  if (event.body.objectForm === 'stored' || event.body.objectForm === 'partial') {
    onWrite(walk, event, at);
    return;
  }
  const seen = sightingOf(event, null);
  if (isAnother(walk, seen)) {
    begin(walk, event, at, { ...seen, deleting: true });
    walk.known = knownFrom(seen);
    markTerminating(walk);
  } else {
    adoptUid(walk, seen.uid);
    settleUnknown(walk);
    if (seen.object !== null && fillBody(walk, seen.object, seen.generation))
      walk.known = { ...walk.known, object: seen.object };
    const outcome = walk.known.terminating ? 'no-op' : 'terminating';
    markTerminating(walk);
    addRecord(walk, { outcome, at, event, confidence: event.body.confidence, after: walk.known.object });
  }
  finish(walk, at);
}

/** A write that shows neither body nor generation may be a version, or may have altered metadata alone. */
function isUncertain(event: ChangeEvent, seen: Sighting): boolean {
  return (
    event.body.action === 'write' && seen.generation === null && seen.object === null && seen.touchesBody
  );
}

function isComparable({ known }: Walk, seen: Sighting): boolean {
  if (seen.revision !== null && seen.revision === known.revision) return true;
  return seen.generation !== null && known.generation !== null && !known.counted;
}

function take(walk: Walk, event: ChangeEvent, at: Micros, seen: Sighting): void {
  const verdict = judge(walk.kind, walk.known, seen);
  settle(walk, isAmbiguous(walk, event, verdict) ? null : (verdict.lost ?? 0));
  if (verdict.lost === null && walk.known.terminating && seen.removesFinalizers) {
    tombstone(walk, event, at, 'inferred');
    return;
  }
  const outcome = event.body.action === 'status' && verdict.outcome !== 'no-op' ? 'status' : verdict.outcome;
  const after = bodyAfter(walk.known, seen, verdict);
  const generation = generationAfter(walk.known, seen, verdict);
  const change = addRecord(walk, { outcome, at, event, confidence: seen.confidence, after, generation });
  place(walk, seen, change, (verdict.lost ?? 0) > 0);
  walk.known = {
    uid: walk.known.uid,
    generation,
    counted: seen.generation === null && (walk.known.counted || verdict.outcome === 'version'),
    revision: seen.revision ?? (verdict.outcome === 'no-op' ? walk.known.revision : null),
    object: after,
    terminating: walk.known.terminating || seen.deleting,
  };
}

/**
 * One step of generation, and something open before: a patch that the record does not show may have altered
 * metadata alone, so that the step belongs to what is open. (An apply in YAML followed by a patch of labels
 * looks exactly so, since kube-apiserver up to 1.36 does not log the former.)
 */
function isAmbiguous(walk: Walk, event: ChangeEvent, verdict: Judgement): boolean {
  if (walk.pending.length === 0 || verdict.outcome !== 'version' || verdict.lost !== 0) return false;
  return event.body.verb === 'patch' && event.body.patch === null;
}

/**
 * Begins a version where the write began one, or where it shows a body that was unknown until now.
 * @param betrays the write shows that another one of the body was lost before it.
 */
function place(walk: Walk, seen: Sighting, change: RecordDraft, betrays: boolean): void {
  const { object, confidence, generation } = seen;
  const { outcome } = change;
  if (outcome !== 'version' && object !== null && fillBody(walk, object, generation)) return;
  if (outcome === 'version' || betrays || (object !== null && walk.open?.object === null))
    openVersion(walk, { from: change.at, generation: change.generation, object, confidence, change });
}

function bodyAfter(known: Known, seen: Sighting, verdict: Judgement): Known['object'] {
  if (seen.object !== null) return seen.object;
  const unchanged = verdict.outcome !== 'version' && (verdict.lost === null || verdict.lost === 0);
  if (!unchanged || known.object === null) return null;
  return seen.metadata === null ? known.object : withMetadata(known.object, seen.metadata);
}

function generationAfter(known: Known, seen: Sighting, verdict: Judgement): number | null {
  if (seen.generation !== null) return seen.generation;
  if (known.generation === null || (verdict.outcome === 'version' && seen.object === null)) return null;
  return verdict.outcome === 'version' || verdict.outcome === 'terminating'
    ? known.generation + 1
    : known.generation;
}

function finish(walk: Walk, at: Micros): void {
  walk.seenAt = at;
  if (walk.life !== 'alive') return;
  const { known, life } = walk;
  if (walk.facts.restores.length > 0) walk.past.push({ revision: known.revision, at, life, known });
}
