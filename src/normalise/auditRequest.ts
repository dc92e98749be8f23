// The frame of a PolicyChange: what an audit event says about the request, whatever was done to which
// object. The files beside this one fill in the rest.

import type { ChangeEvent, Origin, PolicyChange } from '../model/event.ts';
import { hashHex } from '../model/hash.ts';
import { accepted, type Outcome, rejected } from '../model/outcome.ts';
import type { TrackedKind } from '../model/refs.ts';
import { parseInstant, parseMicros } from '../model/time.ts';
import type { AuditEvent } from '../sources/audit/event.ts';
import { queryOf } from '../sources/audit/requestUri.ts';
import { actorOf } from './actor.ts';

/** Where the record stood that the audit event was taken from. */
export interface RecordPlace {
  /** The file's path as given, or the topic. */
  readonly source: string;
  /** 0 in files. */
  readonly partition: number;
  /** Of a file the line, from 1. */
  readonly offset: number;
  /** Index of the first event among those of the record: an EventList gives many hits. */
  readonly index: number;
  /** What the envelope around the record says; ''. */
  readonly cluster: string;
}

/** One audit event of a tracked kind, read and bound to its place. */
export interface AuditRequest {
  readonly event: AuditEvent;
  readonly kind: TrackedKind;
  readonly query: URLSearchParams;
  /** The event's text was cut by its carrier, or its bodies were taken out by the API server. */
  readonly truncated: boolean;
  readonly cluster: string;
  /** Which API server wrote the event, where the envelope tells; ''. */
  readonly auditSource: string;
  readonly place: RecordPlace;
}

const TRUNCATED = 'audit.k8s.io/truncated';
const DECISION = 'authorization.k8s.io/decision';
const DECISION_REASON = 'authorization.k8s.io/reason';
const MAX_MESSAGE_LENGTH = 500;

export function isTruncated(event: AuditEvent): boolean {
  return event.annotations.get(TRUNCATED) === 'true';
}

/**
 * Everything that the request alone tells; the object and the outcome are still blank: a `write` with
 * result `unknown` of which no body is known.
 */
export function frameOf(request: AuditRequest): PolicyChange {
  const { event, kind } = request;
  const { user, impersonatedUser, status } = event;
  const effective = impersonatedUser ?? user;
  const decision = event.annotations.get(DECISION);
  return {
    kind: 'PolicyChange',
    changeOrigin: 'audit',
    action: 'write',
    result: 'unknown',
    verb: event.verb,
    target: { kind, namespace: '', name: '' },
    uid: '',
    resourceVersion: '',
    generation: null,
    baseResourceVersion: '',
    objectForm: 'none',
    object: null,
    patch: null,
    webhookPatches: [],
    selector: '',
    confidence: 'metadata',
    code: status?.code ?? 0,
    message: [status?.reason ?? '', status?.message ?? '']
      .filter((part) => part !== '')
      .join(': ')
      .slice(0, MAX_MESSAGE_LENGTH),
    truncated: request.truncated,
    auditId: event.auditId,
    requestUri: event.requestUri,
    requestReceivedAt: parseMicros(event.requestReceivedTimestamp) ?? null,
    auditSource: request.auditSource,
    actor: actorOf({
      user: effective.username,
      groups: effective.groups,
      impersonator: impersonatedUser === null ? '' : user.username,
      userAgent: event.userAgent,
      fieldManager: request.query.get('fieldManager') ?? '',
      sourceIps: event.sourceIps,
    }),
    decision: {
      allowed: decision === 'allow' ? true : decision === 'forbid' ? false : null,
      reason: event.annotations.get(DECISION_REASON) ?? '',
    },
    changeCause: '',
  };
}

/** What an audit event asks in its query (`dryRun=All`, `fieldManager=`, selectors). */
export function queryOfEvent(event: AuditEvent): URLSearchParams {
  return queryOf(event.requestUri);
}

/**
 * The events of the changes that one audit event tells, at its stage timestamp. Their ids are derived from
 * what names the request and its stage, and from the object within it: an exact re-delivery has the same
 * ids, two requests that share an auditID have not.
 */
export function eventsOf(
  request: AuditRequest,
  changes: readonly PolicyChange[],
): readonly Outcome<ChangeEvent>[] {
  const { event, place } = request;
  const at = parseInstant(event.stageTimestamp) ?? parseInstant(event.requestReceivedTimestamp);
  if (at === undefined) {
    const shown = event.stageTimestamp.slice(0, 40);
    return [rejected('bad-time', `expected an RFC 3339 time at stageTimestamp, found "${shown}"`)];
  }
  return changes.map((change, index) => {
    const origin: Origin = {
      source: place.source,
      partition: place.partition,
      offset: place.offset,
      index: place.index + index,
    };
    const id = hashHex(128, [
      'audit',
      event.auditId,
      event.stage,
      event.verb,
      event.requestUri,
      event.requestReceivedTimestamp,
      event.stageTimestamp,
      `${index}/${change.uid}`,
    ]);
    return accepted({
      id,
      cluster: request.cluster,
      observedAt: at.micros,
      observedAtNanos: at.nanos,
      origin,
      body: change,
    });
  });
}
