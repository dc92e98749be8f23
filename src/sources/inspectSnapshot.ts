// What the objects passed as a snapshot are: of which kinds, and whether a cluster kept them (uid,
// resourceVersion) or somebody wrote them (manifests), or none of what decides (Pods, an audit log). Of their specs only one thing is wanted: whether they
// decide by DNS names, which not every flow carries.

import type { SnapshotInspection } from '../model/inspection.ts';
import { field, type JsonObject, text } from '../model/json.ts';
import { groupOf, isPolicyKind, isTrackedKind, type TrackedKind, trackedKindOf } from '../model/refs.ts';
import { type Micros, parseMicros } from '../model/time.ts';

export function inspectSnapshot(objects: readonly JsonObject[]): SnapshotInspection {
  const kinds = new Map<TrackedKind, number>();
  const others = new Map<string, number>();
  const created = new Map<string, Micros>();
  let policies = 0;
  let stored = 0;
  let namingDns = 0;
  for (const object of objects) {
    const kind = trackedKindOf(text(field(object, 'apiVersion')), text(field(object, 'kind')));
    if (kind === undefined) {
      const name = nameOfOther(object);
      others.set(name, (others.get(name) ?? 0) + 1);
      continue;
    }
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    if (!isPolicyKind(kind)) continue;
    policies += 1;
    if (isNamingDns(object)) namingDns += 1;
    const metadata = field(object, 'metadata');
    const uid = text(field(metadata, 'uid'));
    if (uid !== '' && text(field(metadata, 'resourceVersion')) !== '') stored += 1;
    const micros = parseMicros(text(field(metadata, 'creationTimestamp')));
    if (uid !== '' && micros !== undefined) created.set(uid, micros);
  }
  return { kinds, others, policies, stored, namingDns, created };
}

function nameOfOther(object: JsonObject): string {
  const kind = text(field(object, 'kind'));
  const group = groupOf(text(field(object, 'apiVersion')));
  if (kind === 'Event' && group === 'audit.k8s.io') return 'audit event';
  return isTrackedKind(kind) ? `${kind} of ${group}` : kind;
}

/** Looked for as text: within a JSON string the quotation marks would be escaped. */
function isNamingDns(object: JsonObject): boolean {
  const rules = JSON.stringify([field(object, 'spec') ?? null, field(object, 'specs') ?? null]);
  return rules.includes('"toFQDNs":');
}
