// A change that no audit record tells: known from a snapshot or from Git. What only an audit record has is
// empty, in one place.
import type { ChangeOrigin, PolicyChange } from '../model/event.ts';
import type { TrackedKind } from '../model/refs.ts';
import { actorOf } from './actor.ts';

/** A successful `observe` of nothing yet: the caller says what it was, and of what. */
export function unloggedChange(kind: TrackedKind, changeOrigin: ChangeOrigin): PolicyChange {
  return {
    kind: 'PolicyChange',
    changeOrigin,
    action: 'observe',
    result: 'success',
    verb: '',
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
    confidence: 'exact',
    code: 0,
    message: '',
    truncated: false,
    auditId: '',
    requestUri: '',
    requestReceivedAt: null,
    auditSource: '',
    actor: actorOf({
      user: '',
      groups: [],
      impersonator: '',
      userAgent: '',
      fieldManager: '',
      sourceIps: [],
    }),
    decision: { allowed: null, reason: '' },
    changeCause: '',
  };
}
