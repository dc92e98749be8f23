// Audit events that speak of many objects: the answer to a deletecollection, which lists the objects as
// they were before, and a full list at level RequestResponse, which is a snapshot for free.

import { at, field, isObject, type JsonObject, number, text } from '../model/json.ts';
import type { PolicyChange } from '../model/event.ts';
import { apiVersionOf } from './auditBodies.ts';
import { type AuditRequest, frameOf } from './auditRequest.ts';
import { writeChange } from './auditWrite.ts';
import {
  CONFIG_NAME,
  deletionOf,
  digits,
  identityOf,
  trimmedObject,
  trimmedStatus,
} from './kubernetesObject.ts';

/** More objects than any cluster keeps of one policy kind; one record must not fill the memory. */
export const MAX_LIST_ITEMS = 50_000;

/**
 * One change per object that a deletecollection removed or marked, in the answer's order; one `collect`
 * where the record does not list them (lower levels, dry runs, failures), or nothing matched.
 */
export function collectionChanges(request: AuditRequest): readonly PolicyChange[] {
  const whole = writeChange(request);
  const items = whole.result === 'success' ? itemsOf(request) : undefined;
  if (items === undefined) return [whole];
  const kept = request.kind === 'ConfigMap' ? items.filter(isCiliumConfig) : items;
  if (kept.length === 0) return [{ ...whole, objectForm: 'before', confidence: 'exact' }];
  return kept.map((item) => collected(request, whole, item));
}

function collected(request: AuditRequest, whole: PolicyChange, item: JsonObject): PolicyChange {
  const { kind, event } = request;
  const identity = identityOf(field(item, 'metadata'), kind);
  const isPartial = text(field(item, 'kind')) === 'PartialObjectMetadata';
  const object = isPartial
    ? trimmedStatus(item, kind, apiVersionOf(event))
    : trimmedObject(item, kind, apiVersionOf(event));
  return {
    ...whole,
    action: deletionOf(item).held ? 'terminate' : 'delete',
    target: { kind, namespace: identity.namespace || whole.target.namespace, name: identity.name },
    uid: identity.uid,
    baseResourceVersion: identity.resourceVersion,
    objectForm: isPartial ? 'partial' : 'before',
    object,
    confidence: 'exact',
  };
}

/**
 * What a list shows: an `observe` per object, then the marker `list` where the list was complete. A page of
 * a longer list has no marker.
 * @returns undefined when the list is no snapshot: not at level RequestResponse, limited to a namespace or
 * by selectors, as Table or metadata only, or an old state on request.
 */
export function listChanges(request: AuditRequest): readonly PolicyChange[] | undefined {
  const { event, kind, query } = request;
  const isWhole =
    event.stage === 'ResponseComplete' &&
    event.status?.code === 200 &&
    (event.object?.namespace ?? '') === '' &&
    (event.object?.name ?? '') === '' &&
    ['labelSelector', 'fieldSelector'].every((key) => (query.get(key) ?? '') === '') &&
    query.get('resourceVersionMatch') !== 'Exact' &&
    text(field(event.responseObject, 'kind')) === `${kind}List`;
  const items = isWhole && kind !== 'ConfigMap' ? itemsOf(request) : undefined;
  if (items === undefined) return undefined;

  const frame: PolicyChange = { ...frameOf(request), result: 'success', confidence: 'exact' };
  const observed = items.map((item) => observation(frame, item, apiVersionOf(event)));
  if (isPage(request)) return observed.length === 0 ? undefined : observed;
  const listVersion = digits(text(at(event.responseObject, 'metadata', 'resourceVersion')));
  return [...observed, { ...frame, action: 'list', baseResourceVersion: listVersion }];
}

/** The object as a list or a snapshot showed it, in the frame of that list. */
export function observation(frame: PolicyChange, item: JsonObject, apiVersion: string): PolicyChange {
  const { kind } = frame.target;
  const { namespace, name, uid, resourceVersion, generation } = identityOf(field(item, 'metadata'), kind);
  return {
    ...frame,
    action: 'observe',
    target: { kind, namespace, name },
    uid,
    resourceVersion,
    generation,
    objectForm: 'stored',
    object: trimmedObject(item, kind, apiVersion),
    confidence: 'exact',
  };
}

/** How many objects the answer lists; 0 when it is no list. */
export function listLength(request: AuditRequest): number {
  return itemsOf(request)?.length ?? 0;
}

function itemsOf(request: AuditRequest): readonly JsonObject[] | undefined {
  const answer = request.event.responseObject;
  const items = field(answer, 'items');
  const isList = text(field(answer, 'kind')).endsWith('List');
  return isList && Array.isArray(items) ? items.filter((item: unknown) => isObject(item)) : undefined;
}

function isPage(request: AuditRequest): boolean {
  const metadata = at(request.event.responseObject, 'metadata');
  return (
    (request.query.get('continue') ?? '') !== '' ||
    text(field(metadata, 'continue')) !== '' ||
    (number(field(metadata, 'remainingItemCount')) ?? 0) > 0
  );
}

function isCiliumConfig(item: JsonObject): boolean {
  return at(item, 'metadata', 'name') === CONFIG_NAME;
}
