// Which part of an object is its body: the part whose change starts a version. For policies and CIDR
// groups that is the spec; Namespaces and ConfigMaps have no generation, so labels and data stand for it.

import { at, canonicalJson, field, isObject, text, texts } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { TrackedKind } from '../model/refs.ts';
import { parseMicros, type Micros } from '../model/time.ts';

/** Paths that a write of this kind must touch to alter the body. */
export function bodyPaths(kind: TrackedKind): readonly (readonly string[])[] {
  switch (kind) {
    case 'Namespace':
      return [['metadata', 'labels']];
    case 'ConfigMap':
      return [['data']];
    default:
      return [['spec'], ['specs']];
  }
}

export function sameBody(kind: TrackedKind, left: JsonObject, right: JsonObject): boolean {
  return bodyText(kind, left) === bodyText(kind, right);
}

/** Labels, annotations, finalizers and owners: what a metadata write can alter. */
export function sameMetadata(left: JsonObject, right: JsonObject): boolean {
  return ['labels', 'annotations', 'finalizers', 'ownerReferences'].every(
    (key) => canonicalJson(at(left, 'metadata', key)) === canonicalJson(at(right, 'metadata', key)),
  );
}

/** The known object with newer metadata. */
export function withMetadata(object: JsonObject, newer: JsonObject): JsonObject {
  const metadata = field(newer, 'metadata');
  return isObject(metadata) ? { ...object, metadata } : object;
}

/** metadata.creationTimestamp, whole seconds; null when absent. */
export function createdAt(object: JsonObject | null): Micros | null {
  return parseMicros(text(at(object, 'metadata', 'creationTimestamp'))) ?? null;
}

export function isDeleting(object: JsonObject | null): boolean {
  return text(at(object, 'metadata', 'deletionTimestamp')) !== '';
}

export function hasFinalizers(object: JsonObject | null): boolean {
  return texts(at(object, 'metadata', 'finalizers')).length > 0;
}

function bodyText(kind: TrackedKind, object: JsonObject): string {
  return canonicalJson(bodyPaths(kind).map((path): JsonValue => at(object, ...path) ?? {}));
}
