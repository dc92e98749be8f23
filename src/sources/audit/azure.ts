// AKS: diagnostic records of the categories kube-audit and kube-audit-admin carry the event in
// `properties.log`, as an object or as a string that is cut at 16 KiB; Event Hubs wrap records in
// `{"records": […]}`. Other categories of the same export (guard, cluster-autoscaler, …) are no audit.

import { field, isObject, type JsonObject, type JsonValue, text } from '../../model/json.ts';
import { parseJson } from '../decode.ts';
import { embeddedEvent } from './embedded.ts';
import type { AuditHit } from './hit.ts';

/** @returns undefined when the object is no AKS diagnostic record. */
export function azureRecord(value: JsonObject): AuditHit | undefined {
  const properties = propertiesOf(value);
  const log = field(properties, 'log');
  if (log === undefined || (value['category'] === undefined && value['resourceId'] === undefined))
    return undefined;
  const carrier = {
    cluster: text(value['resourceId']).split('/').at(-1) ?? '',
    auditSource: text(field(properties, 'pod')),
  };
  const category = text(value['category']);
  if (category !== '' && !category.startsWith('kube-audit')) return { form: 'other', ...carrier };
  return embeddedEvent(log, carrier, text(field(value, 'time')));
}

/** @returns undefined when the object is no batch of AKS diagnostic records. */
export function azureBatch(value: JsonObject): readonly AuditHit[] | undefined {
  const records = field(value, 'records');
  if (!Array.isArray(records)) return undefined;
  const hits = records.map((record: unknown) => (isObject(record) ? azureRecord(record) : undefined));
  if (hits.every((hit) => hit === undefined)) return undefined;
  return hits.map((hit) => hit ?? { form: 'other', cluster: '', auditSource: '' });
}

/** Some export paths hold the properties as a string of JSON. */
function propertiesOf(value: JsonObject): JsonValue | undefined {
  const properties = field(value, 'properties');
  if (typeof properties !== 'string') return properties;
  const parsed = parseJson(properties);
  return parsed.outcome === 'accepted' ? parsed.value : undefined;
}
