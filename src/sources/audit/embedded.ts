// One audit event that its carrier holds as a string of JSON, or already as an object. Carriers cut such
// strings at a limit of their own; then the hit says so, keeps what identifies the object, and drops the
// bodies: half a spec must never be taken for a spec.

import { at, field, isObject, type JsonObject, type JsonValue, text } from '../../model/json.ts';
import { parseJson } from '../decode.ts';
import { type AuditCarrier, type AuditHit, isAuditEvent } from './hit.ts';
import { salvage } from './salvage.ts';

/**
 * @param value what the carrier holds in the event's place.
 * @param time RFC 3339 time of the carrier's record, used where the cut took the event's own; ''.
 */
export function embeddedEvent(value: JsonValue | undefined, carrier: AuditCarrier, time: string): AuditHit {
  if (isObject(value)) return wholeEvent(value, carrier);
  const content = text(value).trim();
  if (!content.startsWith('{')) return { form: 'other', ...carrier };
  const whole = parseJson(content);
  if (whole.outcome === 'accepted') return wholeEvent(whole.value, carrier);
  const read = whole.outcome === 'rejected' && whole.reason === 'not-json' ? salvage(content) : undefined;
  if (read !== undefined && isAuditEvent(read.value))
    return { form: 'cut', event: withoutBodies(read.value, read.open, time), ...carrier };
  if (whole.outcome !== 'rejected' || read !== undefined || !looksLikeAudit(content))
    return { form: 'other', ...carrier };
  return { form: 'broken', reason: whole.reason, detail: whole.detail, ...carrier };
}

function wholeEvent(value: JsonValue, carrier: AuditCarrier): AuditHit {
  return isObject(value) && isAuditEvent(value)
    ? { form: 'event', event: value, ...carrier }
    : { form: 'other', ...carrier };
}

function looksLikeAudit(content: string): boolean {
  return content.startsWith('{') && content.slice(0, 300).includes('audit.k8s.io/');
}

function withoutBodies(event: JsonObject, open: readonly string[], time: string): JsonObject {
  const { requestObject: _request, responseObject, ...rest } = event;
  const identity = identityOf(responseObject, open);
  return {
    ...rest,
    ...(identity === undefined ? {} : { responseObject: identity }),
    ...(time === '' || text(rest['stageTimestamp']) !== '' ? {} : { stageTimestamp: time }),
  };
}

/**
 * Kind and metadata of the answer, when the cut came after them: they tell uid, resourceVersion and
 * generation. As PartialObjectMetadata, so that nobody looks for a spec.
 */
function identityOf(response: JsonValue | undefined, open: readonly string[]): JsonObject | undefined {
  const metadata = field(response, 'metadata');
  const isWhole = isObject(metadata) && !(open[0] === 'responseObject' && open[1] === 'metadata');
  if (!isWhole || text(at(metadata, 'uid')) === '') return undefined;
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata };
}
