// What one write did, as far as its own record can tell: created or changed, deleted, marked for deletion,
// refused, only tried, or unknown. The rules follow what kube-apiserver writes: a finished delete answers
// `Success` with a uid at every level, one held by finalizers a bare 200, and the removal of the last
// finalizer is the deletion though it looks like a write that changed nothing.

import { field, isObject, text } from '../model/json.ts';
import type { ChangeAction, ChangeResult, PolicyChange } from '../model/event.ts';
import type { Confidence } from '../model/verdict.ts';
import type { AuditEvent } from '../sources/audit/event.ts';
import {
  type Answer,
  answerOf,
  baseOf,
  identityOfWrite,
  sentObject,
  type Shown,
  shownByStatus,
  shownByWrite,
} from './auditBodies.ts';
import { type AuditRequest, frameOf } from './auditRequest.ts';
import { deletionOf, digits } from './kubernetesObject.ts';

/** kube-apiserver's message where a handler wrote nothing (k8s.io/apiserver pkg/endpoints/filters/audit.go). */
const CLOSED_EARLY = 'Connection closed early';

/** The change that a finished request (or attempt) of verb create, update, patch, delete, deletecollection made. */
export function writeChange(request: AuditRequest): PolicyChange {
  const { event } = request;
  const result = resultOf(request);
  const answer = result === 'failure' ? undefined : answerOf(request);
  const action = actionOf(request, result, answer);
  const identity = identityOfWrite(request, answer);
  const shown = action === 'status' ? shownByStatus(request, answer) : shownByWrite(request, answer);
  const frame = frameOf(request);
  return {
    ...frame,
    ...shown,
    action,
    result,
    target: { kind: request.kind, namespace: identity.namespace, name: identity.name },
    // The uid of an object that a dry run would have created never existed.
    uid: result === 'dry-run' && event.verb === 'create' ? '' : identity.uid,
    ...versionsOf(event, action, result, identity),
    selector: event.verb === 'deletecollection' ? selectorOf(request.query) : '',
    message: result === 'success' ? '' : frame.message,
    confidence: confidenceOf(request, action, result, { answer, shown }),
  };
}

/** A request that came in; whether it went through is in another record, or lost. */
export function receivedChange(request: AuditRequest): PolicyChange {
  const { object } = request.event;
  const isNamespace = request.kind === 'Namespace';
  return {
    ...frameOf(request),
    action: 'received',
    target: {
      kind: request.kind,
      namespace: isNamespace ? '' : (object?.namespace ?? ''),
      name: object?.name ?? '',
    },
    uid: object?.uid ?? '',
    baseResourceVersion: digits(object?.resourceVersion ?? ''),
    selector: request.event.verb === 'deletecollection' ? selectorOf(request.query) : '',
  };
}

/** Label and field selector as the URI has them, `labelSelector=…&fieldSelector=…`; '' = everything. */
function selectorOf(query: URLSearchParams): string {
  return ['labelSelector', 'fieldSelector']
    .flatMap((key) => {
      const value = query.get(key) ?? '';
      return value === '' ? [] : [`${key}=${value}`];
    })
    .join('&');
}

export function isDryRun(request: AuditRequest): boolean {
  if ((request.query.get('dryRun') ?? '') !== '') return true;
  const asked = field(request.event.requestObject, 'dryRun');
  return Array.isArray(asked) && asked.length > 0;
}

function resultOf(request: AuditRequest): ChangeResult {
  const { event } = request;
  const code = event.status?.code ?? 0;
  if (event.stage === 'Panic') return 'unknown';
  if (isDryRun(request)) return 'dry-run';
  if (code >= 400 || event.status?.status === 'Failure') return 'failure';
  if (code < 200 || code >= 300) return 'unknown';
  const wroteNothing = event.responseObject === undefined && event.status?.message === CLOSED_EARLY;
  if (wroteNothing) return 'unknown';
  return isStored(request) ? 'success' : 'dry-run';
}

/** A created object without a resourceVersion was never stored: a dry run whose query the log does not show. */
function isStored(request: AuditRequest): boolean {
  if (request.event.verb !== 'create') return true;
  const answer = answerOf(request);
  return answer?.full !== true || text(field(field(answer.object, 'metadata'), 'resourceVersion')) !== '';
}

function actionOf(request: AuditRequest, result: ChangeResult, answer: Answer | undefined): ChangeAction {
  const { verb, object, status } = request.event;
  if (object?.subresource === 'status') return 'status';
  if (verb === 'deletecollection') return 'collect';
  if (verb === 'delete') {
    if (result !== 'success') return 'delete';
    if (answer !== undefined) return isHeld(request, answer) ? 'terminate' : 'delete';
    return status?.status === 'Success' || (status?.uid ?? '') !== '' ? 'delete' : 'terminate';
  }
  if (result === 'success' && isDeletion(request, answer)) return 'delete';
  return object?.subresource === 'finalize' ? 'terminate' : 'write';
}

/** Whether finalizers still hold a deleted object. The metadata of a Namespace alone cannot tell. */
function isHeld(request: AuditRequest, answer: Answer): boolean {
  const deletion = deletionOf(answer.object);
  return deletion.held || (deletion.asked && !answer.full && request.kind === 'Namespace');
}

/** Whether this write removed the last finalizer of an object marked for deletion. */
function isDeletion(request: AuditRequest, answer: Answer | undefined): boolean {
  const object = answer?.object ?? sentObject(request);
  if (object === undefined || !isObject(field(object, 'metadata'))) return false;
  if (answer?.full === false && request.kind === 'Namespace') return false;
  const deletion = deletionOf(object);
  return deletion.asked && !deletion.held;
}

type Versions = Pick<PolicyChange, 'resourceVersion' | 'generation' | 'baseResourceVersion'>;

/**
 * The answer to a deletion shows the last state, not a new one; that of a dry run the current
 * resourceVersion beside a generation that never came to be.
 */
function versionsOf(
  event: AuditEvent,
  action: ChangeAction,
  result: ChangeResult,
  shown: { readonly resourceVersion: string; readonly generation: number | null },
): Versions {
  const base = baseOf(event);
  if (result === 'dry-run')
    return { resourceVersion: shown.resourceVersion, generation: null, baseResourceVersion: base };
  if (action === 'delete')
    return { resourceVersion: '', generation: null, baseResourceVersion: base || shown.resourceVersion };
  return { resourceVersion: shown.resourceVersion, generation: shown.generation, baseResourceVersion: base };
}

function confidenceOf(
  request: AuditRequest,
  action: ChangeAction,
  result: ChangeResult,
  known: { readonly answer: Answer | undefined; readonly shown: Shown },
): Confidence {
  const isMetadata = request.event.level !== 'Request' && request.event.level !== 'RequestResponse';
  if (result === 'unknown') return 'metadata';
  if (result === 'failure') return 'exact';
  switch (action) {
    case 'delete':
      // At level Metadata a dry run that only the body asked for looks the same.
      if (isMetadata) return 'metadata';
      return request.event.verb === 'delete' || known.answer !== undefined ? 'exact' : 'inferred';
    case 'terminate':
      return known.answer !== undefined ? 'exact' : isMetadata ? 'metadata' : 'inferred';
    case 'collect':
      return isMetadata ? 'metadata' : 'inferred';
    case 'status':
      if (known.answer !== undefined) return 'exact';
      return known.shown.objectForm === 'none' && known.shown.patch === null ? 'metadata' : 'inferred';
    default:
      return confidenceOfForm(known.shown);
  }
}

function confidenceOfForm(shown: Shown): Confidence {
  if (shown.objectForm === 'stored') return 'exact';
  return shown.objectForm === 'requested' || shown.patch !== null ? 'inferred' : 'metadata';
}
