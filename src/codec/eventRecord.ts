// Event ↔ the Avro record `Event`. The branch of the union that a body takes is named as its kind is.

import type { Body, Event } from '../model/event.ts';
import { changeOf, type ChangeRecord, changeRecord } from './changeRecord.ts';
import {
  feedOf,
  type FeedRecord,
  feedRecord,
  watermarkOf,
  type WatermarkRecord,
  watermarkRecord,
} from './feedRecords.ts';
import { flowOf, type FlowRecord, flowRecord } from './flowRecord.ts';

/** As avsc writes unions of records: the branch's name over its value. */
type BodyRecord =
  | { readonly 'netpol_drift.FlowVerdict': FlowRecord }
  | { readonly 'netpol_drift.PolicyChange': ChangeRecord }
  | { readonly 'netpol_drift.FeedStatus': FeedRecord }
  | { readonly 'netpol_drift.Watermark': WatermarkRecord };

export interface EventRecord extends Omit<Event, 'body'> {
  readonly body: BodyRecord;
}

export function eventRecord(event: Event): EventRecord {
  const { id, cluster, observedAt, observedAtNanos, origin, body } = event;
  return { id, cluster, observedAt, observedAtNanos, origin, body: bodyRecord(body) };
}

export function eventOf(record: EventRecord): Event {
  const { id, cluster, observedAt, observedAtNanos, origin, body } = record;
  return { id, cluster, observedAt, observedAtNanos, origin, body: bodyOf(body) };
}

function bodyRecord(body: Body): BodyRecord {
  switch (body.kind) {
    case 'FlowVerdict':
      return { 'netpol_drift.FlowVerdict': flowRecord(body) };
    case 'PolicyChange':
      return { 'netpol_drift.PolicyChange': changeRecord(body) };
    case 'FeedStatus':
      return { 'netpol_drift.FeedStatus': feedRecord(body) };
    case 'Watermark':
      return { 'netpol_drift.Watermark': watermarkRecord(body) };
  }
}

function bodyOf(record: BodyRecord): Body {
  if ('netpol_drift.FlowVerdict' in record) return flowOf(record['netpol_drift.FlowVerdict']);
  if ('netpol_drift.PolicyChange' in record) return changeOf(record['netpol_drift.PolicyChange']);
  if ('netpol_drift.FeedStatus' in record) return feedOf(record['netpol_drift.FeedStatus']);
  return watermarkOf(record['netpol_drift.Watermark']);
}
