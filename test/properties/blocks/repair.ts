// The repair role: for each record of the policy log, the closed blocks that it touches, computed again.
import { blockDocuments, verdictIds } from '../../../src/documents/blockDocuments.ts';
import { settledBlocks, touchedBlocks } from '../../../src/documents/storedTrace.ts';
import { cutIntoBlocks } from './log.ts';
import { asBroken } from './owner.ts';
import { type Flight, land } from './store.ts';
import {
  committed,
  holds,
  knownAt,
  LINGER_MS,
  PARTITION,
  RAW_PER_KEY,
  send,
  touchedBy,
  type World,
} from './world.ts';

export interface Repair {
  readonly startedAtMs: number;
  /** Numbers of the blocks still to be computed for the record at hand; null: not looked for yet. */
  plan: number[] | null;
  flight: Flight | null;
}

export function startRepair(world: World): Repair {
  return { startedAtMs: world.nowMs, plan: null, flight: null };
}

/** One step: some documents land, or the next block is sent, or the next record is begun or committed. */
export function mend(world: World, repair: Repair, choice: number): void {
  if (repair.flight !== null) {
    land(repair.flight, world.store, 1 + (choice % 6), choice);
    return;
  }
  if (repair.plan === null) repair.plan = planFor(world, repair);
  const number = repair.plan?.shift();
  if (number !== undefined) computeAgain(world, repair, number, choice % 2 === 0 ? 'final' : 'provisional');
  else if (repair.plan !== null) {
    repair.plan = null;
    world.repairAt += 1;
  }
}

function planFor(world: World, repair: Repair): number[] | null {
  const offset = world.repairAt;
  const isTooEarly = holds(world, 'outwait-predecessors') && world.nowMs < repair.startedAtMs + LINGER_MS;
  if (isTooEarly || offset > world.policies.length) return null;
  if (holds(world, 'wait-for-commits') && committed(world).policyOffset < offset) return null;
  return closedOnly(world, touchedBlocks(world.store.rollups(), offset, touchedBy(world, offset)));
}

function closedOnly(world: World, blocks: readonly { readonly number: number }[]): number[] {
  const cut = cutIntoBlocks(world.log.records, true);
  const isClosed = (number: number): boolean => (cut.get(number)?.start ?? 0) < committed(world).position;
  return blocks.map(({ number }) => number).filter(isClosed);
}

function computeAgain(world: World, repair: Repair, number: number, status: 'final' | 'provisional'): void {
  const events = cutIntoBlocks(world.log.records, holds(world, 'drop-copies')).get(number)?.events ?? [];
  const policyOffset = Math.min(world.repairAt, world.policies.length);
  const known = knownAt(world, policyOffset);
  const records = events.map((event) => ({ verdict: known.join(event), status }));
  const isReading = holds(world, 'read-stored-ids');
  const stored = isReading
    ? world.store.read(number, verdictIds(events))
    : { rollups: new Map(), verdicts: new Map() };
  const content = { partition: PARTITION, number, records, policyOffset };
  const documents = blockDocuments(content, asBroken(world, stored), RAW_PER_KEY);
  repair.flight = send(world, documents, () => (repair.flight = null));
}

/** When the watermark has passed everything: the blocks of documents that are still provisional. */
export function finish(world: World, repair: Repair): void {
  const blocks = settledBlocks(world.store.rollups(), world.store.verdicts(), () => true);
  for (const number of closedOnly(world, blocks)) {
    computeAgain(world, repair, number, 'final');
    if (repair.flight !== null) land(repair.flight, world.store, Number.POSITIVE_INFINITY, 0);
  }
}
