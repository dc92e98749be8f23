// PolicyChange ↔ its Avro record. Objects and patches are open-ended, so they travel as JSON text.

import {
  type Actor,
  ACTOR_KINDS,
  CHANGE_ACTIONS,
  CHANGE_ORIGINS,
  CHANGE_RESULTS,
  OBJECT_FORMS,
  type Patch,
  PATCH_FORMATS,
  type PolicyChange,
} from '../model/event.ts';
import { Fault } from '../model/fault.ts';
import { isObject, type JsonObject, type JsonValue } from '../model/json.ts';
import { TRACKED_KINDS } from '../model/refs.ts';
import { CONFIDENCES } from '../model/verdict.ts';
import { wordsOf } from './words.ts';

const ORIGIN = wordsOf('change origin', CHANGE_ORIGINS);
const ACTION = wordsOf('action', CHANGE_ACTIONS);
const RESULT = wordsOf('result', CHANGE_RESULTS);
const FORM = wordsOf('object form', OBJECT_FORMS);
const FORMAT = wordsOf('patch format', PATCH_FORMATS);
const CONFIDENCE = wordsOf('confidence', CONFIDENCES);
const ACTOR_KIND = wordsOf('actor kind', ACTOR_KINDS);
const KIND_CONFIDENCE = wordsOf('actor kind confidence', ['exact', 'inferred'] as const);
const KIND = wordsOf('kind', TRACKED_KINDS);

type Worded = 'changeOrigin' | 'action' | 'result' | 'objectForm' | 'confidence';
type ActorRecord = Omit<Actor, 'kind' | 'kindConfidence'> &
  Readonly<Record<'kind' | 'kindConfidence', string>>;

export interface ChangeRecord
  extends Omit<PolicyChange, 'kind' | 'target' | 'object' | 'patch' | 'webhookPatches' | 'actor' | Worded>,
    Readonly<Record<Worded, string>> {
  readonly target: Readonly<Record<'kind' | 'namespace' | 'name', string>>;
  readonly object: string | null;
  readonly patch: Readonly<Record<'format' | 'body', string>> | null;
  readonly webhookPatches: readonly string[];
  readonly actor: ActorRecord;
}

export function changeRecord(change: PolicyChange): ChangeRecord {
  return {
    ...change,
    changeOrigin: ORIGIN.symbolOf(change.changeOrigin),
    action: ACTION.symbolOf(change.action),
    result: RESULT.symbolOf(change.result),
    objectForm: FORM.symbolOf(change.objectForm),
    confidence: CONFIDENCE.symbolOf(change.confidence),
    target: { ...change.target, kind: KIND.symbolOf(change.target.kind) },
    object: change.object === null ? null : JSON.stringify(change.object),
    patch: change.patch === null ? null : patchRecord(change.patch),
    webhookPatches: change.webhookPatches.map((patch) => JSON.stringify(patch)),
    actor: {
      ...change.actor,
      kind: ACTOR_KIND.symbolOf(change.actor.kind),
      kindConfidence: KIND_CONFIDENCE.symbolOf(change.actor.kindConfidence),
    },
  };
}

function patchRecord(patch: Patch): NonNullable<ChangeRecord['patch']> {
  return { format: FORMAT.symbolOf(patch.format), body: JSON.stringify(patch.body) };
}

/** @throws Fault `avro-broken` where a text that should be JSON is none. */
export function changeOf(record: ChangeRecord): PolicyChange {
  return {
    ...record,
    kind: 'PolicyChange',
    changeOrigin: ORIGIN.wordOf(record.changeOrigin),
    action: ACTION.wordOf(record.action),
    result: RESULT.wordOf(record.result),
    objectForm: FORM.wordOf(record.objectForm),
    confidence: CONFIDENCE.wordOf(record.confidence),
    target: { ...record.target, kind: KIND.wordOf(record.target.kind) },
    object: record.object === null ? null : objectIn(record.object),
    patch:
      record.patch === null
        ? null
        : { format: FORMAT.wordOf(record.patch.format), body: jsonIn(record.patch.body) },
    webhookPatches: record.webhookPatches.map(jsonIn),
    actor: {
      ...record.actor,
      kind: ACTOR_KIND.wordOf(record.actor.kind),
      kindConfidence: KIND_CONFIDENCE.wordOf(record.actor.kindConfidence),
    },
  };
}

function jsonIn(text: string): JsonValue {
  try {
    const value: JsonValue = JSON.parse(text);
    return value;
  } catch (cause) {
    throw new Fault('avro-broken', 'a policy change holds a body that is no JSON', { cause });
  }
}

function objectIn(text: string): JsonObject {
  const value = jsonIn(text);
  if (isObject(value)) return value;
  throw new Fault('avro-broken', 'a policy change holds an object that is no JSON object');
}
