// Counts what an audit log is made of: its writes, the API servers that prove to be alive, clusters, complete
// lists, how far records are out of order. Events are looked at one by one and not kept.

import type { AuditInspection, TimeRange } from '../model/inspection.ts';
import { at, field, text } from '../model/json.ts';
import { kindOfResource, type TrackedKind } from '../model/refs.ts';
import { MICROS_PER_MS, type Micros, parseMicros } from '../model/time.ts';
import { type AuditEvent, type AuditObjectReference, parseAuditEvent } from './audit/event.ts';
import type { AuditHit } from './audit/hit.ts';
import { createWrites } from './inspectWrites.ts';

export interface AuditInspector {
  readonly hit: (hit: AuditHit, place: AuditPlace) => void;
  readonly read: () => AuditInspection;
}

export interface AuditPlace {
  /** What an envelope around the record or a setting says; ''. */
  readonly cluster: string;
  readonly source: string;
  /** The record was in an EventList. */
  readonly batched: boolean;
}

/** With any of these in its query, a list is not of all objects. */
const NARROWING = /[?&](labelSelector|fieldSelector|limit|continue)=/;
/** Each kube-apiserver renews a lease of its own, `kube-system/apiserver-<hash>`, every ten seconds. */
const IDENTITY_LEASE = /^apiserver-[0-9a-z-]{1,80}$/;
/** Clusters, and API servers. */
const MAX_NAMES = 20_000;

export function createAuditInspector(): AuditInspector {
  const writes = createWrites();
  const times = createTimes();
  const listed = new Set<TrackedKind>();
  const apiServers = new Set<string>();
  const clusters = new Set<string>();
  let events = 0;
  let batched = false;

  return {
    hit(hit, place) {
      if (hit.form !== 'event' && hit.form !== 'cut') return;
      const parsed = parseAuditEvent(hit.event);
      if (parsed.outcome !== 'accepted') return;
      const event = parsed.value;
      events += 1;
      batched ||= place.batched;
      if (clusters.size < MAX_NAMES) clusters.add(place.cluster || hit.cluster);
      const stage = parseMicros(event.stageTimestamp);
      if (stage === undefined) return;
      times.add(stage, place.source);
      if (event.object === null) return;
      if (isIdentityLease(event.object) && apiServers.size < MAX_NAMES) apiServers.add(event.object.name);
      const kind = trackedKindOf(event.object);
      if (kind === undefined) return;
      if (isWholeList(event, kind)) listed.add(kind);
      writes.add(event, kind, { cut: hit.form === 'cut', at: stage });
    },
    read() {
      const { range, disorderMs } = times.read();
      return {
        ...writes.read(range?.until ?? 0),
        events,
        listed: [...listed].sort(),
        apiServers: [...apiServers].sort(),
        batched,
        clusters: [...clusters].sort(),
        range,
        disorderMs,
      };
    },
  };
}

interface Times {
  readonly add: (micros: Micros, source: string) => void;
  readonly read: () => Pick<AuditInspection, 'range' | 'disorderMs'>;
}

/** Order counts within a file only: files of several API servers overlap. */
function createTimes(): Times {
  const latest = new Map<string, Micros>();
  let range: TimeRange | null = null;
  let disorder = 0;
  return {
    add(micros, source) {
      const { from, until } = range ?? { from: micros, until: micros };
      range = { from: Math.min(from, micros), until: Math.max(until, micros) };
      const before = latest.get(source) ?? micros;
      disorder = Math.max(disorder, before - micros);
      latest.set(source, Math.max(before, micros));
    },
    read: () => ({ range, disorderMs: disorder / MICROS_PER_MS }),
  };
}

function isIdentityLease({ resource, namespace, name }: AuditObjectReference): boolean {
  return resource === 'leases' && namespace === 'kube-system' && IDENTITY_LEASE.test(name);
}

/** Of config maps only cilium-config decides anything; subresources are not the object. */
function trackedKindOf(object: AuditObjectReference): TrackedKind | undefined {
  const kind = kindOfResource(object.apiGroup, object.resource);
  if (object.subresource !== '') return undefined;
  return kind === 'ConfigMap' && object.name !== 'cilium-config' ? undefined : kind;
}

/** All objects of a kind, in all namespaces, with their bodies: as good as a snapshot. */
function isWholeList(event: AuditEvent, kind: TrackedKind): boolean {
  return (
    event.verb === 'list' &&
    event.stage === 'ResponseComplete' &&
    event.object?.namespace === '' &&
    text(field(event.responseObject, 'kind')) === `${kind}List` &&
    text(at(event.responseObject, 'metadata', 'continue')) === '' &&
    !NARROWING.test(event.requestUri)
  );
}
