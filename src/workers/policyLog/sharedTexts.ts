// Texts that occur again and again in the policy log are kept once: every record carries its user, agent, groups
// and object name as texts of its own, and all records are kept for as long as the worker lives.
import type { Actor, Event, PolicyChange } from '../../model/event.ts';

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
  const change = (body: PolicyChange): PolicyChange => ({
    ...body,
    verb: text(body.verb),
    target: { ...body.target, namespace: text(body.target.namespace), name: text(body.target.name) },
    uid: text(body.uid),
    selector: text(body.selector),
    message: text(body.message),
    requestUri: text(body.requestUri),
    auditSource: text(body.auditSource),
    actor: actor(body.actor),
    decision: { ...body.decision, reason: text(body.decision.reason) },
    changeCause: text(body.changeCause),
  });
  return (event) => ({
    ...event,
    cluster: text(event.cluster),
    origin: { ...event.origin, source: text(event.origin.source) },
    body: event.body.kind === 'PolicyChange' ? change(event.body) : event.body,
  });
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
