// What a policy says, written one way: as people write manifests and as the API server stores them give the
// same value here. Only words that mean the same are made equal: defaults, null, and lists that say as much
// empty as absent. Nothing is checked; what is no policy comes out as it went in.
import { at, entries, field, isObject, type JsonObject, type JsonValue, text } from '../model/json.ts';
import { bagText, orderedKeys } from './bagText.ts';
import { content } from './content.ts';

/** Of a selector; an empty selector as a whole selects all and stays. */
const IN_SELECTORS = ['matchLabels', 'matchExpressions', 'values'];

/** kubernetes/kubernetes pkg/apis/networking/types.go: "if this field is empty or missing". */
const IN_NETWORK_POLICY: ReadonlySet<string> = new Set(
  [IN_SELECTORS, ['ingress', 'egress', 'from', 'to', 'ports', 'except']].flat(),
);

/**
 * cilium/cilium pkg/policy/api: an empty list of endpoints, nodes, entities or CIDRs is not among them, since
 * it matches nobody while an absent one matches everybody.
 */
const IN_CILIUM_POLICY: ReadonlySet<string> = new Set(
  [
    IN_SELECTORS,
    ['ingress', 'ingressDeny', 'egress', 'egressDeny', 'specs', 'labels', 'description', 'log'],
    ['toPorts', 'ports', 'rules', 'icmps', 'fields', 'except', 'enableDefaultDeny'],
    ['fromGroups', 'toGroups', 'toServices', 'toFQDNs', 'fromRequires', 'toRequires'],
  ].flat(),
);

const IN_CLUSTER_POLICY: ReadonlySet<string> = new Set([...IN_SELECTORS, 'ingress', 'egress']);

/** null when the object holds no spec. Metadata and status are no part of it. */
export function declaredBody(object: JsonObject): JsonValue | null {
  if (field(object, 'spec') === undefined && field(object, 'specs') === undefined) return null;
  switch (field(object, 'kind')) {
    case 'NetworkPolicy':
      return pruned(content(onSpecs(object, networkPolicySpec)), IN_NETWORK_POLICY);
    case 'CiliumNetworkPolicy':
    case 'CiliumClusterwideNetworkPolicy':
      return oneOrMany(pruned(onSpecs(object, ciliumSpec), IN_CILIUM_POLICY));
    default:
      return pruned(content(object), IN_CLUSTER_POLICY);
  }
}

/** Equal for objects that say the same, whatever the order of their lists. */
export function declaredText(object: JsonObject): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const made = bagText(declaredBody(object) ?? undefined, orderedKeys(text(field(object, 'kind'))));
  texts.set(object, made);
  return made;
}

/** Objects never change. */
const texts = new WeakMap<JsonObject, string>();

function onSpecs(object: JsonObject, change: (spec: JsonObject) => JsonObject): JsonObject {
  const spec = field(object, 'spec');
  const specs = field(object, 'specs');
  return {
    ...object,
    ...(isObject(spec) ? { spec: change(spec) } : {}),
    ...(Array.isArray(specs)
      ? { specs: specs.map((one: JsonValue) => (isObject(one) ? change(one) : one)) }
      : {}),
  };
}

/** kubernetes/kubernetes pkg/apis/networking/v1/defaults.go: policyTypes, and TCP where a port names none. */
function networkPolicySpec(spec: JsonObject): JsonObject {
  const types = field(spec, 'policyTypes');
  const named = Array.isArray(types) && types.length > 0;
  const implied = hasItems(spec, 'egress') ? ['Ingress', 'Egress'] : ['Ingress'];
  return {
    ...spec,
    podSelector: field(spec, 'podSelector') ?? {},
    policyTypes: named ? types : implied,
    ...mapped(spec, ['ingress', 'egress'], (rule) => ({
      ...rule,
      ...mapped(rule, ['ports'], (port) => ({ ...port, protocol: field(port, 'protocol') ?? 'TCP' })),
      ...mapped(rule, ['from', 'to'], withoutIdlePods),
    })),
  };
}

/** Beside a namespaceSelector an empty podSelector says nothing. */
function withoutIdlePods(peer: JsonObject): JsonObject {
  const pods = pruned(field(peer, 'podSelector') ?? null, IN_NETWORK_POLICY);
  const idle = isObject(field(peer, 'namespaceSelector')) && isObject(pods) && entries(pods).length === 0;
  return idle ? without(peer, 'podSelector') : peer;
}

const SECTIONS = ['ingress', 'ingressDeny', 'egress', 'egressDeny'];

/** cilium/cilium pkg/policy/api: any protocol, IPv4, default deny in directions that have rules. */
function ciliumSpec(spec: JsonObject): JsonObject {
  return {
    ...spec,
    enableDefaultDeny: unusualDefaultDeny(spec),
    ...mapped(spec, SECTIONS, (rule) => ({
      ...rule,
      ...mapped(rule, ['toPorts'], (entry) => ({ ...entry, ...mapped(entry, ['ports'], anyProtocol) })),
      ...mapped(rule, ['icmps'], (entry) => ({
        ...entry,
        ...mapped(entry, ['fields'], (type) => ({ ...type, family: field(type, 'family') ?? 'IPv4' })),
      })),
    })),
  };
}

function anyProtocol(port: JsonObject): JsonObject {
  const { endPort, ...rest } = port;
  const protocol = field(port, 'protocol') || 'ANY';
  return endPort === undefined || endPort === 0 ? { ...rest, protocol } : { ...port, protocol };
}

/** Only `false` says something, and only in a direction that has rules. */
function unusualDefaultDeny(spec: JsonObject): JsonValue {
  const open = (['ingress', 'egress'] as const).filter(
    (direction) =>
      at(spec, 'enableDefaultDeny', direction) === false &&
      (hasItems(spec, direction) || hasItems(spec, `${direction}Deny`)),
  );
  return Object.fromEntries(open.map((direction) => [direction, false]));
}

function hasItems(value: JsonObject, key: string): boolean {
  const list = field(value, key);
  return Array.isArray(list) && list.length > 0;
}

/** The lists under these keys, each object in them changed; other keys and other values are left out. */
function mapped(
  value: JsonObject,
  keys: readonly string[],
  change: (item: JsonObject) => JsonObject,
): JsonObject {
  const found = keys.flatMap((key): [string, JsonValue][] => {
    const list = field(value, key);
    if (!Array.isArray(list)) return [];
    return [[key, list.map((item: JsonValue) => (isObject(item) ? change(item) : item))]];
  });
  return Object.fromEntries(found);
}

/** Without null, and without what is empty under one of these keys. */
function pruned(value: JsonValue | null, idle: ReadonlySet<string>): JsonValue | null {
  if (Array.isArray(value)) return value.map((item: JsonValue) => pruned(item, idle));
  if (!isObject(value)) return value;
  const kept = entries(value).flatMap(([key, item]): [string, JsonValue][] => {
    const inner = pruned(item, idle);
    return inner === null || (idle.has(key) && isEmpty(inner)) ? [] : [[key, inner]];
  });
  return Object.fromEntries(kept);
}

function isEmpty(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === '' || (isObject(value) && entries(value).length === 0);
}

/** `spec` and each of `specs` are rules of their own: one alone says the same under either key. */
function oneOrMany(object: JsonValue | null): JsonValue | null {
  const single = field(object, 'spec');
  const many = field(object, 'specs');
  if (!Array.isArray(many)) return single ?? null;
  const specs = single === undefined ? many : [single, ...many];
  const [only] = specs;
  return specs.length === 1 && only !== undefined ? only : { specs };
}

function without(value: JsonObject, key: string): JsonObject {
  return Object.fromEntries(entries(value).filter(([name]) => name !== key));
}
