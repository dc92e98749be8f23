// One events partition while this worker owns it: its open blocks, what of them is in the store, and what it
// still has to write. Records and times come in, work to do goes out; writeOut.ts does the work.
//
//   take      a record of the log, in order
//   release   what the gate lets go is joined
//   raise     the policy log went on
//   nextWork  close the oldest block, else write what altered, else commit where we are
//
// A partition that was revoked gives nothing to do any more: `abandon` ends it, and its writes with it.
import type { RawPerKey } from '../../documents/blockDocuments.ts';
import type { Document } from '../../documents/document.ts';
import type { Enriched } from '../../join/enriched.ts';
import type { OutgoingMessage, TopicPartition } from '../../kafka/log.ts';
import type { FlowEvent } from '../../model/event.ts';
import type { Micros } from '../../model/time.ts';
import type { BlockContent, JoinStatus } from '../../rollup/blockContent.ts';
import { runOfBlock } from '../../rollup/blockId.ts';
import {
  type CommitPoint,
  createOpenBlocks,
  type OpenBlocks,
  type LogRecord,
  type ReadResult,
} from '../../rollup/openBlocks.ts';
import type { Load } from './appetite.ts';
import { createOutbox, type Outbox } from './outbox.ts';

export interface PartitionSettings {
  readonly blockOffsets: number;
  readonly rawPerKey: RawPerKey;
  readonly lingerMs: number;
  readonly flushMs: number;
  readonly commitMs: number;
}

export interface PartitionParts {
  readonly settings: PartitionSettings;
  /** As the policy log stands when it is called. */
  readonly join: (event: FlowEvent) => Enriched;
  readonly takenOverAtMs: number;
}

/** What goes out beside the documents of blocks, before the block of its record is committed. */
export interface Aside {
  readonly documents: readonly Document[];
  readonly letters: readonly OutgoingMessage[];
}

export interface BlockWork {
  readonly content: BlockContent;
  readonly outbox: Outbox;
}

/**
 *   close   the whole block, a last time; `fresh`: nobody else can have written any of it
 *   flush   blocks that altered
 *   commit  where we are
 */
export type Work =
  | ({ readonly kind: 'close'; readonly fresh: boolean; readonly aside: Aside } & BlockWork)
  | { readonly kind: 'flush'; readonly blocks: readonly BlockWork[]; readonly aside: Aside }
  | { readonly kind: 'commit' };

export interface OwnedPartition {
  readonly at: TopicPartition;
  /** Raised when the partition is lost. */
  readonly signal: AbortSignal;
  /** A record at or after the position. */
  take(record: LogRecord): ReadResult;
  /** Kept until written: feed documents and dead letters of records that were read. */
  aside(more: Partial<Aside>): void;
  release(offset: number, status: JoinStatus): Enriched;
  raise(policyOffset: number, isTouched: (verdict: Enriched) => boolean): void;
  settle(isSettled: (cluster: string, t: Micros) => boolean): void;
  /** The log had this end at this time: what is appended later, no owner before us can have read. */
  noteEnd(end: number, nowMs: number): void;
  /** null: nothing is due, or work is under way. `flushNow`: whatever altered is due. */
  nextWork(nowMs: number, flushNow?: boolean): Work | null;
  /** The work given last is done. `packedMs`: how long a flush kept all else waiting. */
  done(work: Work, nowMs: number, packedMs?: number): void;
  point(): CommitPoint;
  load(): Load & { readonly blocks: number; readonly waiting: number };
  abandon(): void;
}

/** Flushing should take this part of the time of one partition: full blocks are flushed less often when all is busy. */
const FLUSH_SHARE = 0.02;
/** But never less often by more than that: what is not flushed, nobody sees. */
const MOST_PAUSE = 3;

export function partitionName({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

export function createOwnedPartition(
  at: TopicPartition,
  start: CommitPoint,
  { settings, join, takenOverAtMs }: PartitionParts,
): OwnedPartition {
  const { blockOffsets, lingerMs } = settings;
  const blocks = createOpenBlocks(
    { partition: partitionName(at), blockOffsets, lingerMs },
    start,
    join,
    takenOverAtMs,
  );
  const lost = new AbortController();
  const agenda = createAgenda(blocks, settings, takenOverAtMs);

  return {
    at,
    signal: lost.signal,
    take: blocks.read,
    aside: agenda.aside,
    release: (offset, status) => blocks.release(offset, status),
    raise: (policyOffset, isTouched) => blocks.raise(policyOffset, isTouched),
    settle: (isSettled) => blocks.settle(isSettled),
    noteEnd: agenda.noteEnd,
    nextWork: (nowMs, flushNow = false) => (lost.signal.aborted ? null : agenda.next(nowMs, flushNow)),
    done: agenda.done,
    point: () => blocks.commit(),
    load() {
      const { blocks: open, ended, records, waiting } = blocks.load();
      return { blocks: open, endedBlocks: ended, records: records + waiting, waiting };
    },
    abandon: () => lost.abort(new Error(`${partitionName(at)} is another worker's now`)),
  };
}

interface Agenda {
  readonly aside: (more: Partial<Aside>) => void;
  readonly noteEnd: (end: number, nowMs: number) => void;
  /** One piece of work at a time. */
  readonly next: (nowMs: number, flushNow: boolean) => Work | null;
  readonly done: OwnedPartition['done'];
}

/** What is to be written of the blocks, and when. */
function createAgenda(blocks: OpenBlocks, settings: PartitionSettings, takenOverAtMs: number): Agenda {
  const { blockOffsets, rawPerKey, lingerMs } = settings;
  const outboxes = new Map<number, Outbox>();
  const due = { flushMs: takenOverAtMs, commitMs: takenOverAtMs };
  const tray = createTray();
  let freshFrom = Number.POSITIVE_INFINITY;
  let busy = false;

  function work(content: BlockContent): BlockWork {
    const outbox = outboxes.get(content.number) ?? createOutbox(rawPerKey);
    outboxes.set(content.number, outbox);
    return { content, outbox };
  }

  function dueWork(nowMs: number, flushNow: boolean): Work | null {
    const closing = blocks.closing(nowMs);
    if (closing !== null) {
      const fresh = runOfBlock(closing.number) * blockOffsets >= freshFrom;
      return { kind: 'close', fresh, aside: tray.take(), ...work(closing) };
    }
    if (flushNow || nowMs >= due.flushMs) {
      const altered = blocks.flush();
      const aside = tray.take();
      if (altered.length + aside.documents.length + aside.letters.length > 0)
        return { kind: 'flush', blocks: altered.map(work), aside };
    }
    return nowMs >= due.commitMs ? { kind: 'commit' } : null;
  }

  return {
    aside: (more) => tray.add(more),
    noteEnd(end, nowMs) {
      if (nowMs >= takenOverAtMs + lingerMs) freshFrom = Math.min(freshFrom, end);
    },
    next(nowMs, flushNow) {
      if (busy) return null;
      const next = dueWork(nowMs, flushNow);
      busy = next !== null;
      return next;
    },
    done(finished, nowMs, packedMs = 0) {
      busy = false;
      if (finished.kind === 'close') {
        blocks.closed();
        outboxes.delete(finished.content.number);
        due.commitMs = nowMs;
      }
      if (finished.kind === 'flush') due.flushMs = nowMs + pauseMs(settings, packedMs);
      if (finished.kind === 'commit') due.commitMs = nowMs + settings.commitMs;
    },
  };
}

function pauseMs({ flushMs }: PartitionSettings, packedMs: number): number {
  return Math.max(flushMs, Math.min(packedMs / FLUSH_SHARE, flushMs * MOST_PAUSE));
}

/** What goes out beside the documents of blocks, until it is taken. */
function createTray() {
  let held: Aside = { documents: [], letters: [] };
  return {
    add({ documents = [], letters = [] }: Partial<Aside>): void {
      held = { documents: [...held.documents, ...documents], letters: [...held.letters, ...letters] };
    },
    take(): Aside {
      const taken = held;
      held = { documents: [], letters: [] };
      return taken;
    },
  };
}
