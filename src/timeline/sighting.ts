// What one record shows of the object after the write: its identity as far as told, and its body when the
// record holds it or when it can be rebuilt from the request on top of the last known body.

import type { ChangeEvent, PolicyChange } from '../model/event.ts';
import { at, number } from '../model/json.ts';
import type { JsonObject } from '../model/json.ts';
import type { Confidence } from '../model/verdict.ts';
import { bodyPaths, hasFinalizers, isDeleting, withMetadata } from './body.ts';
import { withDefaults } from './defaults.ts';
import { applyPatch, patchTouches } from './patches.ts';
import { revisionOf } from './revision.ts';

export interface Sighting {
  readonly uid: string;
  readonly generation: number | null;
  readonly revision: number | null;
  /** The whole object after the write; null when the body is not known. */
  readonly object: JsonObject | null;
  /** What the record shows of metadata, also where the body is not known. */
  readonly metadata: JsonObject | null;
  /** Of `object`; `metadata` when it is null. */
  readonly confidence: Confidence;
  /** false: the request cannot have altered the body. true: it may have. */
  readonly touchesBody: boolean;
  readonly deleting: boolean;
  /** The write set the finalizers, and none are left. */
  readonly removesFinalizers: boolean;
  /** The write made the object. */
  readonly creates: boolean;
}

/** @param base the last known object, on top of which patches are applied; null when its body is unknown. */
export function sightingOf(event: ChangeEvent, base: JsonObject | null): Sighting {
  const { body } = event;
  const creates = body.verb === 'create' || body.code === 201;
  const object = body.action === 'status' ? null : bodyAfter(body, creates ? {} : base);
  const metadata = body.objectForm === 'none' || body.objectForm === 'requested' ? object : body.object;
  return {
    uid: body.uid,
    generation: body.generation ?? generationBefore(body) ?? (creates ? 1 : null),
    revision: revisionOf(body.resourceVersion),
    object,
    metadata,
    confidence: object === null ? 'metadata' : isWhole(body) ? body.confidence : 'inferred',
    touchesBody: body.action !== 'status' && mayTouchBody(body),
    removesFinalizers: removesFinalizers(body, object),
    deleting: isDeleting(metadata),
    creates,
  };
}

function mayTouchBody({ patch, target }: PolicyChange): boolean {
  return patch === null || bodyPaths(target.kind).some((path) => patchTouches(patch, path));
}

function removesFinalizers({ patch, objectForm }: PolicyChange, object: JsonObject | null): boolean {
  const sets = patch === null ? objectForm === 'requested' : patchTouches(patch, ['metadata', 'finalizers']);
  return sets && object !== null && !hasFinalizers(object);
}

/** Items of a deleted collection carry the generation that the object had. */
function generationBefore({ objectForm, object }: PolicyChange): number | undefined {
  return objectForm === 'before' ? number(at(object, 'metadata', 'generation')) : undefined;
}

function isWhole(body: PolicyChange): boolean {
  return body.objectForm === 'stored' || body.objectForm === 'before';
}

function bodyAfter(body: PolicyChange, base: JsonObject | null): JsonObject | null {
  const { objectForm, object, patch } = body;
  switch (objectForm) {
    case 'stored':
    case 'before':
      return object;
    case 'requested':
      return object === null ? null : afterWebhooks(body, object);
    case 'partial':
    case 'none': {
      if (patch === null || base === null) return null;
      const patched = applyPatch(base, patch);
      if (patched === null) return null;
      const whole = afterWebhooks(body, withDefaults(body.target.kind, patched));
      return whole === null || object === null ? whole : withMetadata(whole, object);
    }
  }
}

function afterWebhooks(body: PolicyChange, object: JsonObject): JsonObject | null {
  let result: JsonObject | null = object;
  for (const patch of body.webhookPatches)
    result = result === null ? null : applyPatch(result, { format: 'json', body: patch });
  return result;
}

/** Labels of an object as a map; empty when it has none. */
export function labelsOf(object: JsonObject | null): ReadonlyMap<string, string> {
  const labels = at(object, 'metadata', 'labels');
  const map = new Map<string, string>();
  if (typeof labels === 'object' && labels !== null)
    for (const [key, value] of Object.entries(labels)) if (typeof value === 'string') map.set(key, value);
  return map;
}
