// What an etcd restore does to one object: it falls back to its last state whose resourceVersion lies below
// the first one of the new history. Objects deleted since are back, objects created since are gone.

import type { Micros } from '../model/time.ts';
import { notBefore, writtenBy } from './clock.ts';
import { addGap, addRecord, NOTHING, openVersion, type Past, type Walk } from './drafts.ts';
import { tombstone } from './ends.ts';
import { settleAtEnd } from './gaps.ts';
import type { Restore } from './restores.ts';

export function onRestore(walk: Walk, restore: Restore, at: Micros): void {
  settleAtEnd(walk);
  const survivor = survivorOf(walk, restore.firstRevision);
  const kept = walk.past.filter(({ revision }) => revision !== null && revision < restore.firstRevision);
  walk.epoch += 1;
  if (walk.life === 'unseen') return;
  if (survivor === 'none') {
    if (walk.life === 'alive') tombstone(walk, null, at, 'inferred');
  } else if (survivor === 'unknown') {
    walk.known = { ...NOTHING, uid: walk.known.uid };
    walk.life = 'alive';
    addGap(walk, at, null);
  } else fallBack(walk, survivor, at);
  walk.seenAt = at;
  walk.past.splice(0, walk.past.length, ...kept);
}

function fallBack(walk: Walk, survivor: Past, at: Micros): void {
  const before = walk.known;
  const isSame = walk.life === survivor.life && before.uid === survivor.known.uid;
  if (isSame && before.generation === survivor.known.generation) {
    walk.known = survivor.known;
    return;
  }
  walk.life = survivor.life;
  walk.known = survivor.known;
  const { generation, object, uid } = survivor.known;
  const confidence = object === null ? 'metadata' : 'inferred';
  const change = addRecord(walk, { outcome: 'version', at, event: null, confidence, after: object, uid });
  change.before = before.object;
  openVersion(walk, { from: at, generation, object, confidence, change });
}

/** The state that the restore brought back; 'none' when the object did not exist yet. */
function survivorOf(walk: Walk, firstRevision: number): Past | 'none' | 'unknown' {
  const { past } = walk;
  const index = past.findLastIndex(({ revision }) => revision !== null && revision < firstRevision);
  const found = past[index];
  if (found === undefined) {
    const first = walk.records.find(({ outcome }) => outcome === 'version' || outcome === 'gap');
    const wasCreated = first?.event?.body.verb === 'create' || first?.event?.body.code === 201;
    const revision = past[0]?.revision ?? null;
    return wasCreated && revision !== null ? 'none' : 'unknown';
  }
  const next = past[index + 1];
  if (next === undefined || next.revision !== null) return found;
  if (next.life !== 'gone') return 'unknown';
  const clock = walk.facts.clocks[walk.epoch] ?? [];
  const passed = writtenBy(clock, firstRevision);
  if (passed !== null && passed <= next.at) return found;
  const below = notBefore(walk.facts.freshClocks[walk.epoch] ?? [], firstRevision);
  return below !== null && below >= next.at ? 'none' : 'unknown';
}
