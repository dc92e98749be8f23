// Kubernetes label selectors → requirements, with the checks of the API server and of Cilium's CRDs
// (k8s.io/apimachinery pkg/apis/meta/v1/validation; cilium/cilium pkg/policy/api/selector.go). Which
// label source a key means is the caller's: NetworkPolicy keys are Kubernetes labels, Cilium keys may
// name any source.

import { NAMESPACE_LABEL_PREFIX } from '../model/labels.ts';
import { child, complain, isObjectHere, items, members, type Place, textHere } from './place.ts';
import { equals, type Requirement } from './requirements.ts';

export interface ParsedSelector {
  /** By key with source. Of `app` and `any:app`, which are one key, Cilium takes either at random; here the last. */
  readonly labels: Map<string, string>;
  readonly expressions: Requirement[];
}

/** How a kind writes keys, and what a key means. */
export interface KeyStyle {
  /** `source:key`. */
  readonly keyOf: (key: string) => string;
  /** The text that must be a qualified name. */
  readonly checked: (key: string) => string;
}

/** The kinds of Kubernetes: keys are plain Kubernetes labels, or those of the namespace behind a prefix. */
export function kubernetesKeys(prefix: string): KeyStyle {
  return { keyOf: (key) => `${prefix}${key}`, checked: (key) => key };
}

/** Labels of pods, and of the namespaces that they are in. */
export const POD_KEYS = kubernetesKeys('k8s:');
export const NAMESPACE_KEYS = kubernetesKeys(`k8s:${NAMESPACE_LABEL_PREFIX}`);

/** Cilium kinds: `source:key`; without a source any. Cilium checks the key with its source before it. */
export const CILIUM_KEYS: KeyStyle = {
  keyOf: withSource,
  checked: (key) => withSource(key).replace(':', '.'),
};

const OPERATORS = new Map<string, Requirement['operator']>([
  ['In', 'in'],
  ['NotIn', 'not-in'],
  ['Exists', 'exists'],
  ['DoesNotExist', 'not-exists'],
]);
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const DOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export function parseSelector(place: Place, style: KeyStyle): ParsedSelector {
  const selector: ParsedSelector = { labels: new Map(), expressions: [] };
  if (!isObjectHere(place)) return selector;
  const matchLabels = child(place, 'matchLabels');
  isObjectHere(matchLabels);
  for (const [key, item] of members(matchLabels)) {
    checkKey(item, style.checked(key));
    const value = textHere(item);
    if (value === undefined) continue;
    checkValue(item, value);
    selector.labels.set(style.keyOf(key), value);
  }
  for (const item of items(child(place, 'matchExpressions')) ?? []) {
    const expression = parseExpression(item, style);
    if (expression !== undefined) selector.expressions.push(expression);
  }
  return selector;
}

/** matchLabels AND matchExpressions. */
export function requirementsOf(selector: ParsedSelector): readonly Requirement[] {
  return [...[...selector.labels].map(([key, value]) => equals(key, value)), ...selector.expressions];
}

function parseExpression(place: Place, style: KeyStyle): Requirement | undefined {
  if (!isObjectHere(place)) {
    if (place.value === undefined) complain(place, 'must be an object');
    return undefined;
  }
  const key = textHere(child(place, 'key')) ?? '';
  checkKey(child(place, 'key'), style.checked(key));
  const written = textHere(child(place, 'operator')) ?? '';
  const operator = OPERATORS.get(written);
  if (operator === undefined) {
    complain(child(place, 'operator'), 'must be In, NotIn, Exists or DoesNotExist');
    return undefined;
  }
  const values = parseValues(child(place, 'values'));
  const wantsValues = operator === 'in' || operator === 'not-in';
  if (wantsValues && values.length === 0) complain(place, `${written} needs values`);
  if (!wantsValues && values.length > 0) complain(place, `${written} must not have values`);
  return { key: style.keyOf(key), operator, values };
}

function parseValues(place: Place): readonly string[] {
  const values: string[] = [];
  for (const item of items(place) ?? []) {
    const value = textHere(item);
    if (value === undefined) continue;
    checkValue(item, value);
    values.push(value);
  }
  return values;
}

function checkKey(place: Place, key: string): void {
  const slash = key.indexOf('/');
  const domain = key.slice(0, slash);
  const fine =
    NAME.test(key.slice(slash + 1)) && (slash < 0 || (domain.length <= 253 && DOMAIN.test(domain)));
  if (!fine) complain(place, `${JSON.stringify(key.slice(0, 80))} is no valid label key`);
}

function checkValue(place: Place, value: string): void {
  if (value !== '' && !NAME.test(value))
    complain(place, `${JSON.stringify(value.slice(0, 80))} is no valid label value`);
}

/** cilium/cilium pkg/labels, GetExtendedKeyFrom: `$host` and `reserved.host` are reserved labels too. */
function withSource(key: string): string {
  const bare = key.split('=', 1)[0] ?? '';
  if (bare.startsWith('$')) return `reserved:${bare.slice(1)}`;
  const colon = bare.indexOf(':');
  if (colon > 0) return bare;
  if (colon === 0) return `any${bare}`;
  return bare.startsWith('reserved.') ? `reserved:${bare.slice('reserved.'.length)}` : `any:${bare}`;
}
