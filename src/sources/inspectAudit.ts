// Counts what an audit log is made of: which writes it holds at which level, whether bodies and answers are
// missing, which API servers prove that they are alive, how far records are out of order. Events are looked
// at one by one; of their bodies only the uid of what was created is taken.

import type { AuditInspection, TimeRange } from '../model/inspection.ts';
import { at, entries, field, text } from '../model/json.ts';
import { isPolicyKind, kindOfResource, type TrackedKind } from '../model/refs.ts';
import { MICROS_PER_MINUTE, MICROS_PER_MS, type Micros, parseMicros } from '../model/time.ts';
import { type AuditEvent, parseAuditEvent } from './audit/event.ts';
import type { AuditHit } from './audit/hit.ts';

export interface AuditInspector {
  /** `cluster` is what an envelope around the record or a setting says; ''. `batched`: it was in an EventList. */
  readonly hit: (hit: AuditHit, place: AuditPlace) => void;
  readonly read: () => AuditInspection;
}

export interface AuditPlace {
  readonly cluster: string;
  readonly source: string;
  readonly batched: boolean;
}

const WRITES: readonly string[] = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const SELECTING = ['labelSelector', 'fieldSelector', 'limit', 'continue'] as const;

/** Each kube-apiserver renews a lease of its own, `kube-system/apiserver-<hash>`, every ten seconds. */
const IDENTITY_LEASE = /^apiserver-[0-9a-z-]{1,80}$/;

const MAX_REQUESTS = 100_000;
const MAX_NAMES = 20_000;

interface Request {
  /** null until its RequestReceived was seen: it may come after its answer. */
  receivedAt: Micros | null;
  answered: boolean;
}

export function createAuditInspector(): AuditInspector {
  const levels = new Map<TrackedKind, Map<string, number>>();
  const requests = new Map<string, Request>();
  const listed = new Set<TrackedKind>();
  const apiServers = new Set<string>();
  const clusters = new Set<string>();
  const created = new Map<string, Micros>();
  const latest = new Map<string, Micros>();
  const counts = { events: 0, truncated: 0 };
  let range: TimeRange | null = null;
  let disorder = 0;
  let batched = false;

  function noteTime(micros: Micros, source: string): void {
    range = {
      from: Math.min(range?.from ?? micros, micros),
      until: Math.max(range?.until ?? micros, micros),
    };
    const before = latest.get(source) ?? micros;
    disorder = Math.max(disorder, before - micros);
    latest.set(source, Math.max(before, micros));
  }

  function noteWrite(event: AuditEvent, kind: TrackedKind, stage: Micros): void {
    const isPolicy = isPolicyKind(kind);
    const id = JSON.stringify([event.auditId, event.verb, event.requestUri, event.requestReceivedTimestamp]);
    const request = requests.get(id) ?? { receivedAt: null, answered: false };
    if (event.stage === 'RequestReceived') request.receivedAt = stage;
    else request.answered = true;
    if (isPolicy && requests.size < MAX_REQUESTS) requests.set(id, request);
    if (event.stage !== 'ResponseComplete' || (event.status?.code ?? 0) >= 300) return;
    const ofKind = levels.get(kind) ?? new Map<string, number>();
    ofKind.set(event.level, (ofKind.get(event.level) ?? 0) + 1);
    levels.set(kind, ofKind);
    const uid = text(at(event.responseObject, 'metadata', 'uid'));
    const isNew =
      isPolicy && event.status?.code === 201 && uid !== '' && !event.requestUri.includes('dryRun');
    if (isNew && created.size < MAX_REQUESTS && !created.has(uid)) created.set(uid, stage);
  }

  function noteObject(event: AuditEvent, cut: boolean, stage: Micros): void {
    const { object } = event;
    if (object === null) return;
    if (
      object.resource === 'leases' &&
      object.namespace === 'kube-system' &&
      IDENTITY_LEASE.test(object.name)
    )
      apiServers.add(object.name);
    const kind = kindOfResource(object.apiGroup, object.resource);
    if (kind === undefined || object.subresource !== '') return;
    // Other config maps decide nothing here.
    if (kind === 'ConfigMap' && object.name !== 'cilium-config') return;
    if (event.verb === 'list' && isWholeList(event, kind)) listed.add(kind);
    if (!WRITES.includes(event.verb)) return;
    if (cut || event.annotations.get('audit.k8s.io/truncated') === 'true') counts.truncated += 1;
    noteWrite(event, kind, stage);
  }

  return {
    hit(hit, place) {
      if (hit.form !== 'event' && hit.form !== 'cut') return;
      const parsed = parseAuditEvent(hit.event);
      if (parsed.outcome !== 'accepted') return;
      counts.events += 1;
      batched ||= place.batched;
      if (clusters.size < MAX_NAMES) clusters.add(place.cluster || hit.cluster);
      const stage = parseMicros(parsed.value.stageTimestamp);
      if (stage === undefined) return;
      noteTime(stage, place.source);
      noteObject(parsed.value, hit.form === 'cut', stage);
    },
    read: () => ({
      ...counts,
      levels,
      received: [...requests.values()].filter(({ receivedAt }) => receivedAt !== null).length,
      unanswered: unansweredOf(requests, range),
      listed: [...listed].sort(),
      apiServers: [...apiServers].sort(),
      batched,
      clusters: [...clusters].sort(),
      range,
      disorderMs: disorder / MICROS_PER_MS,
      created,
    }),
  };
}

/** All objects of a kind, in all namespaces, with their bodies: as good as a snapshot. */
function isWholeList(event: AuditEvent, kind: TrackedKind): boolean {
  const query = event.requestUri.slice(event.requestUri.indexOf('?') + 1);
  return (
    event.stage === 'ResponseComplete' &&
    event.object?.namespace === '' &&
    text(field(event.responseObject, 'kind')) === `${kind}List` &&
    entries(field(event.responseObject, 'metadata')).every(
      ([key, value]) => key !== 'continue' || value === '',
    ) &&
    !(event.requestUri.includes('?') && SELECTING.some((key) => query.includes(`${key}=`)))
  );
}

/** Requests of the last minute may still be under way. */
function unansweredOf(requests: ReadonlyMap<string, Request>, range: TimeRange | null): number {
  const until = (range?.until ?? 0) - MICROS_PER_MINUTE;
  return [...requests.values()].filter(
    ({ answered, receivedAt }) => !answered && receivedAt !== null && receivedAt < until,
  ).length;
}
