// JSON Patch (RFC 6902) over immutable values. One operation that fails makes the whole patch fail, as in
// the API server; the given value is never altered.

import { canonicalJson, field, isObject, text } from '../model/json.ts';
import type { JsonValue } from '../model/json.ts';

/** As the API server's own limit (k8s.io/apiserver pkg/endpoints/handlers/patch.go, maxJSONPatchOperations). */
const MAX_OPERATIONS = 10_000;

/** @returns undefined when the patch is malformed, too long, or does not fit the value. */
export function applyJsonPatch(value: JsonValue, patch: JsonValue): JsonValue | undefined {
  if (!Array.isArray(patch) || patch.length > MAX_OPERATIONS) return undefined;
  let result: JsonValue | undefined = value;
  for (const operation of patch) {
    if (result === undefined) return undefined;
    result = applyOperation(result, operation);
  }
  return result;
}

function applyOperation(root: JsonValue, operation: JsonValue): JsonValue | undefined {
  const path = pointer(text(field(operation, 'path')));
  const from = pointer(text(field(operation, 'from')));
  const value = field(operation, 'value');
  if (path === undefined || from === undefined) return undefined;
  switch (field(operation, 'op')) {
    case 'add':
      return value === undefined ? undefined : insert(root, path, value);
    case 'remove':
      return remove(root, path);
    case 'replace': {
      if (value === undefined || get(root, path) === undefined) return undefined;
      if (path.length === 0) return value;
      const cleared = remove(root, path);
      return cleared === undefined ? undefined : insert(cleared, path, value);
    }
    case 'test':
      return value !== undefined && canonicalJson(get(root, path)) === canonicalJson(value)
        ? root
        : undefined;
    case 'copy':
    case 'move': {
      const moved = get(root, from);
      const rest = field(operation, 'op') === 'move' ? remove(root, from) : root;
      return moved === undefined || rest === undefined ? undefined : insert(rest, path, moved);
    }
    default:
      return undefined;
  }
}

/** The tokens of a JSON pointer (RFC 6901); undefined when it does not start with `/`. */
function pointer(text: string): readonly string[] | undefined {
  if (text === '') return [];
  if (!text.startsWith('/')) return undefined;
  return text
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function get(value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined {
  let here = value;
  for (const token of path) {
    if (Array.isArray(here)) here = /^(0|[1-9]\d*)$/.test(token) ? here[Number(token)] : undefined;
    else here = field(here, token);
  }
  return here;
}

function insert(value: JsonValue, path: readonly string[], added: JsonValue): JsonValue | undefined {
  const [token, ...rest] = path;
  if (token === undefined) return added;
  if (rest.length > 0) return descend(value, token, (child) => insert(child, rest, added));
  if (Array.isArray(value)) {
    const index = token === '-' ? value.length : position(token, value.length + 1);
    return index === undefined ? undefined : value.toSpliced(index, 0, added);
  }
  return isObject(value) ? { ...value, [token]: added } : undefined;
}

function remove(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  const [token, ...rest] = path;
  if (token === undefined) return undefined;
  if (rest.length > 0) return descend(value, token, (child) => remove(child, rest));
  if (Array.isArray(value)) {
    const index = position(token, value.length);
    return index === undefined ? undefined : value.toSpliced(index, 1);
  }
  if (!isObject(value) || !Object.hasOwn(value, token)) return undefined;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== token));
}

function descend(
  value: JsonValue,
  token: string,
  change: (child: JsonValue) => JsonValue | undefined,
): JsonValue | undefined {
  const child = get(value, [token]);
  const next = child === undefined ? undefined : change(child);
  if (next === undefined) return undefined;
  if (Array.isArray(value)) return value.toSpliced(Number(token), 1, next);
  return isObject(value) ? { ...value, [token]: next } : undefined;
}

function position(token: string, length: number): number | undefined {
  if (!/^(0|[1-9]\d*)$/.test(token)) return undefined;
  const index = Number(token);
  return index < length ? index : undefined;
}
