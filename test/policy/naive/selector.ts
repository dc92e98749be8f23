// Label selectors read literally, label by label, each time anew.
import { isObject, type JsonValue } from '../../../src/model/json.ts';
import type { Who } from './asked.ts';

export const NAMESPACE = 'io.kubernetes.pod.namespace';
export const CLUSTER = 'io.cilium.k8s.policy.cluster';
export const NAMESPACE_LABELS = 'io.cilium.k8s.namespace.labels.';

/** Every value that the party has under the key; a key that begins with `any:` may have any source. */
function valuesOf(who: Who, key: string): readonly string[] {
  const found: string[] = [];
  for (const label of who.labels) {
    const [name = '', value = ''] = label.split('=');
    const sameWithoutSource = key.startsWith('any:') && name.split(':')[1] === key.slice('any:'.length);
    if (name === key || sameWithoutSource) found.push(value);
  }
  return found;
}

export function has(who: Who, key: string, value?: string): boolean {
  return valuesOf(who, key).some((found) => value === undefined || found === value);
}

/** Does the party meet matchLabels and matchExpressions, with each key written as `keyOf` says? */
export function meets(who: Who, selector: JsonValue | undefined, keyOf: (key: string) => string): boolean {
  if (!isObject(selector)) return true;
  const { matchLabels, matchExpressions } = selector;
  if (isObject(matchLabels))
    for (const key of Object.keys(matchLabels))
      if (!has(who, keyOf(key), word(matchLabels[key]))) return false;
  for (const expression of listOf(matchExpressions)) {
    const { key, operator, values } = expression;
    const mine = valuesOf(who, keyOf(word(key)));
    const listed = mine.some((value) => Array.isArray(values) && values.includes(value));
    if (operator === 'In' && !listed) return false;
    if (operator === 'NotIn' && listed) return false;
    if (operator === 'Exists' && mine.length === 0) return false;
    if (operator === 'DoesNotExist' && mine.length > 0) return false;
  }
  return true;
}

/** All keys that a selector names. */
export function keysOf(selector: JsonValue | undefined): readonly string[] {
  if (!isObject(selector)) return [];
  const { matchLabels, matchExpressions } = selector;
  return [
    ...(isObject(matchLabels) ? Object.keys(matchLabels) : []),
    ...listOf(matchExpressions).map(({ key }) => word(key)),
  ];
}

/** A text or number as a text; '' for anything else. */
export function word(value: JsonValue | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
}

export function listOf(
  value: JsonValue | undefined,
): readonly { readonly [key: string]: JsonValue | undefined }[] {
  return Array.isArray(value) ? value.filter((item: JsonValue) => isObject(item)) : [];
}

/** IPv4 only: the address written as 32 binary digits begins like the prefix. */
export function within(ip: string, cidr: string): boolean {
  const [base = '', length = ''] = cidr.split('/');
  return digits(ip).slice(0, Number(length)) === digits(base).slice(0, Number(length));
}

function digits(ip: string): string {
  return ip
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
}

export function isOutside(who: Who): boolean {
  return has(who, 'reserved:world');
}
