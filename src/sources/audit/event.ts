// The typed shape of one event of the Kubernetes audit log (k8s.io/apiserver pkg/apis/audit/v1 types.go;
// v1beta1 differs by an additional `timestamp`). Wrong types are rejected with the path of the field;
// absent fields are '' or null, since levels and stages leave most of them out. Bodies stay unread.

import {
  at,
  entries,
  field,
  isObject,
  type JsonObject,
  type JsonValue,
  number,
  text,
  texts,
} from '../../model/json.ts';
import { accepted, type Outcome, rejected } from '../../model/outcome.ts';
import { objectOfUri, type ObjectReference } from './requestUri.ts';

export interface AuditUser {
  /** '' when the request was not authenticated. */
  readonly username: string;
  readonly groups: readonly string[];
}

export interface AuditObjectReference extends ObjectReference {
  readonly uid: string;
  /** As the request body named it, that is, the base of the write. */
  readonly resourceVersion: string;
}

export interface AuditStatus {
  /** HTTP code; 0 when not given. */
  readonly code: number;
  /** `Success`, `Failure` or ''. */
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** Of a finished delete: the object that is gone. */
  readonly uid: string;
}

export interface AuditEvent {
  /** `Metadata`, `Request`, `RequestResponse`; '' when not given. */
  readonly level: string;
  /** A client may choose it (header Audit-ID): neither unique nor to be trusted. */
  readonly auditId: string;
  readonly stage: string;
  readonly requestUri: string;
  readonly verb: string;
  readonly user: AuditUser;
  readonly impersonatedUser: AuditUser | null;
  readonly sourceIps: readonly string[];
  readonly userAgent: string;
  /** From `objectRef`, else from the request URI; null for requests that address no object. */
  readonly object: AuditObjectReference | null;
  readonly status: AuditStatus | null;
  readonly requestObject: JsonValue | undefined;
  readonly responseObject: JsonValue | undefined;
  /** RFC 3339, unparsed; ''. */
  readonly requestReceivedTimestamp: string;
  /** `stageTimestamp`, else the `timestamp` of v1beta1. */
  readonly stageTimestamp: string;
  /** Sorted by key. */
  readonly annotations: ReadonlyMap<string, string>;
}

/** Rejected with `bad-field` and the path of the first field that has a wrong type. */
export function parseAuditEvent(value: JsonObject): Outcome<AuditEvent> {
  const problem = wrongType(value);
  if (problem !== undefined) return rejected('bad-field', problem);
  const impersonated = field(value, 'impersonatedUser');
  const requestUri = string(value, 'requestURI');
  return accepted({
    level: string(value, 'level'),
    auditId: string(value, 'auditID'),
    stage: string(value, 'stage'),
    requestUri,
    verb: string(value, 'verb'),
    user: userOf(field(value, 'user')),
    impersonatedUser: isObject(impersonated) ? userOf(impersonated) : null,
    sourceIps: texts(field(value, 'sourceIPs')),
    userAgent: string(value, 'userAgent'),
    object: objectOf(field(value, 'objectRef'), requestUri),
    status: statusOf(field(value, 'responseStatus')),
    requestObject: field(value, 'requestObject') ?? undefined,
    responseObject: field(value, 'responseObject') ?? undefined,
    requestReceivedTimestamp: string(value, 'requestReceivedTimestamp'),
    stageTimestamp: string(value, 'stageTimestamp') || string(value, 'timestamp'),
    annotations: new Map(
      entries(field(value, 'annotations')).flatMap(([key, item]) =>
        typeof item === 'string' ? [[key, item] as const] : [],
      ),
    ),
  });
}

const STRINGS = [
  ['level'],
  ['auditID'],
  ['stage'],
  ['requestURI'],
  ['verb'],
  ['userAgent'],
  ['requestReceivedTimestamp'],
  ['stageTimestamp'],
  ['timestamp'],
  ['user', 'username'],
  ['impersonatedUser', 'username'],
  ['objectRef', 'resource'],
  ['objectRef', 'namespace'],
  ['objectRef', 'name'],
  ['objectRef', 'uid'],
  ['objectRef', 'apiGroup'],
  ['objectRef', 'apiVersion'],
  ['objectRef', 'resourceVersion'],
  ['objectRef', 'subresource'],
  ['responseStatus', 'status'],
  ['responseStatus', 'message'],
  ['responseStatus', 'reason'],
] as const;
const OBJECTS = ['user', 'impersonatedUser', 'objectRef', 'responseStatus', 'annotations'] as const;

function wrongType(value: JsonObject): string | undefined {
  for (const key of OBJECTS) {
    const found = field(value, key) ?? undefined;
    if (found !== undefined && !isObject(found)) return `expected an object at ${key}`;
  }
  for (const path of STRINGS) {
    const found = at(value, ...path) ?? undefined;
    if (found !== undefined && typeof found !== 'string') return `expected a string at ${path.join('.')}`;
  }
  const code = at(value, 'responseStatus', 'code') ?? undefined;
  if (code !== undefined && number(code) === undefined) return 'expected a number at responseStatus.code';
  return undefined;
}

function string(value: unknown, ...path: readonly string[]): string {
  return text(at(value, ...path));
}

function userOf(value: unknown): AuditUser {
  return { username: string(value, 'username'), groups: texts(field(value, 'groups')) };
}

function objectOf(value: unknown, requestUri: string): AuditObjectReference | null {
  if (!isObject(value)) {
    const addressed = objectOfUri(requestUri);
    return addressed === undefined ? null : { ...addressed, uid: '', resourceVersion: '' };
  }
  return {
    apiGroup: string(value, 'apiGroup'),
    apiVersion: string(value, 'apiVersion'),
    namespace: string(value, 'namespace'),
    resource: string(value, 'resource'),
    name: string(value, 'name'),
    subresource: string(value, 'subresource'),
    uid: string(value, 'uid'),
    resourceVersion: string(value, 'resourceVersion'),
  };
}

function statusOf(value: unknown): AuditStatus | null {
  if (!isObject(value)) return null;
  return {
    code: number(field(value, 'code')) ?? 0,
    status: string(value, 'status'),
    reason: string(value, 'reason'),
    message: string(value, 'message'),
    uid: string(value, 'details', 'uid'),
  };
}
