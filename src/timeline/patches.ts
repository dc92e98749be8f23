// Applies the patches of the Kubernetes API to an object that is known, for audit logs that hold the
// request but not the answer. What cannot be applied gives null: the body is then unknown, never guessed.

import { at, canonicalJson, field, isObject, text, texts } from '../model/json.ts';
import type { JsonObject, JsonValue } from '../model/json.ts';
import type { Patch } from '../model/event.ts';
import { applyJsonPatch } from './jsonPatch.ts';

/** Deeper than any policy; beyond it a patch is refused. */
const MAX_DEPTH = 100;

/**
 * The object after the patch; null when it cannot be applied.
 * `json` RFC 6902, `merge` RFC 7396. `strategic` equals merge for policies, all of whose lists are atomic
 * (k8s.io/api/networking/v1: no patchMergeKey below spec), but for `$` directives and finalizers.
 * `apply` merges the applied fields; fields that the applier gave up earlier stay, because only
 * managedFields would tell.
 */
export function applyPatch(base: JsonObject, patch: Patch): JsonObject | null {
  if (isDeeperThan(patch.body, MAX_DEPTH)) return null;
  switch (patch.format) {
    case 'json': {
      const result = applyJsonPatch(base, patch.body);
      return isObject(result) ? result : null;
    }
    case 'merge':
      return objectOrNull(merge(base, patch.body));
    case 'apply':
      return objectOrNull(withFinalizers(base, merge(base, patch.body), patch.body));
    case 'strategic':
      return objectOrNull(withFinalizers(base, strategic(base, patch.body), patch.body));
  }
}

/** Whether the patch can alter anything at or below the given path. */
export function patchTouches(patch: Patch, path: readonly string[]): boolean {
  if (patch.format !== 'json') return reaches(patch.body, path);
  if (!Array.isArray(patch.body)) return true;
  const target = `/${path.join('/')}`;
  const pointers = patch.body.flatMap((operation: JsonValue) => {
    const op = field(operation, 'op');
    if (op === 'test') return [];
    const own = text(field(operation, 'path'));
    return op === 'move' ? [own, text(field(operation, 'from'))] : [own];
  });
  return pointers.some(
    (one: string) => `${one}/`.startsWith(`${target}/`) || `${target}/`.startsWith(`${one}/`),
  );
}

/** A merge touches a path when it names it, or replaces something above it. */
function reaches(patch: JsonValue, path: readonly string[]): boolean {
  let here: JsonValue | undefined = patch;
  for (const key of path) {
    if (!isObject(here)) return true;
    here = field(here, key);
    if (here === undefined) return false;
  }
  return true;
}

function isDeeperThan(value: JsonValue, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return (
    limit === 0 || Object.values(value).some((child) => child !== undefined && isDeeperThan(child, limit - 1))
  );
}

function objectOrNull(value: JsonValue | undefined): JsonObject | null {
  return isObject(value) ? value : null;
}

function merge(base: JsonValue | undefined, patch: JsonValue): JsonValue | undefined {
  if (!isObject(patch)) return patch;
  let result: JsonObject = isObject(base) ? base : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    result = value === null ? without(result, key) : { ...result, [key]: merge(field(result, key), value) };
  }
  return result;
}

function strategic(base: JsonValue | undefined, patch: JsonValue): JsonValue | undefined {
  if (!isObject(patch)) return patch;
  const directive = field(patch, '$patch');
  if (directive === 'delete') return undefined;
  let result: JsonObject = isObject(base) && directive !== 'replace' ? base : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (key.startsWith('$')) result = direct(result, key, value);
    else {
      const next = value === null ? undefined : strategic(field(result, key), value);
      result = next === undefined ? without(result, key) : { ...result, [key]: next };
    }
  }
  return result;
}

/** One `$` directive (k8s.io/apimachinery pkg/util/strategicpatch); an order of elements decides nothing. */
function direct(target: JsonObject, key: string, value: JsonValue): JsonObject {
  const removal = '$deleteFromPrimitiveList/';
  if (key === '$retainKeys') {
    const kept = new Set(texts(value));
    return Object.keys(target).reduce((left, own) => (kept.has(own) ? left : without(left, own)), target);
  }
  if (!key.startsWith(removal) || !Array.isArray(value)) return target;
  const list = field(target, key.slice(removal.length));
  if (!Array.isArray(list)) return target;
  const gone = new Set(value.map((item: JsonValue) => canonicalJson(item)));
  return {
    ...target,
    [key.slice(removal.length)]: list.filter((item: JsonValue) => !gone.has(canonicalJson(item))),
  };
}

/** Finalizers are a set: strategic and apply patches add to it. */
function withFinalizers(
  base: JsonObject,
  result: JsonValue | undefined,
  patch: JsonValue,
): JsonValue | undefined {
  const added = at(patch, 'metadata', 'finalizers');
  const metadata = field(result, 'metadata');
  if (!isObject(result) || !isObject(metadata) || !Array.isArray(added)) return result;
  const finalizers = [...new Set([...texts(at(base, 'metadata', 'finalizers')), ...texts(added)])];
  return { ...result, metadata: { ...metadata, finalizers } };
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([own]) => own !== key));
}
