// GKE: Cloud Logging entries of the service k8s.io hold the audit event as a `google.cloud.audit.AuditLog`
// (`protoPayload`). It is translated back into an audit event, so that all further steps know one shape
// only. What the translation cannot know stays absent: groups, stages other than the last, the query of
// the request URI (and with it field managers and dry runs that only the query asked for).

import { at, field, isObject, type JsonObject, type JsonValue, number, text } from '../../model/json.ts';
import type { AuditHit } from './hit.ts';
import { objectOfPath, type ObjectReference } from './requestUri.ts';

/** google.rpc.Code → HTTP, as the API server's codes became gRPC codes on the way in. */
const HTTP_OF_GRPC: Readonly<Record<number, number>> = {
  1: 499,
  2: 500,
  3: 422,
  4: 504,
  5: 404,
  6: 409,
  7: 403,
  8: 429,
  9: 400,
  10: 409,
  11: 400,
  12: 501,
  13: 500,
  14: 503,
  15: 500,
  16: 401,
};

/** @returns undefined when the object is no log entry with a `protoPayload`. */
export function googleEntry(value: JsonObject): AuditHit | undefined {
  const payload = field(value, 'protoPayload');
  if (!isObject(payload)) return undefined;
  const carrier = { cluster: text(at(value, 'resource', 'labels', 'cluster_name')), auditSource: '' };
  if (field(payload, 'serviceName') !== 'k8s.io') return { form: 'other', ...carrier };
  return { form: 'event', event: translated(value, payload), ...carrier };
}

function translated(entry: JsonObject, payload: JsonObject): JsonObject {
  const method = methodOf(text(field(payload, 'methodName')));
  const object = objectOfName(text(field(payload, 'resourceName')), method);
  const requestObject = untyped(field(payload, 'request'));
  const responseObject = untyped(field(payload, 'response'));
  const body = responseObject ?? requestObject;
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: responseObject !== undefined ? 'RequestResponse' : body === undefined ? 'Metadata' : 'Request',
    auditID: text(at(entry, 'operation', 'id')) || text(field(entry, 'insertId')),
    stage: 'ResponseComplete',
    requestURI: uriOf(object),
    verb: method.verb,
    user: { username: text(at(payload, 'authenticationInfo', 'principalEmail')) },
    sourceIPs: [text(at(payload, 'requestMetadata', 'callerIp'))].filter((ip) => ip !== ''),
    userAgent: text(at(payload, 'requestMetadata', 'callerSuppliedUserAgent')),
    ...(object === undefined ? {} : { objectRef: { ...object } }),
    responseStatus: statusOf(payload, method.verb, responseObject),
    requestObject,
    responseObject,
    stageTimestamp: text(field(entry, 'timestamp')),
    annotations: field(entry, 'labels') ?? {},
  };
}

interface Method {
  readonly resource: string;
  readonly subresource: string;
  readonly verb: string;
}

/** `io.k8s.networking.v1.networkpolicies.update`: group, version, resource, subresources, verb. */
function methodOf(name: string): Method {
  const parts = name.split('.');
  const version = parts.findLastIndex((part) => /^v\d+(?:(?:alpha|beta)\d+)?$/.test(part));
  const [resource = '', ...rest] = parts.slice(version + 1);
  return { resource, subresource: rest.slice(0, -1).join('/'), verb: rest.at(-1) ?? '' };
}

/** `networking.k8s.io/v1/namespaces/shop/networkpolicies/web`; the core group is `core`. */
function objectOfName(name: string, method: Method): ObjectReference | undefined {
  const [group = '', version, ...rest] = name.split('/');
  const object = objectOfPath(group === 'core' ? '' : group, version, rest);
  return object === undefined
    ? undefined
    : { ...object, subresource: object.subresource || method.subresource };
}

function uriOf(object: ObjectReference | undefined): string {
  if (object === undefined) return '';
  const root =
    object.apiGroup === '' ? `/api/${object.apiVersion}` : `/apis/${object.apiGroup}/${object.apiVersion}`;
  const scope =
    object.namespace === '' || object.resource === 'namespaces' ? '' : `/namespaces/${object.namespace}`;
  const tail = [object.resource, object.name, object.subresource].filter((segment) => segment !== '');
  return `${root}${scope}/${tail.join('/')}`;
}

/** The body without `@type`, which gives the kind where the body itself does not. */
function untyped(value: JsonValue | undefined): JsonValue | undefined {
  if (!isObject(value)) return value ?? undefined;
  const { '@type': type, ...body } = value;
  const kind = text(type).split(/[./]/).at(-1) ?? '';
  if (kind === '' || kind === 'Patch' || body['kind'] !== undefined) return body;
  return { kind, ...body };
}

/**
 * The entry's gRPC status as a Kubernetes Status. A delete without an answer counts as finished: GKE keeps
 * no trace of the difference that a bare 200 makes in the audit log itself.
 */
function statusOf(payload: JsonObject, verb: string, response: JsonValue | undefined): JsonObject {
  const code = number(at(payload, 'status', 'code')) ?? 0;
  const message = text(at(payload, 'status', 'message'));
  if (field(response, 'kind') === 'Status') {
    const own = number(field(response, 'code')) ?? 0;
    const status = isObject(response) ? response : {};
    return { ...status, code: own > 0 ? own : code === 0 ? 200 : (HTTP_OF_GRPC[code] ?? 500) };
  }
  if (code !== 0) return { status: 'Failure', message, code: HTTP_OF_GRPC[code] ?? 500 };
  const isFinished = verb === 'delete' && response === undefined;
  return { ...(isFinished ? { status: 'Success' } : {}), code: verb === 'create' ? 201 : 200 };
}
