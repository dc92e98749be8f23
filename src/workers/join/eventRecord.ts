// A record of the events topic, read: an event that belongs there, or what is wrong with it.
import type { EventCodec } from '../../codec/eventCodec.ts';
import { headerOf } from '../../codec/frame.ts';
import { createKnownFrames } from '../../codec/knownFrames.ts';
import type { LogRecord } from '../../kafka/log.ts';
import type { Event, FeedStatus, FlowVerdict } from '../../model/event.ts';
import { Fault } from '../../model/fault.ts';
import { createSharedFlows } from './sharedFlows.ts';

export type EventsRecord =
  | { readonly outcome: 'event'; readonly event: Event<FlowVerdict | FeedStatus> }
  /** A tombstone: nothing of ours. */
  | { readonly outcome: 'empty' }
  | { readonly outcome: 'unusable'; readonly reason: string; readonly detail: string };

export function createEventReader(codec: EventCodec): (record: LogRecord) => EventsRecord {
  const share = createSharedFlows();
  const known = createKnownFrames(headerOf(codec.fingerprint));

  return ({ value }) => {
    if (value === null) return { outcome: 'empty' };
    const found = known.find(value);
    if (found !== undefined) return { outcome: 'event', event: found };
    try {
      const event = codec.decode(value);
      if (event.body.kind === 'FlowVerdict') {
        const shared = share({ ...event, body: event.body });
        known.keep(value, shared);
        return { outcome: 'event', event: shared };
      }
      if (event.body.kind === 'FeedStatus')
        return { outcome: 'event', event: { ...event, body: event.body } };
      return { outcome: 'unusable', reason: 'wrong-kind', detail: `a ${event.body.kind} among the flows` };
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      return { outcome: 'unusable', reason: cause.code, detail: cause.message };
    }
  };
}
