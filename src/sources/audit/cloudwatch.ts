// EKS: the control plane's logs in CloudWatch Logs, whose records hold one line each in `message`. Read are
// the answers of `aws logs filter-log-events` and `get-log-events`, the batches of a subscription, single
// records, and results of Logs Insights. A log group holds other logs beside the audit log; CloudWatch cuts
// lines at 256 KiB.

import { field, isObject, type JsonObject, number, text } from '../../model/json.ts';
import { formatInstant, MICROS_PER_MS } from '../../model/time.ts';
import { embeddedEvent } from './embedded.ts';
import type { AuditHit } from './hit.ts';

/** Control plane logs of EKS: `/aws/eks/CLUSTER/cluster`. */
const LOG_GROUP = /(?:^|:)\/aws\/eks\/([^/]+)\/cluster$/;

/** @returns undefined when the object is no batch of log records, or none of them is an audit event. */
export function cloudWatchBatch(value: JsonObject): readonly AuditHit[] | undefined {
  const records = field(value, 'logEvents') ?? field(value, 'events');
  if (!Array.isArray(records) || records.length === 0) return undefined;
  const hits = records.map((record: unknown) =>
    isObject(record) && typeof field(record, 'message') === 'string' ? recordHit(record, value) : undefined,
  );
  if (hits.every((hit) => hit === undefined || hit.form === 'other')) return undefined;
  return hits.map((hit) => hit ?? { form: 'other', cluster: '', auditSource: '' });
}

/** @returns undefined when the object is no log record with an audit event in it. */
export function cloudWatchRecord(value: JsonObject): AuditHit | undefined {
  if (typeof (field(value, 'message') ?? field(value, '@message')) !== 'string') return undefined;
  const hit = recordHit(value, value);
  return hit.form === 'other' ? undefined : hit;
}

function recordHit(record: JsonObject, batch: JsonObject): AuditHit {
  const group = first(record, GROUP_KEYS) || first(batch, GROUP_KEYS);
  const carrier = {
    cluster: LOG_GROUP.exec(group)?.[1] ?? '',
    auditSource: first(record, STREAM_KEYS) || first(batch, STREAM_KEYS),
  };
  return embeddedEvent(field(record, 'message') ?? field(record, '@message'), carrier, timeOf(record));
}

const GROUP_KEYS = ['logGroup', 'logGroupName', 'log_group', '@log'] as const;
const STREAM_KEYS = ['logStreamName', 'logStream', 'log_stream', '@logStream'] as const;

function first(value: JsonObject, keys: readonly string[]): string {
  return keys.map((key) => text(field(value, key))).find((found) => found !== '') ?? '';
}

/** `timestamp` is in milliseconds since 1970. */
function timeOf(record: JsonObject): string {
  const millis = number(field(record, 'timestamp'));
  const isDate = millis !== undefined && millis > 0 && millis < 253_402_300_800_000;
  return isDate ? formatInstant(Math.floor(millis) * MICROS_PER_MS) : '';
}
