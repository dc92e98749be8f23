// Parts of JSON bodies that are equal are kept once: from one version of a policy to the next little changes, and all
// versions are kept for as long as the worker lives. Bodies are never altered, so nobody can tell.
import { isObject, type JsonValue } from '../../model/json.ts';

/** Parts that are remembered; beyond it, remembering starts over. */
const MAX_PARTS = 100_000;
/** Deeper than any object of Kubernetes; what is deeper is left as it came. */
const MAX_DEPTH = 100;

interface Part {
  readonly value: JsonValue;
  /** Equal for equal values, among the parts that are remembered. */
  readonly name: string;
}

export function createSharedJson(): (value: JsonValue) => JsonValue {
  let parts = new Map<string, Part>();
  let made = 0;

  function nextName(): string {
    made += 1;
    return `#${made}`;
  }

  function remember(key: string, make: () => JsonValue): Part {
    const known = parts.get(key);
    if (known !== undefined) return known;
    if (parts.size >= MAX_PARTS) parts = new Map();
    const part = { value: make(), name: nextName() };
    parts.set(key, part);
    return part;
  }

  function partOf(value: JsonValue, depth: number): Part {
    if (typeof value !== 'object' || value === null) return { value, name: JSON.stringify(value) };
    if (depth > MAX_DEPTH) return { value, name: nextName() };
    if (!isObject(value)) {
      const items = value.map((item) => partOf(item, depth + 1));
      return remember(`[${items.map(({ name }) => name).join()}]`, () => items.map((item) => item.value));
    }
    const fields = Object.entries(value).map(
      ([key, item]) => [key, partOf(item ?? null, depth + 1)] as const,
    );
    return remember(`{${fields.map(([key, { name }]) => `${JSON.stringify(key)}:${name}`).join()}}`, () =>
      Object.fromEntries(fields.map(([key, item]) => [key, item.value])),
    );
  }

  return (value) => partOf(value, 0).value;
}
