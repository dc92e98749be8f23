// JSON values as data of unknown shape, and the few checks that turn `unknown` into a shape.
// Reading a key never goes through the prototype.

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own value under a key; undefined when absent, inherited, or when `value` is no object. */
export function field(value: unknown, key: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** The own value at a path of keys. */
export function at(value: unknown, ...path: readonly string[]): JsonValue | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `field` checks it before it is read
  let here: JsonValue | undefined = value as JsonValue | undefined;
  for (const key of path) here = field(here, key);
  return here;
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** The finite numbers of a list; [] for what is none. */
export function numbers(value: unknown): readonly number[] {
  return Array.isArray(value) ? value.filter((item): item is number => Number.isFinite(item)) : [];
}

/** A finite number, or a decimal string that stands for one (protojson writes uint64 so). */
export function number(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^-?\d{1,20}$/.test(value)) return undefined;
  return Number(value);
}

/** Own entries in sorted key order, so that equal objects list alike. */
export function entries(value: unknown): readonly (readonly [string, JsonValue])[] {
  if (!isObject(value)) return [];
  return Object.keys(value)
    .sort()
    .flatMap((key) => {
      const item = value[key];
      return item === undefined ? [] : [[key, item] as const];
    });
}

/** JSON with sorted keys and no white space: equal values give equal text. */
export function canonicalJson(value: JsonValue | undefined): string {
  if (value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => canonicalJson(item)).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`)
    .join(',')}}`;
}
