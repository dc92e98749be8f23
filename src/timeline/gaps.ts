// Writes that are not certain: requests whose outcome no record tells, writes whose record shows neither body
// nor generation, and writes that no record tells of at all. Each is settled by the next record of the
// object: its generation says how many writes of the body happened in between.

import { MICROS_PER_SECOND } from '../model/time.ts';
import { addGap, addRecord, openVersion, type Pending, type Walk } from './drafts.ts';

/** An outcome that has not come this long after its request is lost: the API server cuts requests at 60 s. */
const OUTCOME_WAIT_MICROS = 60 * MICROS_PER_SECOND;

/**
 * Settles what is open before a record of the same incarnation is taken in.
 * @param lost how many writes of the body the record betrays; null when it cannot tell.
 * 0 proves that what is open changed no body. Lost writes that nothing open explains happened at the
 * earliest just after the object was last seen.
 */
export function settle(walk: Walk, lost: number | null): void {
  const pending = takePending(walk);
  if (lost === 0) {
    for (const one of pending) noteNothing(walk, one);
    return;
  }
  if (lost !== null && lost > pending.length) addGap(walk, walk.seenAt + 1, null);
  const base = lost === pending.length ? walk.known.generation : null;
  pending.forEach((one, index) => takeEffect(walk, one, base === null ? null : base + index + 1));
  // The body that was known before a lost write is not what the next record changed.
  if (pending.length > 0 || (lost !== null && lost > 0)) walk.known = { ...walk.known, object: null };
}

/** Settles what is open before a record that can tell nothing of it: the body is not known any more. */
export function settleUnknown(walk: Walk): void {
  if (walk.pending.length === 0) return;
  settle(walk, null);
  walk.known = { ...walk.known, object: null, generation: null, revision: null };
}

/** Settles what cannot have had an effect, such as creates before the create that succeeded. */
export function settleWithoutEffect(walk: Walk): void {
  for (const one of takePending(walk)) noteNothing(walk, one);
}

/** Settles what is open when an incarnation turns out to have ended without a record. */
export function settleLostEnd(walk: Walk): void {
  const pending = takePending(walk);
  if (!pending.some(({ event }) => event.body.verb.startsWith('delete'))) addGap(walk, walk.seenAt + 1, null);
  for (const one of pending) takeEffect(walk, one, null);
}

/** At the end of all records: requests stay open until the audit log goes on well beyond them. */
export function settleAtEnd(walk: Walk): void {
  for (const one of takePending(walk)) {
    const isRequest = one.event.body.action === 'received';
    const until = walk.facts.range?.until ?? 0;
    if (isRequest) walk.unsettled = true;
    if (!isRequest || until >= one.at + OUTCOME_WAIT_MICROS) takeEffect(walk, one, null);
  }
}

export function addPending(walk: Walk, pending: Pending): void {
  walk.pending = [...walk.pending, pending];
}

function takePending(walk: Walk): readonly Pending[] {
  const { pending } = walk;
  walk.pending = [];
  return pending;
}

/** A write that succeeded, though its record does not show what it wrote. */
function isWrite({ event }: Pending): boolean {
  return event.body.result === 'success' && event.body.action !== 'received';
}

/** From an uncertain write on the body is unknown; nothing that was known before is a base any more. */
function takeEffect(walk: Walk, pending: Pending, generation: number | null): void {
  const { event, at } = pending;
  if (isWrite(pending)) {
    const confidence = 'metadata';
    const change = addRecord(walk, { outcome: 'version', at, event, confidence, after: null, generation });
    openVersion(walk, { from: at, generation, object: null, confidence, change });
  } else addGap(walk, at, event, generation);
}

function noteNothing(walk: Walk, pending: Pending): void {
  const { event, at } = pending;
  const outcome = isWrite(pending) ? 'metadata' : 'no-op';
  addRecord(walk, { outcome, at, event, confidence: 'inferred', after: walk.known.object });
}
