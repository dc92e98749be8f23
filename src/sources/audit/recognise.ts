// Recognises audit events in whatever the API server's log backends and the clouds wrap them in, and hands
// each on as an AuditHit. Only shapes are looked at; transport envelopes (Fluent Bit, CRI, …) have been
// taken off before. What is no audit record at all is not this file's business: it says `undefined`.

import { field, isObject, type JsonObject } from '../../model/json.ts';
import { azureBatch, azureRecord } from './azure.ts';
import { cloudWatchBatch, cloudWatchRecord } from './cloudwatch.ts';
import { googleEntry } from './google.ts';
import { type AuditHit, isAuditEvent, isAuditVersion, NO_CARRIER } from './hit.ts';

/**
 * The audit events of one JSON object, in its order: Event and EventList (v1, v1beta1), AKS diagnostic
 * records and Event Hub batches, GKE log entries, CloudWatch records and batches.
 * @returns undefined when the object is no audit record; [] for an empty EventList.
 */
export function recogniseAudit(value: JsonObject): readonly AuditHit[] | undefined {
  if (isEventList(value)) return eventList(value);
  if (isAuditEvent(value)) return [{ form: 'event', event: value, ...NO_CARRIER }];
  const single = azureRecord(value) ?? googleEntry(value);
  if (single !== undefined) return [single];
  const batch = azureBatch(value) ?? cloudWatchBatch(value);
  if (batch !== undefined) return batch;
  const record = cloudWatchRecord(value);
  return record === undefined ? undefined : [record];
}

function isEventList(value: JsonObject): boolean {
  return value['kind'] === 'EventList' && isAuditVersion(value['apiVersion']);
}

function eventList(value: JsonObject): readonly AuditHit[] {
  const items = field(value, 'items');
  if (!Array.isArray(items)) {
    const detail = 'expected an array at items';
    return items === undefined || items === null
      ? []
      : [{ form: 'broken', reason: 'bad-field', detail, ...NO_CARRIER }];
  }
  return items.map((item: unknown, index): AuditHit => {
    if (isObject(item)) return { form: 'event', event: item, ...NO_CARRIER };
    return {
      form: 'broken',
      reason: 'bad-field',
      detail: `expected an object at items.${index}`,
      ...NO_CARRIER,
    };
  });
}
