// From fetched records to verdicts that wait in the gate. Reads on until there is nothing more, or until the gate
// takes no more of a cluster; the record that it refused is offered again before anything else is read.
import { streamFeedDocuments } from '../../documents/feedDocument.ts';
import type { Gate } from '../../join/gate.ts';
import type { LogRecord, OutgoingMessage, TopicPartition } from '../../kafka/log.ts';
import { ownRecord } from '../../kafka/ownRecord.ts';
import type { Event, FeedStatus, FlowEvent, FlowVerdict } from '../../model/event.ts';
import type { EventsRecord } from './eventRecord.ts';
import type { Owned, Unplaced } from './owned.ts';

/** What waits in the gate. */
export interface Held {
  readonly owned: Owned;
  readonly offset: number;
}

export interface Unusable {
  readonly at: TopicPartition;
  readonly record: LogRecord;
  readonly reason: string;
  readonly detail: string;
}

export interface ReadingParts {
  readonly gate: Gate<Held>;
  readonly readEvent: (record: LogRecord) => EventsRecord;
  readonly letterOf: (unusable: Unusable) => OutgoingMessage;
  /** Of each record, before anything is made of it; may throw a Fault to stop the worker. */
  readonly check: (record: EventsRecord) => void;
  readonly note: (what: 'verdict' | 'feed' | 'copy' | 'unusable', event: Event | null) => void;
}

/** What a waiting record takes beside its bytes on the wire: objects around it. */
const OVERHEAD_BYTES = 512;

/** @returns false: the gate refused, read no more of this partition until it takes again */
export function readInbox(parts: ReadingParts, owned: Owned, nowMs: number): boolean {
  if (!place(parts, owned, nowMs)) return false;
  for (let record = owned.inbox.next(); record !== undefined; record = owned.inbox.next()) {
    owned.inbox.drop();
    if (record.offset < owned.from) continue;
    read(parts, owned, record);
    if (!place(parts, owned, nowMs)) return false;
  }
  return true;
}

function read(parts: ReadingParts, owned: Owned, record: LogRecord): void {
  const { partition } = owned;
  const found = parts.readEvent(record);
  parts.check(found);
  if (found.outcome === 'empty') return;
  if (found.outcome === 'unusable') {
    parts.note('unusable', null);
    const { reason, detail } = found;
    // The letter is sent when the batch of the record is long released.
    const own = ownRecord(record);
    partition.aside({ letters: [parts.letterOf({ at: partition.at, record: own, reason, detail })] });
    return;
  }
  const { event } = found;
  const { offset, appendedAtMs } = record;
  switch (partition.take({ offset, appendedAtMs, event })) {
    case 'copy':
      parts.note('copy', event);
      break;
    case 'other':
      parts.note('feed', event);
      if (isFeed(event)) partition.aside({ documents: streamFeedDocuments(event) });
      break;
    case 'waiting':
      parts.note('verdict', event);
      if (isVerdict(event)) owned.unplaced = { offset, event, bytes: bytesOf(record) };
  }
}

function place({ gate }: ReadingParts, owned: Owned, nowMs: number): boolean {
  const { unplaced } = owned;
  if (unplaced === null) return true;
  if (!gate.offer(waitingOf(owned, unplaced), nowMs)) return false;
  owned.unplaced = null;
  return true;
}

function waitingOf(owned: Owned, { offset, event, bytes }: Unplaced) {
  return { cluster: event.cluster, at: event.observedAt, bytes, item: { owned, offset } };
}

function bytesOf({ value }: LogRecord): number {
  return (value?.length ?? 0) + OVERHEAD_BYTES;
}

function isVerdict(event: Event<FlowVerdict | FeedStatus>): event is FlowEvent {
  return event.body.kind === 'FlowVerdict';
}

function isFeed(event: Event<FlowVerdict | FeedStatus>): event is Event<FeedStatus> {
  return event.body.kind === 'FeedStatus';
}
