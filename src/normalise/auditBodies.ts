// What the bodies of an audit event show of the object: stored as the answer has it, metadata only, as the
// client sent it, as a patch, or not at all. Audit levels, Accept headers and truncation decide which.

import { at, field, isObject, type JsonObject, type JsonValue, text } from '../model/json.ts';
import type { ObjectForm, Patch, PolicyChange } from '../model/event.ts';
import type { AuditEvent } from '../sources/audit/event.ts';
import { patchOf, webhookPatchesOf } from './auditPatch.ts';
import type { AuditRequest } from './auditRequest.ts';
import { digits, identityOf, type ObjectIdentity, trimmedObject, trimmedStatus } from './kubernetesObject.ts';

/** The object in the API server's answer, untrimmed. `full` = with its spec. */
export interface Answer {
  readonly object: JsonObject;
  readonly full: boolean;
}

/** The fields of a PolicyChange that describe the object. */
export type Shown = Pick<PolicyChange, 'objectForm' | 'object' | 'patch' | 'webhookPatches' | 'changeCause'>;

const CHANGE_CAUSE = 'kubernetes.io/change-cause';
const MAX_CAUSE_LENGTH = 500;

/**
 * The object that the answer holds: the object itself, PartialObjectMetadata, or the row of a Table (then
 * metadata only, since the client asked for no more).
 * @returns undefined for a Status, a list, or no answer.
 */
export function answerOf(request: AuditRequest): Answer | undefined {
  const answer = request.event.responseObject;
  if (!isObject(answer)) return undefined;
  const kind = text(field(answer, 'kind'));
  if (kind === 'Table') {
    const rows = field(answer, 'rows');
    const row: unknown = Array.isArray(rows) && rows.length === 1 ? field(rows[0], 'object') : undefined;
    return isObject(row) ? { object: row, full: false } : undefined;
  }
  if (kind === 'PartialObjectMetadata') return { object: answer, full: false };
  if (kind !== request.kind && kind !== '') return undefined;
  return isObject(field(answer, 'metadata')) ? { object: answer, full: true } : undefined;
}

/** The object that a create or update sent; undefined for other verbs and below level Request. */
export function sentObject(request: AuditRequest): JsonObject | undefined {
  const { verb, requestObject } = request.event;
  if ((verb !== 'create' && verb !== 'update') || !isObject(requestObject)) return undefined;
  const kind = text(field(requestObject, 'kind'));
  return kind === request.kind || kind === '' ? requestObject : undefined;
}

export function apiVersionOf(event: AuditEvent): string {
  const { apiGroup = '', apiVersion = '' } = event.object ?? {};
  return apiGroup === '' ? apiVersion : `${apiGroup}/${apiVersion}`;
}

/** What a write of the main resource shows of its object. */
export function shownByWrite(request: AuditRequest, answer: Answer | undefined): Shown {
  const { event, kind } = request;
  const apiVersion = apiVersionOf(event);
  // Kept beside the stored object, too: whether a patch could touch the spec tells a lost write from none.
  const patch = patchOf(event, kind, request.query);
  if (answer?.full === true)
    return shown('stored', trimmedObject(answer.object, kind, apiVersion), patch, []);
  const webhookPatches = webhookPatchesOf(event);
  const sent = sentObject(request);
  if (sent !== undefined) {
    // An answer without spec still tells the stored metadata.
    const metadata = answer === undefined ? field(sent, 'metadata') : field(answer.object, 'metadata');
    return shown('requested', trimmedObject({ ...sent, metadata }, kind, apiVersion), null, webhookPatches);
  }
  if (answer !== undefined)
    return shown('partial', trimmedStatus(answer.object, kind, apiVersion), patch, webhookPatches);
  return shown('none', null, patch, webhookPatches);
}

/** What a status write shows: metadata and conditions. Its spec is never read: the API server ignores it. */
export function shownByStatus(request: AuditRequest, answer: Answer | undefined): Shown {
  const { event, kind } = request;
  const source = answer?.object ?? sentObject(request);
  if (source !== undefined)
    return shown('partial', trimmedStatus(source, kind, apiVersionOf(event)), null, []);
  const patch = patchOf(event, kind, request.query);
  return shown('none', null, patch, []);
}

function shown(
  objectForm: ObjectForm,
  object: JsonObject | null,
  patch: Patch | null,
  webhookPatches: readonly JsonValue[],
): Shown {
  const cause = text(at(object ?? patch?.body, 'metadata', 'annotations', CHANGE_CAUSE));
  return { objectForm, object, patch, webhookPatches, changeCause: cause.slice(0, MAX_CAUSE_LENGTH) };
}

/**
 * Names of the object by everything the record holds. resourceVersion and generation come from the answer
 * alone, since only that speaks of the state after the write.
 */
export function identityOfWrite(request: AuditRequest, answer: Answer | undefined): ObjectIdentity {
  const { object, status } = request.event;
  const answered = identityOf(field(answer?.object, 'metadata'), request.kind);
  const sent = identityOf(field(sentObject(request), 'metadata'), request.kind);
  const namespace = request.kind === 'Namespace' ? '' : (object?.namespace ?? '');
  return {
    namespace: answered.namespace || namespace || sent.namespace,
    name: answered.name || (object?.name ?? '') || sent.name,
    uid: answered.uid || (status?.uid ?? '') || (object?.uid ?? '') || sent.uid,
    resourceVersion: answered.resourceVersion,
    generation: answered.generation,
  };
}

/** The resourceVersion that the request named as its base, in the reference, the body, or a precondition. */
export function baseOf(event: AuditEvent): string {
  return digits(
    (event.object?.resourceVersion ?? '') ||
      text(at(event.requestObject, 'metadata', 'resourceVersion')) ||
      text(at(event.requestObject, 'preconditions', 'resourceVersion')),
  );
}
