// Texts that occur again and again in the policy log are kept once: every record carries its user, agent, groups
// and object name as texts of its own, and all records are kept for as long as the worker lives.
import type { Actor, Event, PolicyChange } from '../../model/event.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import { createSharedJson } from './sharedJson.ts';

/** Texts and lists that are remembered; beyond it, remembering starts over. */
const MAX_TEXTS = 50_000;

export function createSharedTexts(): (event: Event) => Event {
  const text = remembering(
    (value: string) => value,
    (value) => value,
  );
  const list = remembering(
    (values: readonly string[]) => JSON.stringify(values),
    (values) => values.map(text),
  );
  const actor = remembering(
    (value: Actor) => JSON.stringify(value),
    (value): Actor => ({
      ...value,
      user: text(value.user),
      groups: list(value.groups),
      impersonator: text(value.impersonator),
      manager: text(value.manager),
      userAgent: text(value.userAgent),
      sourceIps: list(value.sourceIps),
      fieldManager: text(value.fieldManager),
    }),
  );
  const shared: Shared = { text, actor, json: createSharedJson() };
  return (event) => ({
    id: event.id,
    cluster: text(event.cluster),
    observedAt: event.observedAt,
    observedAtNanos: event.observedAtNanos,
    origin: { ...event.origin, source: text(event.origin.source) },
    body: event.body.kind === 'PolicyChange' ? changeOf(event.body, shared) : event.body,
  });
}

interface Shared {
  readonly text: (value: string) => string;
  readonly actor: (value: Actor) => Actor;
  readonly json: (value: JsonValue) => JsonValue;
}

/** Each field by name: of an object spread from another of so many, engines make a table three times its size. */
function changeOf(body: PolicyChange, { text, actor, json }: Shared): PolicyChange {
  return {
    kind: body.kind,
    changeOrigin: body.changeOrigin,
    action: body.action,
    result: body.result,
    verb: text(body.verb),
    target: { kind: body.target.kind, namespace: text(body.target.namespace), name: text(body.target.name) },
    uid: text(body.uid),
    resourceVersion: body.resourceVersion,
    generation: body.generation,
    baseResourceVersion: body.baseResourceVersion,
    objectForm: body.objectForm,
    object: objectOf(json(body.object)),
    patch: body.patch === null ? null : { format: body.patch.format, body: json(body.patch.body) },
    webhookPatches: body.webhookPatches.map(json),
    selector: text(body.selector),
    confidence: body.confidence,
    code: body.code,
    message: text(body.message),
    truncated: body.truncated,
    auditId: body.auditId,
    requestUri: text(body.requestUri),
    requestReceivedAt: body.requestReceivedAt,
    auditSource: text(body.auditSource),
    actor: actor(body.actor),
    decision: { allowed: body.decision.allowed, reason: text(body.decision.reason) },
    changeCause: text(body.changeCause),
  };
}

function objectOf(value: JsonValue): JsonObject | null {
  return isObject(value) ? value : null;
}

/** Equal keys give one and the same value. */
function remembering<T>(keyOf: (value: T) => string, make: (value: T) => T): (value: T) => T {
  let known = new Map<string, T>();
  return (value) => {
    const key = keyOf(value);
    const found = known.get(key);
    if (found !== undefined) return found;
    if (known.size >= MAX_TEXTS) known = new Map();
    const made = make(value);
    known.set(key, made);
    return made;
  };
}
