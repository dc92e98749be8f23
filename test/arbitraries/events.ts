// Any event that the model allows: not what a cluster would send, but every shape that a codec or a store
// must carry unharmed. Texts hold any character (no lone surrogates: UTF-8 has none), JSON any value.

import * as fc from 'fast-check';
import {
  ACTOR_KINDS,
  type Body,
  CHANGE_ACTIONS,
  CHANGE_ORIGINS,
  CHANGE_RESULTS,
  type Endpoint,
  type Event,
  type FeedStatus,
  type FlowVerdict,
  OBJECT_FORMS,
  PATCH_FORMATS,
  type PolicyChange,
  type Watermark,
} from '../../src/model/event.ts';
import type { JsonObject, JsonValue } from '../../src/model/json.ts';
import { labelSet } from '../../src/model/labels.ts';
import { TRACKED_KINDS } from '../../src/model/refs.ts';
import { FOREVER } from '../../src/model/time.ts';
import { CONFIDENCES, DIRECTIONS, MATCH_TYPES, OBSERVED, TRANSPORTS } from '../../src/model/verdict.ts';

const text = fc.string({ unit: 'binary', maxLength: 12 });
const texts = fc.array(text, { maxLength: 4 });
const labels = texts.map(labelSet);
const count = fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 });
const int = fc.nat({ max: 2 ** 31 - 1 });
/** From 1970 to the last microsecond that a number holds exactly and that is not FOREVER (year 2255). */
const micros = fc.nat({ max: FOREVER - 2 });
/** As it comes out of JSON: no -0. */
const json: fc.Arbitrary<JsonValue> = fc.json({ maxDepth: 3, stringUnit: 'binary' }).map(parsed);
const jsonObject: fc.Arbitrary<JsonObject> = fc.dictionary(text, json, { maxKeys: 4, noNullPrototype: true });

const endpoint: fc.Arbitrary<Endpoint> = fc.record({
  namespace: text,
  pod: text,
  workload: text,
  workloadKind: text,
  identity: fc.nat({ max: 2 ** 32 - 1 }),
  labels,
  ip: text,
  port: fc.nat({ max: 65_535 }),
  entity: text,
  dns: texts,
  cluster: text,
});

export const flowVerdicts: fc.Arbitrary<FlowVerdict> = fc.record({
  kind: fc.constant('FlowVerdict' as const),
  judgement: fc.constantFrom('verdict' as const, 'drop' as const),
  uuid: text,
  observed: fc.constantFrom(...OBSERVED),
  direction: fc.constantFrom(...DIRECTIONS),
  source: endpoint,
  destination: endpoint,
  transport: fc.constantFrom(...TRANSPORTS),
  icmpType: fc.option(fc.nat({ max: 255 })),
  icmpCode: fc.option(fc.nat({ max: 255 })),
  dropReason: text,
  matchType: fc.constantFrom(...MATCH_TYPES),
  authType: text,
  reported: fc.array(
    fc.record({
      effect: fc.constantFrom('allowed' as const, 'denied' as const),
      kind: text,
      namespace: text,
      name: text,
      uid: text,
      revision: text,
      labels,
    }),
    { maxLength: 3 },
  ),
  policyLog: texts,
  isReply: fc.option(fc.boolean()),
  node: text,
  l7: fc.option(fc.record({ protocol: text, type: text, summary: text })),
  weight: count,
});

export const policyChanges: fc.Arbitrary<PolicyChange> = fc.record({
  kind: fc.constant('PolicyChange' as const),
  changeOrigin: fc.constantFrom(...CHANGE_ORIGINS),
  action: fc.constantFrom(...CHANGE_ACTIONS),
  result: fc.constantFrom(...CHANGE_RESULTS),
  verb: text,
  target: fc.record({ kind: fc.constantFrom(...TRACKED_KINDS), namespace: text, name: text }),
  uid: text,
  resourceVersion: text,
  generation: fc.option(count),
  baseResourceVersion: text,
  objectForm: fc.constantFrom(...OBJECT_FORMS),
  object: fc.option(jsonObject),
  patch: fc.option(fc.record({ format: fc.constantFrom(...PATCH_FORMATS), body: json })),
  webhookPatches: fc.array(json, { maxLength: 2 }),
  selector: text,
  confidence: fc.constantFrom(...CONFIDENCES),
  code: int,
  message: text,
  truncated: fc.boolean(),
  auditId: text,
  requestUri: text,
  requestReceivedAt: fc.option(micros),
  auditSource: text,
  actor: fc.record({
    user: text,
    groups: texts,
    impersonator: text,
    kind: fc.constantFrom(...ACTOR_KINDS),
    kindConfidence: fc.constantFrom('exact' as const, 'inferred' as const),
    manager: text,
    userAgent: text,
    sourceIps: texts,
    fieldManager: text,
  }),
  decision: fc.record({ allowed: fc.option(fc.boolean()), reason: text }),
  changeCause: text,
});

const feedStatuses: fc.Arbitrary<FeedStatus> = fc.record({
  kind: fc.constant('FeedStatus' as const),
  feed: fc.constantFrom('flows' as const, 'audit' as const),
  reporter: text,
  lost: count,
  lostSource: text,
  from: micros,
  until: fc.oneof(micros, fc.constant(FOREVER)),
  counts: fc.array(fc.record({ name: text, count }), { maxLength: 4 }),
});

const watermarks: fc.Arbitrary<Watermark> = fc.record({
  kind: fc.constant('Watermark' as const),
  auditSource: text,
  completeUntil: fc.oneof(micros, fc.constant(FOREVER)),
  policyOffset: count,
  assumed: fc.boolean(),
});

export function eventsOf<B extends Body>(body: fc.Arbitrary<B>): fc.Arbitrary<Event<B>> {
  return fc.record({
    id: text,
    cluster: text,
    observedAt: micros,
    observedAtNanos: fc.nat({ max: 999 }),
    origin: fc.record({ source: text, partition: int, offset: count, index: int }),
    body,
  });
}

export const events: fc.Arbitrary<Event> = eventsOf(
  fc.oneof(flowVerdicts, policyChanges, feedStatuses, watermarks),
);

function parsed(json: string): JsonValue {
  const value: JsonValue = JSON.parse(json);
  return value;
}
