// Takes into a history what a list or snapshot showed of an object. It changes the history only where it
// knows more: it begins a version that no write told of, or gives a version the body that it lacked.
// The same snapshot taken again and again adds nothing.

import type { ChangeEvent } from '../model/event.ts';
import type { Micros } from '../model/time.ts';
import { createdAt, sameBody } from './body.ts';
import { writtenBy } from './clock.ts';
import { addGap, addRecord, openVersion, type Walk } from './drafts.ts';
import { isTimed } from './facts.ts';
import { settle } from './gaps.ts';
import { adoptUid, endPredecessor, fillBody, isAnother, knownFrom, showFrom } from './incarnations.ts';
import type { Known } from './judge.ts';
import { sightingOf, type Sighting } from './sighting.ts';

export function onShown(walk: Walk, event: ChangeEvent, at: Micros): void {
  const seen: Sighting = { ...sightingOf(event, null), creates: false };
  if (walk.life === 'gone' && seen.uid === walk.known.uid) return;
  if (isAnother(walk, seen)) showAnother(walk, event, at, seen);
  else {
    adoptUid(walk, seen.uid);
    showSame(walk, event, at, seen);
  }
  if (isTimed(event)) walk.seenAt = Math.max(walk.seenAt, at);
  const { known, life } = walk;
  if (walk.facts.restores.length > 0) walk.past.push({ revision: known.revision, at, life, known });
}

function showAnother(walk: Walk, event: ChangeEvent, at: Micros, seen: Sighting): void {
  const wasUnseen = walk.life === 'unseen';
  const created = createdAt(seen.metadata);
  endPredecessor(walk, seen, at);
  const isCovered = walk.open !== null;
  walk.life = 'alive';
  walk.onlyShown = true;
  walk.known = { ...knownFrom(seen), object: null };
  const isFirst = seen.generation === 1 && created !== null;
  if (isFirst || wasUnseen) {
    const from = created ?? 0;
    const shownBy = note(walk, event, Math.max(from, walk.versions.at(-1)?.from ?? 0), seen);
    showFrom(walk, from, seen, shownBy);
  } else {
    if (!isCovered)
      openVersion(walk, {
        from: Math.max(walk.seenAt + 1, created ?? 0),
        generation: null,
        object: null,
        confidence: 'metadata',
        change: null,
      });
    const change = note(walk, event, place(walk, event, at), seen);
    openVersion(walk, {
      from: change.at,
      generation: seen.generation,
      object: seen.object,
      confidence: seen.confidence,
      change,
    });
  }
  walk.known = knownFrom(seen);
  walk.seenAt = Math.max(walk.seenAt, isTimed(event) ? at : (created ?? 0));
}

function showSame(walk: Walk, event: ChangeEvent, at: Micros, seen: Sighting): void {
  const { known } = walk;
  if (isOlder(known, seen)) return;
  const isNewer =
    seen.generation !== null &&
    known.generation !== null &&
    !known.counted &&
    seen.generation > known.generation;
  const steps = isNewer ? (seen.generation ?? 0) - (known.generation ?? 0) : 0;
  const terminates = seen.deleting && !known.terminating;
  if (steps > (terminates ? 1 : 0)) {
    const held = walk.pending.at(-1);
    settle(walk, terminates ? steps - 1 : steps);
    const isKnownWrite = held !== undefined;
    const change = note(walk, event, isKnownWrite ? held.at : place(walk, event, at), seen);
    openVersion(walk, {
      from: change.at,
      generation: seen.generation,
      object: seen.object,
      confidence: 'inferred',
      change,
    });
  } else if (seen.generation !== null && seen.generation === known.generation && !known.counted)
    settle(walk, 0);
  else if (walk.pending.length > 0) settle(walk, null);
  else if (contradicts(walk, seen)) addGap(walk, walk.seenAt + 1, null);
  if (seen.object !== null && walk.open?.object === null) {
    if (fillBody(walk, seen.object, seen.generation)) note(walk, event, walk.open.from, seen);
    else {
      const change = note(walk, event, place(walk, event, at), seen);
      openVersion(walk, {
        from: change.at,
        generation: seen.generation,
        object: seen.object,
        confidence: seen.confidence,
        change,
      });
    }
  }
  walk.known = {
    ...known,
    generation: seen.generation ?? known.generation,
    counted: seen.generation === null && known.counted,
    revision: seen.revision ?? known.revision,
    object: seen.object ?? known.object,
    terminating: known.terminating || seen.deleting,
  };
}

/** The body that was rebuilt from requests is not the one that is there: a write was lost, or misunderstood. */
function contradicts({ kind, open }: Walk, seen: Sighting): boolean {
  if (open === null || open.object === null || open.confidence === 'exact' || seen.object === null)
    return false;
  return !sameBody(kind, open.object, seen.object);
}

/** A list may be answered from an older state than the writes that are known. */
function isOlder(known: Known, seen: Sighting): boolean {
  if (seen.generation === null || known.generation === null || known.counted) return false;
  return seen.generation < known.generation;
}

function note(walk: Walk, event: ChangeEvent, at: Micros, seen: Sighting): ReturnType<typeof addRecord> {
  const { generation, object, confidence } = seen;
  return addRecord(walk, { outcome: 'version', at, event, confidence, after: object, generation });
}

/** When the shown state was there at the latest: its list's time, else when its resourceVersion was passed. */
function place(walk: Walk, event: ChangeEvent, at: Micros): Micros {
  if (isTimed(event)) return at;
  walk.unsettled = true;
  const clock = walk.facts.clocks[walk.epoch] ?? [];
  const { revision } = sightingOf(event, null);
  const passed = revision === null ? null : writtenBy(clock, revision);
  return Math.max(at, walk.seenAt + 1, passed ?? walk.facts.range?.until ?? 0);
}
