// An event as a message, and where it goes: changes to the policy log, all else to a partition of the events.
import type { EventCodec } from '../../codec/eventCodec.ts';
import type { OutgoingMessage } from '../../kafka/log.ts';
import type { Event, FeedStatus, FlowVerdict, PolicyChange } from '../../model/event.ts';
import { refOf } from '../../model/refs.ts';
import type { Route, Routed } from './routes.ts';

/** What raw records give. */
export type RawEvent = Event<FlowVerdict | FeedStatus | PolicyChange>;

export interface Addressed {
  readonly event: RawEvent;
  /** Of the events topic; null = the policy log, which has one. */
  readonly partition: number | null;
  readonly message: OutgoingMessage;
}

export interface AddressParts {
  readonly codec: EventCodec;
  readonly route: (event: Routed) => Route;
}

/** The key of a change, `cluster\nref`, is for people with a Kafka tool; nothing reads it. */
export function addressed(event: RawEvent, { codec, route }: AddressParts): Addressed {
  const value = codec.encode(event);
  const { body, cluster } = event;
  if (body.kind === 'PolicyChange') {
    const key = new TextEncoder().encode(`${cluster}\n${refOf(body.target)}`);
    return { event, partition: null, message: { key, value } };
  }
  const { partition, key } = route({ cluster, body });
  return { event, partition, message: { key, value } };
}
