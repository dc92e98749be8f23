// What `recogniseAudit` hands on: one audit event as it was carried, together with what only its carrier
// knows. Nothing of the event itself has been checked here; `parseAuditEvent` does that.

import type { JsonObject } from '../../model/json.ts';
import type { RejectReason } from '../../model/outcome.ts';

/** What the envelope says beside the event. Each is '' where it says nothing. */
export interface AuditCarrier {
  /** Cluster by the envelope: last segment of the AKS resourceId, GKE `cluster_name`, EKS log group. */
  readonly cluster: string;
  /** Which API server wrote the event: AKS `properties.pod`, the CloudWatch log stream. */
  readonly auditSource: string;
}

/**
 *   event   a whole audit event
 *   cut     the carrier cut the event's text: `event` holds what stands before the cut
 *   other   a record of the same envelope that belongs to another log of the control plane
 *   broken  an audit event by its envelope, but nothing of it can be read
 */
export type AuditHit =
  | (AuditCarrier & { readonly form: 'event' | 'cut'; readonly event: JsonObject })
  | (AuditCarrier & { readonly form: 'other' })
  | (AuditCarrier & { readonly form: 'broken'; readonly reason: RejectReason; readonly detail: string });

export const NO_CARRIER: AuditCarrier = { cluster: '', auditSource: '' };

/** Whether a JSON object is one audit event: by its kind, or, where that is left out (items), by its fields. */
export function isAuditEvent(value: JsonObject): boolean {
  if (value['kind'] === 'Event' && isAuditVersion(value['apiVersion'])) return true;
  return (
    typeof value['auditID'] === 'string' &&
    (typeof value['stage'] === 'string' || typeof value['requestURI'] === 'string')
  );
}

export function isAuditVersion(apiVersion: unknown): boolean {
  return typeof apiVersion === 'string' && apiVersion.startsWith('audit.k8s.io/');
}
