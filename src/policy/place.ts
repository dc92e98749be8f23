// A place in an untrusted object: the value, its path for messages, and the list that collects problems.
// Parsers walk places, note what is wrong and go on, so that one pass finds every problem of an object.

import { entries, isObject, type JsonValue } from '../model/json.ts';

export interface Problem {
  /** `spec.ingress[0].fromCIDR[1]`. */
  readonly path: string;
  /** One clause for a person. */
  readonly message: string;
}

export interface Place {
  readonly value: JsonValue | undefined;
  readonly path: string;
  readonly problems: Problem[];
  /**
   * What `null` means: the API server drops it from built-in kinds, and refuses it in custom resources
   * whose schema does not call the field nullable.
   */
  readonly nulls: 'absent' | 'refused';
}

export function complain(place: Place, message: string): void {
  place.problems.push({ path: place.path, message });
}

/** The place of an own key; its value is undefined when the key is absent. */
export function child(place: Place, key: string): Place {
  const path = place.path === '' ? key : `${place.path}.${key}`;
  const value = isObject(place.value) && Object.hasOwn(place.value, key) ? place.value[key] : undefined;
  if (value !== null) return { ...place, value, path };
  const absent = { ...place, value: undefined, path };
  if (place.nulls === 'refused') complain(absent, 'must not be null');
  return absent;
}

/** The items of a list; undefined when there is none (absent, or no list, which is a problem). */
export function items(place: Place): readonly Place[] | undefined {
  if (place.value === undefined) return undefined;
  if (!Array.isArray(place.value)) {
    complain(place, 'must be a list');
    return undefined;
  }
  return place.value.map((value: JsonValue, index) => ({ ...place, value, path: `${place.path}[${index}]` }));
}

/** The items of a list that must hold `least` to `most` of them; an absent one counts as empty. */
export function itemsWithin(place: Place, least: number, most: number): readonly Place[] {
  const found = items(place) ?? [];
  if (found.length < least) complain(place, `must hold at least ${least} of them`);
  if (found.length > most) complain(place, `must not hold more than ${most} of them`);
  return found;
}

/** Whether an object stands here; anything else but absence is a problem. */
export function isObjectHere(place: Place): boolean {
  if (isObject(place.value)) return true;
  if (place.value !== undefined) complain(place, 'must be an object');
  return false;
}

/** The own entries of an object as places, in sorted key order. */
export function members(place: Place): readonly (readonly [string, Place])[] {
  return entries(place.value).map(([key]) => [key, child(place, key)] as const);
}

/** The string here; undefined when absent or no string, which is a problem. */
export function textHere(place: Place): string | undefined {
  if (typeof place.value === 'string') return place.value;
  if (place.value !== undefined) complain(place, 'must be a string');
  return undefined;
}

/** The boolean here; undefined when absent or none, which is a problem. */
export function flagHere(place: Place): boolean | undefined {
  if (typeof place.value === 'boolean') return place.value;
  if (place.value !== undefined) complain(place, 'must be true or false');
  return undefined;
}

/** The whole number here, within the bounds; undefined when absent or wrong, which is a problem. */
export function integerHere(place: Place, least: number, most: number): number | undefined {
  const { value } = place;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  complain(place, `must be a whole number from ${least} to ${most}`);
  return undefined;
}
