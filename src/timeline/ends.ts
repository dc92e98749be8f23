// The end of an incarnation in a history: a delete, a collection deleted by selector, or a complete list on
// which the object no longer stands.

import type { ChangeEvent } from '../model/event.ts';
import { field, text } from '../model/json.ts';
import type { Micros } from '../model/time.ts';
import type { Confidence } from '../model/verdict.ts';
import { createdAt, hasFinalizers } from './body.ts';
import { addGap, addRecord, closeVersion, NOTHING, openVersion, type Walk } from './drafts.ts';
import type { Listing } from './facts.ts';
import { settle, settleLostEnd, settleUnknown } from './gaps.ts';
import { adoptUid, fillBody, showFrom } from './incarnations.ts';
import { matchesSelector } from './selector.ts';
import { sightingOf, type Sighting } from './sighting.ts';

export function onDelete(walk: Walk, event: ChangeEvent, at: Micros): void {
  const { uid } = event.body;
  const seen = sightingOf(event, null);
  const isSame = uid === '' || walk.known.uid === '' || uid === walk.known.uid;
  if (walk.life === 'gone' && isSame) {
    addRecord(walk, { outcome: 'no-op', at, event, confidence: 'exact', after: null });
    return;
  }
  if (walk.life === 'alive' && isSame) {
    adoptUid(walk, uid);
    settle(walk, walk.pending.length === 0 ? 0 : null);
    if (seen.object !== null && walk.known.object === null) learnAtEnd(walk, seen);
  } else {
    showDeleted(walk, seen, at);
  }
  tombstone(walk, event, at, event.body.confidence);
}

/** A collection deleted by selector below level RequestResponse: which objects it met follows from labels. */
export function onCollect(walk: Walk, event: ChangeEvent, at: Micros): void {
  if (walk.life !== 'alive') return;
  settleUnknown(walk);
  const matches = matchesSelector(event.body.selector, walk.name, walk.known.object);
  if (matches === false) return;
  if (matches === 'unknown') {
    addGap(walk, at, event);
    walk.known = { ...walk.known, object: null, revision: null, generation: null };
  } else if (hasFinalizers(walk.known.object)) {
    const outcome = walk.known.terminating ? 'no-op' : 'terminating';
    markTerminating(walk);
    addRecord(walk, { outcome, at, event, confidence: 'inferred', after: walk.known.object });
  } else tombstone(walk, event, at, 'inferred');
  walk.seenAt = at;
}

/** The object was alive, and a complete list does not show it: its delete is lost. */
export function onAbsent(walk: Walk, listing: Listing, at: Micros): void {
  if (walk.life !== 'alive') return;
  const { revision } = walk.known;
  const isLater = listing.at === null ? revision !== null : walk.seenAt < at;
  const isOlderList = listing.revision !== null && revision !== null && listing.revision < revision;
  if (!isLater || isOlderList || (listing.at === null && listing.revision === null)) return;
  settleLostEnd(walk);
  tombstone(walk, null, Math.max(at, walk.seenAt + 1), 'inferred');
}

/** The object is marked for deletion, which raises its generation by one; once more changes nothing. */
export function markTerminating(walk: Walk): void {
  const { generation, terminating } = walk.known;
  if (terminating) return;
  const next = generation === null ? null : generation + 1;
  walk.known = { ...walk.known, generation: next, terminating: true, revision: null };
}

/** Ends the present incarnation. */
export function tombstone(walk: Walk, event: ChangeEvent | null, at: Micros, confidence: Confidence): void {
  const end = addRecord(walk, { outcome: 'tombstone', at, event, confidence, after: null });
  closeVersion(walk, at, end);
  walk.life = 'gone';
  walk.known = { ...NOTHING, uid: walk.known.uid };
  walk.seenAt = at;
  if (walk.facts.restores.length > 0) walk.past.push({ revision: null, at, life: 'gone', known: walk.known });
}

/** The delete of an incarnation that no other record told of. */
function showDeleted(walk: Walk, seen: Sighting, at: Micros): void {
  const wasUnseen = walk.life === 'unseen';
  const created = createdAt(seen.metadata);
  if (walk.life === 'alive') settleLostEnd(walk);
  else settle(walk, walk.pending.length === 0 ? 0 : null);
  const { uid, generation, revision, object } = seen;
  walk.known = { ...NOTHING, uid, generation, revision, object };
  walk.life = 'alive';
  if (generation === 1 && created !== null) showFrom(walk, Math.min(created, at), seen);
  else if (wasUnseen) showFrom(walk, Math.min(created ?? 0, at), seen);
  else if (walk.open === null) addGap(walk, walk.seenAt + 1, null);
}

/** The items of a deleted collection show the objects as they were before. */
function learnAtEnd(walk: Walk, seen: Sighting): void {
  const { object, generation } = seen;
  if (object === null) return;
  if (!fillBody(walk, object, generation)) {
    const { open } = walk;
    if (open !== null && text(field(object, 'kind')) === walk.kind && open.change === null)
      openVersion(walk, { from: open.from, generation, object, confidence: 'inferred', change: null });
  }
  walk.known = { ...walk.known, object };
}
