// One raw partition while this worker has it: records in, messages out, in an order that lets everyone downstream
// tell copies from what is new. Nothing is sent here; the caller sends what it gets, in order, and commits only
// when all of it is acknowledged.
//
//   read    records ─▶ events by partition, changes, dead letters; where a chunk ends, its figures
//   tell    the figures of the open chunk, as they stand
//   commit  what to commit, once everything given out so far is acknowledged (`tell` included)
//
// Invariants
//   Within one events partition, what is given out ascends by raw offset, then index.
//   The same records from the same beginning give the same messages, however they are split into calls.
import type { Committed, LogRecord, TopicPartition } from '../../kafka/log.ts';
import type { FeedStatus } from '../../model/event.ts';
import { deadLetterMessage, letterOfRecord } from '../deadLetters/letter.ts';
import { messageBytes } from '../messageBytes.ts';
import { type Addressed, addressed, type AddressParts } from './address.ts';
import { type Chunk, CHUNK_OFFSETS, openChunk, type ReadRecord } from './chunk.ts';
import type { FeedRead, Rejection } from './feedReader.ts';
import { emptyOutbox, type Outbox, type OutboxDraft, post } from './outbox.ts';
import type { RawReader } from './rawRecord.ts';
import { type Beginning, committedAt } from './resumption.ts';

export interface RawPartition {
  /** In order; those from before the beginning, or read already, are passed over. */
  readonly read: (records: Iterable<LogRecord>) => Outbox;
  /** Nothing is left below this offset: what lies between the last record and it is not for readers. */
  readonly skipTo: (next: number) => void;
  /** null when nothing was read since the last time. */
  readonly tell: () => Outbox | null;
  readonly commit: () => Committed;
  /** The next offset. */
  readonly position: () => number;
}

/** The largest message that each topic takes. */
export interface MessageLimits {
  readonly events: number;
  readonly changes: number;
  readonly deadLetters: number;
}

export interface RawPartitionParts extends AddressParts {
  readonly feed: FeedStatus['feed'];
  readonly reader: RawReader;
  readonly limits: MessageLimits;
  readonly chunkOffsets?: number;
}

interface OpenChunk {
  readonly run: number;
  readonly from: number;
  readonly chunk: Chunk;
}

export function createRawPartition(
  at: TopicPartition,
  { from, sentBefore }: Beginning,
  parts: RawPartitionParts,
): RawPartition {
  const chunkOffsets = parts.chunkOffsets ?? CHUNK_OFFSETS;
  let open: OpenChunk | null = null;
  let position = from;
  let toldAt = from;

  const tellChunk = (out: OutboxDraft): void => {
    toldAt = position;
    for (const status of open?.chunk.statuses(position - 1) ?? []) post(addressed(status, parts), out);
  };

  const chunkOf = (offset: number, out: OutboxDraft): Chunk => {
    const run = Math.floor(offset / chunkOffsets);
    if (open?.run === run) return open.chunk;
    tellChunk(out);
    const start = Math.max(run * chunkOffsets, from);
    open = { run, from: start, chunk: openChunk({ ...at, feed: parts.feed, from: start }) };
    return open.chunk;
  };

  const readOne = (record: LogRecord, out: OutboxDraft): void => {
    const chunk = chunkOf(record.offset, out);
    const read = fitting(parts.reader(record), parts);
    for (const one of read.records) chunk.add(one, record.appendedAtMs);
    position = record.offset + 1;
    if (record.offset >= sentBefore) passOn(record, read, out, parts.limits.deadLetters);
    if (position % chunkOffsets !== 0) return;
    tellChunk(out);
    open = null;
  };

  return {
    read(records) {
      const out = emptyOutbox(at);
      for (const record of records) if (record.offset >= position) readOne(record, out);
      return out;
    },
    skipTo(next) {
      position = Math.max(position, next);
    },
    tell() {
      if (toldAt === position) return null;
      const out = emptyOutbox(at);
      tellChunk(out);
      return out;
    },
    commit: () => committedAt(open?.from ?? position, Math.max(position, sentBefore)),
    position: () => position,
  };
}

function passOn(record: LogRecord, read: FittingRead, out: OutboxDraft, maxLetterBytes: number): void {
  out.records.push(...read.records);
  for (const one of read.messages) post(one, out);
  if (read.rejection === null) return;
  const { name, detail } = read.rejection;
  const cause = { stage: 'parse', reason: name, detail } as const;
  const letter = letterOfRecord(out.at, record, cause, read.messages.length);
  out.deadLetters.push({ reason: name, message: deadLetterMessage(letter, maxLetterBytes) });
}

interface FittingRead {
  readonly messages: readonly Addressed[];
  readonly records: readonly ReadRecord[];
  readonly rejection: Rejection | null;
}

/** An event that its topic would never take is rejected beside the record that it came of. */
function fitting({ events, records, rejection }: FeedRead, parts: RawPartitionParts): FittingRead {
  if (events.length === 0) return { messages: [], records, rejection };
  const messages: Addressed[] = [];
  const refused: ReadRecord[] = [];
  let first: Rejection | null = rejection;
  for (const event of events) {
    const one = addressed(event, parts);
    const limit = one.partition === null ? parts.limits.changes : parts.limits.events;
    const bytes = messageBytes(one.message);
    if (bytes <= limit) {
      messages.push(one);
      continue;
    }
    const { cluster, observedAt: micros } = event;
    refused.push({ outcome: 'rejected', name: 'too-large', cluster, reporter: '', micros });
    first ??= { name: 'too-large', detail: `${bytes} bytes, the topic takes ${limit}` };
  }
  return { messages, records: refused.length === 0 ? records : [...records, ...refused], rejection: first };
}
