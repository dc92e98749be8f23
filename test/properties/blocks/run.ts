// One run: a story of what happens to the workers, then quiet, until everything is read and repaired; and
// what an on-time run without any mishap would have stored.
import { blockDocuments, NOTHING_STORED } from '../../../src/documents/blockDocuments.ts';
import type { Document } from '../../../src/documents/document.ts';
import { verdictDocument } from '../../../src/documents/verdictDocument.ts';
import { NO_ORIGINS } from '../../../src/rollup/origins.ts';
import { CHANGES, FLOWS } from '../../support/smallWorld.ts';
import { createEventLog, cutIntoBlocks } from './log.ts';
import {
  acknowledge,
  close,
  flush,
  follow,
  learn,
  type Owner,
  progress,
  read,
  release,
  takeOver,
  write,
} from './owner.ts';
import { finish, mend, type Repair, startRepair } from './repair.ts';
import type { Rule } from './rules.ts';
import { createStore, type Flight, land } from './store.ts';
import { commit, knownAt, LINGER_MS, PARTITION, RAW_PER_KEY, type World } from './world.ts';

export interface Story {
  /** Indices of flows, for each raw partition. */
  readonly raw: readonly (readonly number[])[];
  /** Indices of changes, in the order in which they come into the policy log. */
  readonly changes: readonly number[];
  /** Each says what happens next, and to whom. */
  readonly steps: readonly number[];
}

/** What happens, and how often; the rest of the step's number says to whom, or how far. */
const HAPPENINGS = [
  ['send', 24],
  ['note', 3],
  ['producer-dies', 2],
  ['hour', 1],
  ['change', 4],
  ['read', 14],
  ['release', 14],
  ['follow', 5],
  ['acknowledge', 4],
  ['flush', 7],
  ['progress', 12],
  ['close', 8],
  ['take-over', 1],
  ['repair-dies', 1],
  ['mend', 14],
  ['ghost', 10],
  ['settle', 1],
] as const;
type Happening = (typeof HAPPENINGS)[number][0];
const WEIGHTED: readonly Happening[] = HAPPENINGS.flatMap(([name, weight]) =>
  Array.from({ length: weight }, () => name),
);

/** What an owner does, lost or not. */
const WORK = ['read', 'release', 'follow', 'acknowledge', 'flush', 'progress', 'close', 'settle'] as const;

/** The number of a step in which this happens. */
export function step(what: Happening, choice = 0): number {
  return choice * WEIGHTED.length + WEIGHTED.indexOf(what);
}

/** A lost owner does this. */
export function haunting(what: (typeof WORK)[number], choice = 0): number {
  return step('ghost', 16 * (WORK.indexOf(what) + WORK.length * choice));
}

interface Cast {
  readonly world: World;
  readonly upcoming: number[];
  owner: Owner;
  repair: Repair;
  /** Owners that lost the partition and do not know it. */
  lost: Owner[];
  /** Requests of a repair that died. */
  strays: { readonly flight: Flight; readonly diedAtMs: number }[];
}

export interface Ended {
  readonly stored: ReadonlyMap<string, Document>;
  readonly onTime: ReadonlyMap<string, Document>;
  /** Every verdict of the log as its document would be. */
  readonly truth: ReadonlyMap<string, Document>;
  /** Of the verdicts, once each: what the counts must sum to. */
  readonly verdicts: number;
}

export function run(story: Story, broken: Rule | null): Ended {
  const cast = begin(story, broken);
  for (const step of story.steps) {
    cast.world.nowMs += 1;
    happen(cast, WEIGHTED[step % WEIGHTED.length] ?? 'read', Math.floor(step / WEIGHTED.length));
    cast.lost = cast.lost.filter(({ lostAtMs }) => (lostAtMs ?? 0) + LINGER_MS > cast.world.nowMs);
    cast.strays = cast.strays.filter(({ diedAtMs }) => diedAtMs + LINGER_MS > cast.world.nowMs);
  }
  settleDown(cast);
  return { stored: cast.world.store.documents, ...expected(cast.world) };
}

function begin({ raw, changes }: Story, broken: Rule | null): Cast {
  const log = createEventLog(raw.map((list) => list.flatMap((index) => FLOWS[index] ?? [])));
  const unset = { position: 0, metadata: '' };
  const world: World = {
    broken,
    log,
    store: createStore(),
    policies: [],
    commit: unset,
    repairAt: 1,
    nowMs: 0,
  };
  commit(world, { position: 0, origins: NO_ORIGINS, policyOffset: 0 });
  const upcoming = changes.filter((index) => index < CHANGES.length);
  return { world, upcoming, owner: takeOver(world, 0), repair: startRepair(world), lost: [], strays: [] };
}

function happen(cast: Cast, what: Happening, choice: number): void {
  const { world, owner, repair } = cast;
  switch (what) {
    case 'send':
      world.log.send(choice % 2);
      return;
    case 'note':
      return world.log.note(choice % 2);
    case 'producer-dies':
      return world.log.die(choice % 2);
    case 'hour':
      return world.log.passHours(choice % 3 === 0 ? -1 : 1);
    case 'change':
      world.policies.push(...cast.upcoming.splice(0, 1));
      return;
    case 'take-over':
      owner.lostAtMs = world.nowMs;
      cast.lost.push(owner);
      cast.owner = takeOver(world, choice);
      return;
    case 'repair-dies':
      if (repair.flight !== null) cast.strays.push({ flight: repair.flight, diedAtMs: world.nowMs });
      cast.repair = startRepair(world);
      return;
    case 'mend':
      return mend(world, repair, choice);
    case 'ghost':
      return haunt(cast, choice);
    default:
      work(world, owner, what, choice);
  }
}

function work(world: World, owner: Owner, what: (typeof WORK)[number], choice: number): void {
  switch (what) {
    case 'read':
      return read(world, owner);
    case 'release':
      return release(owner, choice);
    case 'follow':
      return follow(world, owner);
    case 'acknowledge':
      return acknowledge(world, owner);
    case 'flush':
      return flush(world, owner);
    case 'progress':
      return progress(world, owner, choice);
    case 'close':
      return close(world, owner);
    case 'settle':
      return owner.blocks.settle(() => true);
  }
}

/** What is dead goes on: a lost owner works, or a dead repair's request lands. */
function haunt({ world, lost, strays }: Cast, choice: number): void {
  const who = choice % (lost.length + strays.length || 1);
  const rest = Math.floor(choice / 16);
  const owner = lost[who];
  const stray = strays[who - lost.length];
  if (owner !== undefined)
    work(world, owner, WORK[rest % WORK.length] ?? 'read', Math.floor(rest / WORK.length));
  else if (stray !== undefined) land(stray.flight, world.store, 1 + (rest % 6), rest);
}

/** Nothing fails any more: all is sent, read, closed as far as it can be, and repaired. */
function settleDown(cast: Cast): void {
  const { world, owner, repair } = cast;
  for (const partition of [0, 1]) while (world.log.send(partition));
  world.policies.push(...cast.upcoming.splice(0));
  world.nowMs += 2 * LINGER_MS;
  while (owner.position < world.log.records.length) read(world, owner);
  while (owner.waiting.length > 0) release(owner, 0);
  while (owner.policyOffset < world.policies.length) follow(world, owner);
  owner.blocks.settle(() => true);
  for (let left = owner.blocks.load().blocks; left >= 0; left -= 1) {
    landAll(world, owner);
    close(world, owner);
  }
  landAll(world, owner);
  acknowledge(world, owner);
  owner.blocks.settle(() => true);
  flushLast(world, owner);
  for (let left = 20_000; left > 0 && world.repairAt <= world.policies.length; left -= 1)
    mend(world, repair, 5);
  if (world.repairAt <= world.policies.length) throw new Error('repair does not come to an end');
  finish(world, repair);
}

function landAll(world: World, owner: Owner): void {
  if (owner.flight !== null) land(owner.flight, world.store, Number.POSITIVE_INFINITY, 0);
}

/** The block that is still open, written as it would be when it closes. */
function flushLast(world: World, owner: Owner): void {
  owner.blocks.raise(owner.policyOffset, () => true);
  for (const content of owner.blocks.flush()) {
    learn(world, owner, content);
    land(
      write(world, owner, content, () => {}),
      world.store,
      Number.POSITIVE_INFINITY,
      0,
    );
  }
}

function expected(world: World): Omit<Ended, 'stored'> {
  const onTime = new Map<string, Document>();
  const truth = new Map<string, Document>();
  let verdicts = 0;
  const policyOffset = world.policies.length;
  const known = knownAt(world, policyOffset);
  for (const [number, { events }] of cutIntoBlocks(world.log.records, true)) {
    const records = events.map((event) => ({ verdict: known.join(event), status: 'final' as const }));
    const content = { partition: PARTITION, number, records, policyOffset };
    const { rollups, verdicts: raw } = blockDocuments(content, NOTHING_STORED, RAW_PER_KEY);
    for (const document of [...rollups, ...raw]) onTime.set(document._id, document);
    for (const { verdict } of records) {
      const document = verdictDocument(verdict, { policyOffset, status: 'final' });
      truth.set(document._id, document);
    }
    verdicts += new Set(events.map(({ id }) => id)).size;
  }
  return { onTime, truth, verdicts };
}
