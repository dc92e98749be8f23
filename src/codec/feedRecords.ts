// FeedStatus and Watermark ↔ their Avro records.

import type { FeedStatus, Watermark } from '../model/event.ts';
import { FOREVER, type Micros } from '../model/time.ts';
import { wordsOf } from './words.ts';

const FEED = wordsOf('feed', ['flows', 'audit'] as const);

/** The greatest long that avsc takes, one below FOREVER: on the wire it means the same. */
const WIRE_FOREVER = FOREVER - 1;

export interface FeedRecord extends Omit<FeedStatus, 'kind' | 'feed'> {
  readonly feed: string;
}
export type WatermarkRecord = Omit<Watermark, 'kind'>;

export function feedRecord(status: FeedStatus): FeedRecord {
  return {
    ...status,
    feed: FEED.symbolOf(status.feed),
    from: toWire(status.from),
    until: toWire(status.until),
  };
}

export function feedOf(record: FeedRecord): FeedStatus {
  return {
    ...record,
    kind: 'FeedStatus',
    feed: FEED.wordOf(record.feed),
    from: fromWire(record.from),
    until: fromWire(record.until),
  };
}

export function watermarkRecord(mark: Watermark): WatermarkRecord {
  return { ...mark, completeUntil: toWire(mark.completeUntil) };
}

export function watermarkOf(record: WatermarkRecord): Watermark {
  return { ...record, kind: 'Watermark', completeUntil: fromWire(record.completeUntil) };
}

function toWire(time: Micros): Micros {
  return Math.min(time, WIRE_FOREVER);
}

function fromWire(time: Micros): Micros {
  return time === WIRE_FOREVER ? FOREVER : time;
}
