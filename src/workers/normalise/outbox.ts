// What one step of a raw partition gives: messages by where they go, in order, and what the records became.
import type { OutgoingMessage, TopicPartition } from '../../kafka/log.ts';
import type { RejectReason } from '../../model/outcome.ts';
import type { Addressed } from './address.ts';
import type { ReadRecord } from './chunk.ts';

export interface Outbox {
  /** The raw partition. */
  readonly at: TopicPartition;
  /** By partition of the events topic. */
  readonly events: ReadonlyMap<number, readonly OutgoingMessage[]>;
  /** For the policy log. */
  readonly changes: readonly OutgoingMessage[];
  readonly deadLetters: readonly { readonly reason: RejectReason; readonly message: OutgoingMessage }[];
  /** What became of the records that are new to this program, not merely counted again. */
  readonly records: readonly ReadRecord[];
  /** Of the events. */
  readonly losses: readonly { readonly cluster: string; readonly lost: number }[];
}

export interface OutboxDraft extends Outbox {
  readonly events: Map<number, OutgoingMessage[]>;
  readonly changes: OutgoingMessage[];
  readonly deadLetters: { reason: RejectReason; message: OutgoingMessage }[];
  readonly records: ReadRecord[];
  readonly losses: { cluster: string; lost: number }[];
}

export function emptyOutbox(at: TopicPartition): OutboxDraft {
  return { at, events: new Map(), changes: [], deadLetters: [], records: [], losses: [] };
}

export function post({ event, partition, message }: Addressed, out: OutboxDraft): void {
  if (partition === null) {
    out.changes.push(message);
    return;
  }
  const queue = out.events.get(partition);
  if (queue === undefined) out.events.set(partition, [message]);
  else queue.push(message);
  const { body, cluster } = event;
  if (body.kind === 'FeedStatus' && body.lost > 0) out.losses.push({ cluster, lost: body.lost });
}
