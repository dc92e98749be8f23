// The records of the policy log as events, each decoded once and kept once, however many roles of this process
// follow the log: each role has timelines of its own, which go on at their own pace, and most of what a timeline
// holds is its events. Events are never altered, so nobody can tell.
import type { EventCodec } from '../../codec/eventCodec.ts';
import type { Event } from '../../model/event.ts';
import { createSharedTexts } from './sharedTexts.ts';

export interface PolicyRecords {
  /**
   * @param offset of the record in the policy log, which never gives one twice
   * @throws Fault as the codec does
   */
  readonly event: (offset: number, value: Uint8Array) => Event;
}

export function createPolicyRecords(codec: EventCodec): PolicyRecords {
  const known = new Map<number, Event>();
  const share = createSharedTexts();
  return {
    event(offset, value) {
      const found = known.get(offset);
      if (found !== undefined) return found;
      const event = share(codec.decode(value));
      known.set(offset, event);
      return event;
    },
  };
}
