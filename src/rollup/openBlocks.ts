// The open blocks of one events partition, as its owner keeps them. Events and times come in as arguments,
// what is to be written and committed goes out as values: no log, no store, no clock is touched here.
//
//   log      ───[ block ──────────][ block ─────────────][ block ──────▶
//                 ▲                                          ▲
//                 commit: start of the oldest open block     position: the next record to read
//
//   read     a record of the log; a copy sent again is dropped. Until it is released, it waits in the gate.
//   release  joins it as the policy log stands
//   raise    the policy log went on: joins again whatever the change can concern, then raises the offset
//   settle   provisional records whose time the watermark has passed become final
//   flush    the blocks that altered, whole, as far as they are known
//   closing  the oldest block, once all its records are there: the owner reads which documents of it are
//            stored, writes it a last time, and has that acknowledged
//   closed   forgets that block; from now on it belongs to repair
//   commit   position, origins and policy offset to commit; after `closed`, and every few seconds
//
// Invariants
//   One policy offset per open block: all its records are joined as of it.
//   A commit never promises a policy offset that a block closed afterwards does not know. While a block
//   closes, commits therefore keep the offset at which its last documents were made.
//   A block that the owner before may still be writing is not closed before that owner's last write has
//   landed or failed (`lingerMs` after the take-over): only then is it known which documents it left.
//   A final record stays final.
import type { Enriched } from '../join/enriched.ts';
import type { Event, FeedStatus, FlowEvent, FlowVerdict } from '../model/event.ts';
import type { Micros } from '../model/time.ts';
import { type Appended, nextBlock, numberOfBlock, type BlockId } from './blockId.ts';
import type { BlockContent, JoinStatus } from './blockContent.ts';
import { isResent, type Origins, rawPartition, type RawPosition } from './origins.ts';

export interface OpenBlocksSettings {
  readonly partition: string;
  readonly blockOffsets: number;
  /** Session timeout + the longest that a bulk request can take. */
  readonly lingerMs: number;
}

/** What is committed with the start of a block, and what a new owner begins with. */
export interface CommitPoint {
  /** The next offset to read. */
  readonly position: number;
  /** The last origins before the position. */
  readonly origins: Origins;
  /** -1: no record of the policy log is known. A new owner has read the log at least so far. */
  readonly policyOffset: number;
}

export interface LogRecord extends Appended {
  readonly event: Event<FlowVerdict | FeedStatus>;
}

/**
 *   waiting  a new verdict: release it
 *   copy     sent again: nothing to do
 *   other    no verdict, and no copy: belongs to no block
 */
export type ReadResult = 'waiting' | 'copy' | 'other';

export interface OpenBlocks {
  /** Records come in the order of their offsets. @throws RangeError for one before the position. */
  readonly read: (record: LogRecord) => ReadResult;
  /** @throws RangeError when no record waits at that offset. */
  release(offset: number, status: JoinStatus): Enriched;
  raise(policyOffset: number, isTouched: (verdict: Enriched) => boolean): void;
  settle(isSettled: (cluster: string, t: Micros) => boolean): void;
  flush(): readonly BlockContent[];
  /** null: the oldest block must not close yet. */
  closing(nowMs: number): BlockContent | null;
  /** The content last given by `closing` is acknowledged. */
  closed(): void;
  commit(): CommitPoint;
  /** What the owner holds: it reads no further when that is too much. */
  load(): {
    readonly blocks: number;
    /** Blocks of which all records were read. */
    readonly ended: number;
    /** Joined, and not. */
    readonly records: number;
    readonly waiting: number;
  };
}

interface JoinedRecord {
  readonly offset: number;
  readonly verdict: Enriched;
  readonly status: JoinStatus;
}

interface OpenBlock {
  readonly id: BlockId;
  readonly start: Omit<CommitPoint, 'policyOffset'>;
  readonly waiting: Map<number, FlowEvent>;
  /** By offset, where `sorted`. */
  readonly joined: JoinedRecord[];
  sorted: boolean;
  /** A record of a later block was read. */
  ended: boolean;
  altered: boolean;
}

/**
 * @param join joins as the policy log stands at the time of the call.
 * @param takenOverAtMs when the partition was assigned to this owner.
 */
export function createOpenBlocks(
  settings: OpenBlocksSettings,
  start: CommitPoint,
  join: (event: FlowEvent) => Enriched,
  takenOverAtMs: number,
): OpenBlocks {
  const open: OpenBlock[] = [];
  const intake = createIntake(settings.blockOffsets, start, open);
  let { policyOffset } = start;
  let closingAt: number | null = null;
  const contentOf = (block: OpenBlock): BlockContent => contentAt(settings.partition, block, policyOffset);
  const again = (record: JoinedRecord): JoinedRecord => ({ ...record, verdict: join(record.verdict.event) });

  return {
    read: intake.read,
    release(offset, status) {
      const block = open.find(({ waiting }) => waiting.has(offset));
      const event = block?.waiting.get(offset);
      if (block === undefined || event === undefined) throw new RangeError(`nothing waits at ${offset}`);
      block.waiting.delete(offset);
      const verdict = join(event);
      if (offset < (block.joined.at(-1)?.offset ?? 0)) block.sorted = false;
      block.joined.push({ offset, verdict, status });
      block.altered = true;
      return verdict;
    },
    raise(offset, isTouched) {
      for (const block of open) alter(block, ({ verdict }) => isTouched(verdict), again);
      policyOffset = Math.max(policyOffset, offset);
    },
    settle(isSettled) {
      for (const block of open) settleBlock(block, isSettled);
    },
    flush() {
      const altered = open.filter((block) => block.altered);
      for (const block of altered) block.altered = false;
      return altered.map(contentOf);
    },
    closing(nowMs) {
      const oldest = open[0];
      const isWhole = oldest?.ended === true && oldest.waiting.size === 0;
      if (oldest === undefined || !isWhole || nowMs < takenOverAtMs + settings.lingerMs) return null;
      closingAt = policyOffset;
      return contentOf(oldest);
    },
    closed() {
      if (closingAt === null) throw new RangeError('no block is closing');
      closingAt = null;
      open.shift();
    },
    commit: () => ({ ...(open[0]?.start ?? intake.here()), policyOffset: closingAt ?? policyOffset }),
    load: () => ({
      blocks: open.length,
      ended: open.filter(({ ended }) => ended).length,
      records: sum(open.map(({ joined }) => joined.length)),
      waiting: sum(open.map(({ waiting }) => waiting.size)),
    }),
  };
}

interface Intake {
  readonly read: OpenBlocks['read'];
  /** After the last record that was read. */
  here(): OpenBlock['start'];
}

/** Reads the log into blocks: adds to `open` at its end. */
function createIntake(blockOffsets: number, start: CommitPoint, open: OpenBlock[]): Intake {
  const origins = new Map<string, RawPosition>(start.origins);
  let { position } = start;

  /** Called before the record's own origin is noted: the block starts before it. */
  function blockOf(record: LogRecord): OpenBlock {
    const last = open.at(-1);
    const id = nextBlock(last?.id ?? null, record, blockOffsets);
    if (last !== undefined && last.id === id) return last;
    if (last !== undefined) last.ended = true;
    const fresh = { waiting: new Map(), joined: [], sorted: true, ended: false, altered: false };
    const block = { id, start: { position: record.offset, origins: new Map(origins) }, ...fresh };
    open.push(block);
    return block;
  }

  return {
    read(record) {
      const { offset, event } = record;
      if (offset < position) throw new RangeError(`offset ${offset} was read already`);
      const block = blockOf(record);
      position = offset + 1;
      if (isResent(origins, event.origin)) return 'copy';
      origins.set(rawPartition(event.origin), event.origin);
      if (!isVerdict(event)) return 'other';
      block.waiting.set(offset, event);
      return 'waiting';
    },
    here: () => ({ position, origins: new Map(origins) }),
  };
}

function settleBlock(block: OpenBlock, isSettled: (cluster: string, t: Micros) => boolean): void {
  alter(
    block,
    ({ status, verdict: { event } }) =>
      status === 'provisional' && isSettled(event.cluster, event.observedAt),
    (record) => ({ ...record, status: 'final' }),
  );
}

function alter(
  block: OpenBlock,
  which: (record: JoinedRecord) => boolean,
  change: (record: JoinedRecord) => JoinedRecord,
): void {
  for (const [index, record] of block.joined.entries()) {
    if (!which(record)) continue;
    block.joined[index] = change(record);
    block.altered = true;
  }
}

function contentAt(partition: string, block: OpenBlock, policyOffset: number): BlockContent {
  if (!block.sorted) block.joined.sort((a, b) => a.offset - b.offset);
  block.sorted = true;
  return { partition, number: numberOfBlock(block.id), records: [...block.joined], policyOffset };
}

function isVerdict(event: Event<FlowVerdict | FeedStatus>): event is FlowEvent {
  return event.body.kind === 'FlowVerdict';
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
