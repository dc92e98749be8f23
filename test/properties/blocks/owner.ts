// The owner of the events partition, as a Kafka worker would drive the open blocks. One request is in flight
// at a time. An owner that lost the partition goes on for a while without knowing it; its commits are refused.
import {
  afterSending,
  blockDocuments,
  NOTHING_STORED,
  type StoredBlock,
  verdictIds,
} from '../../../src/documents/blockDocuments.ts';
import { type Enriched } from '../../../src/join/enriched.ts';
import { traceOf } from '../../../src/join/touched.ts';
import type { FlowEvent } from '../../../src/model/event.ts';
import type { BlockContent } from '../../../src/rollup/blockContent.ts';
import { createOpenBlocks, type OpenBlocks } from '../../../src/rollup/openBlocks.ts';
import { NO_ORIGINS } from '../../../src/rollup/origins.ts';
import { BLOCK_OFFSETS } from './log.ts';
import { type Flight, land } from './store.ts';
import {
  commit,
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

export interface Owner {
  /** null: as far as it knows, and in truth, it owns the partition. */
  lostAtMs: number | null;
  policyOffset: number;
  position: number;
  readonly blocks: OpenBlocks;
  readonly waiting: number[];
  readonly stored: Map<number, StoredBlock>;
  flight: Flight | null;
}

export function takeOver(world: World, choice: number): Owner {
  const start = committed(world);
  const end = world.policies.length;
  const lowest = holds(world, 'start-no-lower') ? start.policyOffset : 0;
  const policyOffset = lowest + (choice % (end - lowest + 1));
  const origins = holds(world, 'carry-origins') ? start.origins : NO_ORIGINS;
  const lingerMs = holds(world, 'outwait-predecessors') ? LINGER_MS : 0;
  const settings = { partition: PARTITION, blockOffsets: BLOCK_OFFSETS, lingerMs };
  const join = (event: FlowEvent): Enriched => knownAt(world, owner.policyOffset).join(event);
  const owner: Owner = {
    lostAtMs: null,
    policyOffset,
    position: start.position,
    blocks: createOpenBlocks(settings, { ...start, origins, policyOffset }, join, world.nowMs),
    waiting: [],
    stored: new Map(),
    flight: null,
  };
  return owner;
}

export function read(world: World, owner: Owner): void {
  const record = world.log.records[owner.position];
  if (record === undefined) return;
  owner.position += 1;
  const { offset, event } = record;
  const origin = { ...event.origin, partition: 0, offset };
  const given = holds(world, 'drop-copies') ? record : { ...record, event: { ...event, origin } };
  if (owner.blocks.read(given) === 'waiting') owner.waiting.push(offset);
}

export function release(owner: Owner, choice: number): void {
  const [offset] = owner.waiting.splice(choice % Math.max(1, owner.waiting.length), 1);
  if (offset !== undefined) owner.blocks.release(offset, choice % 3 === 0 ? 'provisional' : 'final');
}

export function follow(world: World, owner: Owner): void {
  if (owner.policyOffset >= world.policies.length) return;
  owner.policyOffset += 1;
  const isTouched = touchedBy(world, owner.policyOffset);
  owner.blocks.raise(
    owner.policyOffset,
    (verdict) => holds(world, 'join-again') && isTouched(traceOf(verdict)),
  );
}

export function flush(world: World, owner: Owner): void {
  if (owner.flight !== null) return;
  const flights = owner.blocks.flush().map((content) => write(world, owner, content, () => {}));
  const [first] = flights;
  if (first === undefined) return;
  const phases = [0, 1].map((phase) => flights.flatMap((flight) => flight.phases[phase] ?? []));
  owner.flight = { phases, landed: () => (owner.flight = null) };
}

export function close(world: World, owner: Owner): void {
  const content = owner.flight === null ? owner.blocks.closing(world.nowMs) : null;
  if (content === null) return;
  learn(world, owner, content);
  owner.flight = write(world, owner, content, () => {
    owner.flight = null;
    owner.blocks.closed();
    owner.stored.delete(content.number);
    acknowledge(world, owner);
  });
}

/** Reads what is stored of a block, and adds it to what this owner knows of. */
export function learn(world: World, owner: Owner, { number, records }: BlockContent): void {
  if (!holds(world, 'read-stored-ids')) return;
  const read = world.store.read(number, verdictIds(records.map(({ verdict }) => verdict.event)));
  const own = owner.stored.get(number) ?? NOTHING_STORED;
  owner.stored.set(number, {
    rollups: new Map([...own.rollups, ...read.rollups]),
    verdicts: new Map([...own.verdicts, ...read.verdicts]),
  });
}

export function write(world: World, owner: Owner, content: BlockContent, landed: () => void): Flight {
  const known = owner.stored.get(content.number) ?? NOTHING_STORED;
  const documents = blockDocuments(content, asBroken(world, known), RAW_PER_KEY);
  owner.stored.set(content.number, afterSending(known, documents));
  return send(world, documents, landed);
}

export function asBroken(world: World, stored: StoredBlock): StoredBlock {
  if (!holds(world, 'rewrite-verdicts')) return { ...stored, verdicts: new Map() };
  if (holds(world, 'final-stays-final')) return stored;
  return { ...stored, verdicts: new Map([...stored.verdicts].map(([id]) => [id, 'provisional'])) };
}

/** Commits where it stands; refused when another owns the partition. */
export function acknowledge(world: World, owner: Owner): void {
  if (owner.lostAtMs !== null) return;
  const point = owner.blocks.commit();
  const { policyOffset } = owner;
  commit(world, holds(world, 'promise-only-what-is-written') ? point : { ...point, policyOffset });
}

/** Some documents of the request in flight land. */
export function progress(world: World, owner: Owner, choice: number): void {
  if (owner.flight !== null) land(owner.flight, world.store, 1 + (choice % 6), choice);
}
