// Policies as people write them: valid NetworkPolicies and CiliumNetworkPolicies, with and without what is
// optional, with lists that are absent, empty or filled.
import * as fc from 'fast-check';
import { isObject, type JsonObject, type JsonValue } from '../../src/model/json.ts';

type Part = fc.Arbitrary<JsonValue>;

/** An object whose parts may be absent. */
function object(
  parts: Readonly<Record<string, Part>>,
  needed: readonly string[] = [],
): fc.Arbitrary<JsonObject> {
  const arbitraries = Object.entries(parts).map(([key, part]) => {
    const given = part.map((value): [string, JsonValue][] => [[key, value]]);
    return needed.includes(key) ? given : fc.option(given, { nil: [] });
  });
  return fc.tuple(...arbitraries).map((found) => Object.fromEntries(found.flat()));
}

function list(item: Part, most = 3): fc.Arbitrary<readonly JsonValue[]> {
  return fc.array(item, { maxLength: most });
}

const word = fc.constantFrom('app', 'web', 'cart', 'db');
const protocol = fc.constantFrom('TCP', 'UDP', 'SCTP');
const selector = object({
  matchLabels: fc.dictionary(word, word, { maxKeys: 2, noNullPrototype: true }),
  matchExpressions: list(
    fc.oneof(
      object({ key: word, operator: fc.constant('Exists'), values: fc.constant([]) }, ['key', 'operator']),
      fc.record(
        { key: word, operator: fc.constant('In'), values: fc.array(word, { minLength: 1 }) },
        { noNullPrototype: true },
      ),
    ),
    2,
  ),
});
const except = fc.subarray(['10.1.0.0/16', '10.2.0.0/16']);

const rulePeer = fc.oneof(
  object({ podSelector: selector, namespaceSelector: selector }, ['podSelector']),
  object({ podSelector: selector, namespaceSelector: selector }, ['namespaceSelector']),
  object({ cidr: fc.constant('10.0.0.0/8'), except }, ['cidr']).map((ipBlock) => ({ ipBlock })),
);

function rule(peers: 'from' | 'to'): Part {
  return object({
    [peers]: list(rulePeer),
    ports: list(object({ protocol, port: fc.constantFrom<JsonValue>(53, 80, 'http') })),
  });
}

export const networkPolicies: fc.Arbitrary<JsonObject> = object({
  podSelector: selector,
  policyTypes: fc.subarray(['Ingress', 'Egress']),
  ingress: list(rule('from')),
  egress: list(rule('to')),
}).map((spec) => policy('networking.k8s.io/v1', 'NetworkPolicy', spec));

const toPorts = list(
  object({
    ports: list(
      object(
        {
          port: fc.constantFrom('53', '80', 'http'),
          protocol: fc.constantFrom('TCP', 'UDP', 'ANY'),
          endPort: fc.constant(0),
        },
        ['port'],
      ),
    ),
    rules: fc.constant({}),
  }),
);
const icmps = fc.constantFrom<JsonValue>(
  [],
  [{ fields: [{ type: 8 }] }],
  [{ fields: [{ type: 8, family: 'IPv4' }] }],
);

function ciliumRule(way: 'from' | 'to', effect: 'allow' | 'deny'): Part {
  const peers = fc.oneof(
    object({ [`${way}Endpoints`]: list(selector) }),
    object({ [`${way}Entities`]: fc.subarray(['world', 'cluster', 'host']) }),
    object({ [`${way}CIDRSet`]: list(object({ cidr: fc.constant('10.0.0.0/8'), except }, ['cidr'])) }),
    ...(way === 'to' && effect === 'allow' ? [object({ toFQDNs: fc.constant([]) })] : []),
  );
  const services = fc.oneof(object({ toPorts }), object({ icmps }));
  return fc.tuple(peers, services).map(([who, what]) => ({ ...who, ...what }));
}

const ciliumSpecs = object(
  {
    endpointSelector: selector,
    ingress: list(ciliumRule('from', 'allow')),
    ingressDeny: list(ciliumRule('from', 'deny')),
    egress: list(ciliumRule('to', 'allow')),
    egressDeny: list(ciliumRule('to', 'deny')),
    enableDefaultDeny: object({ ingress: fc.boolean(), egress: fc.boolean() }),
    description: fc.constantFrom('', 'why it is there'),
  },
  ['endpointSelector'],
);

export const ciliumPolicies: fc.Arbitrary<JsonObject> = ciliumSpecs.map((spec) =>
  policy('cilium.io/v2', 'CiliumNetworkPolicy', spec),
);

function policy(apiVersion: string, kind: string, spec: JsonObject): JsonObject {
  return { apiVersion, kind, metadata: { name: 'cart', namespace: 'shop' }, spec };
}

/** The same value with every list in another order. */
export function shuffled(value: JsonValue): fc.Arbitrary<JsonValue> {
  if (Array.isArray(value)) {
    const items: readonly JsonValue[] = value;
    return fc
      .tuple(...items.map(shuffled))
      .chain((inner) => fc.shuffledSubarray([...inner], { minLength: inner.length }));
  }
  if (!isObject(value)) return fc.constant(value);
  const keys = Object.keys(value);
  return fc
    .tuple(...keys.map((key) => shuffled(value[key] ?? null)))
    .map((inner) => Object.fromEntries(keys.map((key, index) => [key, inner[index] ?? null])));
}
