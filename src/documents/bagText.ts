// JSON as text that forgets the order of lists. In policies the order of rules, peers, ports and values
// decides nothing; where it does, the keys of such lists are named.
import { entries, isObject, type JsonValue } from '../model/json.ts';

const NONE: ReadonlySet<string> = new Set();
const RULES: ReadonlySet<string> = new Set(['ingress', 'egress']);

/**
 * Keys whose lists are read from the first item to the last: the rules of a ClusterNetworkPolicy
 * (network-policy-api apis/v1alpha2), and nothing in the other kinds.
 */
export function orderedKeys(kind: string): ReadonlySet<string> {
  return kind === 'ClusterNetworkPolicy' ? RULES : NONE;
}

/** @param ordered keys whose lists keep their order */
export function bagText(value: JsonValue | undefined, ordered: ReadonlySet<string>): string {
  return textOf(value, ordered, false);
}

function textOf(value: JsonValue | undefined, ordered: ReadonlySet<string>, keepOrder: boolean): string {
  if (value === undefined) return 'null';
  if (Array.isArray(value)) {
    const items = value.map((item: JsonValue) => textOf(item, ordered, false));
    return `[${(keepOrder ? items : items.sort()).join(',')}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  return `{${entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${textOf(item, ordered, ordered.has(key))}`)
    .join(',')}}`;
}
