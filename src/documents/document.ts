// A document as every store takes it: flat fields, and beside them where it goes and which version wins.
// Documents are pure functions of (block of events, policy-log prefix).

import type { JsonValue } from '../model/json.ts';

export type FieldValue = JsonValue;

export interface Document {
  readonly _id: string;
  /** A function of the event's time, never of the time of writing. */
  readonly _index: string;
  /** external_gte: the same `_id` with a higher or equal version replaces, a lower one is refused. */
  readonly _version: number;
  /** Absent values are left out: null and '' never stand in a document. */
  readonly fields: Readonly<Record<string, FieldValue>>;
}
