// Turns one audit event into changes of policies and of what decisions depend on beside them. Stateless: it
// says what one record can say by itself; which write was a version, which object a patch made, and what
// the log lost only the timeline can tell. Every record has at least one outcome.

import type { ChangeEvent } from '../model/event.ts';
import { at, text } from '../model/json.ts';
import { ignored, type IgnoreReason, type Outcome, rejected } from '../model/outcome.ts';
import { kindOfResource, type TrackedKind } from '../model/refs.ts';
import { type AuditEvent, parseAuditEvent } from '../sources/audit/event.ts';
import type { AuditHit } from '../sources/audit/hit.ts';
import { sentObject } from './auditBodies.ts';
import { collectionChanges, listChanges, listLength, MAX_LIST_ITEMS } from './auditLists.ts';
import { type AuditRequest, eventsOf, isTruncated, queryOfEvent, type RecordPlace } from './auditRequest.ts';
import { isDryRun, receivedChange, writeChange } from './auditWrite.ts';
import { CONFIG_NAME, CONFIG_NAMESPACE } from './kubernetesObject.ts';

export interface AuditSettings {
  /** `--cluster`: goes before what envelopes say, as it does for flows; '' = from the data. */
  readonly cluster: string;
}

const WRITE_VERBS: readonly string[] = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/**
 * The outcomes of one audit event, in its order; never none. Several where it speaks of several objects: a
 * deletecollection (one change each), a list of all objects of a kind (an `observe` each, then `list`).
 * Changes are stamped with the stage timestamp, `received` ones as well. The cluster is the setting, else
 * the envelope's, else ''.
 */
export function normaliseAudit(
  hit: AuditHit,
  place: RecordPlace,
  settings: AuditSettings,
): readonly Outcome<ChangeEvent>[] {
  if (hit.form === 'other') return [ignored('other-log')];
  if (hit.form === 'broken') return [rejected(hit.reason, hit.detail)];
  const parsed = parseAuditEvent(hit.event);
  if (parsed.outcome !== 'accepted') return [parsed];
  const event = parsed.value;
  const kind = trackedKindOf(event);
  if (kind === undefined) return [ignored('other-resource')];
  const request: AuditRequest = {
    event,
    kind,
    query: queryOfEvent(event),
    truncated: hit.form === 'cut' || isTruncated(event),
    cluster: settings.cluster || place.cluster || hit.cluster,
    auditSource: hit.auditSource,
    place,
  };
  return outcomesOf(request);
}

/** @returns undefined for everything that is no write or list of a tracked kind, its status, or finalize. */
function trackedKindOf(event: AuditEvent): TrackedKind | undefined {
  if (event.object === null) return undefined;
  const { apiGroup, resource, subresource } = event.object;
  const kind = kindOfResource(apiGroup, resource);
  const isOwn = subresource === '' || subresource === 'status';
  return isOwn || (subresource === 'finalize' && kind === 'Namespace') ? kind : undefined;
}

function outcomesOf(request: AuditRequest): readonly Outcome<ChangeEvent>[] {
  const { verb } = request.event;
  if (listLength(request) > MAX_LIST_ITEMS)
    return [rejected('too-many-items', `more than ${MAX_LIST_ITEMS} objects at responseObject.items`)];
  if (verb === 'list') {
    const changes = listChanges(request);
    return changes === undefined ? [ignored('read')] : eventsOf(request, changes);
  }
  const reason = reasonToIgnore(request);
  if (reason !== undefined) return [ignored(reason)];
  if (request.event.stage === 'RequestReceived') return eventsOf(request, [receivedChange(request)]);
  if (verb === 'deletecollection') return eventsOf(request, collectionChanges(request));
  return eventsOf(request, [writeChange(request)]);
}

function reasonToIgnore(request: AuditRequest): IgnoreReason | undefined {
  const { event } = request;
  if (!WRITE_VERBS.includes(event.verb)) return 'read';
  if (request.kind === 'ConfigMap' && !isCiliumConfig(request)) return 'other-config';
  switch (event.stage) {
    case 'ResponseComplete':
    case 'Panic':
      return undefined;
    case 'RequestReceived':
      // A dry run changes nothing whatever becomes of it, and a status write no spec.
      return isDryRun(request) || event.object?.subresource !== '' ? 'stage' : undefined;
    default:
      // ResponseStarted of a write is the only trace of a request that was not authenticated (401).
      return (event.status?.code ?? 0) >= 400 ? undefined : 'stage';
  }
}

/** A create may name the object in its body only; a ConfigMap without a name is taken for another one. */
function isCiliumConfig(request: AuditRequest): boolean {
  const { object } = request.event;
  if (object?.namespace !== CONFIG_NAMESPACE) return false;
  if (request.event.verb === 'deletecollection')
    return collectionChanges(request).some((change) => change.target.name === CONFIG_NAME);
  return (object.name || text(at(sentObject(request), 'metadata', 'name'))) === CONFIG_NAME;
}
