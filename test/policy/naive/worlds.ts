// Random small worlds: few labels, namespaces, ports and prefixes, so that policies and flows meet often.
// Nothing in them is unknown.
import fc from 'fast-check';
import type { JsonObject } from '../../../src/model/json.ts';
import { type Asked, HERE, type Who } from './asked.ts';

type Rules = fc.Arbitrary<JsonObject>;

const pods = fc
  .tuple(
    fc.constantFrom('shop', 'bank'),
    fc.constantFrom('web', 'api'),
    fc.constantFrom(HERE, HERE, HERE, 'other'),
  )
  .map(
    ([namespace, app, cluster]): Who => ({
      labels: [
        `k8s:app=${app}`,
        `k8s:io.cilium.k8s.namespace.labels.team=${namespace === 'shop' ? 'red' : 'blue'}`,
        `k8s:io.cilium.k8s.policy.cluster=${cluster}`,
        `k8s:io.kubernetes.pod.namespace=${namespace}`,
      ],
      ip: app === 'web' ? '10.0.1.1' : '10.0.2.1',
      names: [],
    }),
  );
const reserved = (name: string, ip: string, names: readonly string[] = []): Who => ({
  labels: [`reserved:${name}`],
  ip,
  names,
});
const others = fc.constantFrom(
  reserved('world', '203.0.113.7', ['a.example.com']),
  reserved('world', '198.51.100.4', ['b.a.example.com', 'example.org']),
  reserved('host', '10.0.0.1'),
  reserved('remote-node', '10.0.0.2'),
  reserved('health', '10.0.1.9'),
);

const here = pods.map(
  (pod): Who => ({
    ...pod,
    labels: pod.labels.map((label) => label.replace('cluster=other', `cluster=${HERE}`)),
  }),
);
export const questions: fc.Arbitrary<Asked> = fc.record({
  direction: fc.constantFrom('ingress' as const, 'egress' as const),
  subject: fc.oneof(
    { weight: 9, arbitrary: here },
    { weight: 1, arbitrary: fc.constantFrom(reserved('host', '10.0.0.1'), reserved('health', '10.0.1.9')) },
  ),
  peer: fc.oneof(pods, others),
  protocol: fc.constantFrom('tcp', 'tcp', 'udp', 'icmp'),
  number: fc.constantFrom(0, 8, 80, 81, 443),
});

const some = (...choices: readonly JsonObject[]): Rules => fc.constantFrom(...choices);
const merged = (...parts: readonly Rules[]): Rules =>
  fc.tuple(...parts).map((all): JsonObject => Object.assign({}, ...all));
const wrapped = (key: string, value: fc.Arbitrary<JsonObject | readonly JsonObject[]>): Rules =>
  value.map((inner): JsonObject => ({ [key]: inner }));
const listed = (item: Rules, minLength: number, maxLength: number): fc.Arbitrary<readonly JsonObject[]> =>
  fc.array(item, { minLength, maxLength });

const podSelector = some(
  {},
  { matchLabels: { app: 'web' } },
  { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
  { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] },
  { matchLabels: { 'io.cilium.k8s.policy.cluster': 'other' } },
);
const namespaceSelector = some(
  {},
  { matchLabels: { team: 'red' } },
  { matchExpressions: [{ key: 'team', operator: 'In', values: ['blue', 'green'] }] },
  { matchExpressions: [{ key: 'team', operator: 'Exists' }] },
);

const ipBlock = some(
  { cidr: '203.0.0.0/16' },
  { cidr: '203.0.113.0/24', except: ['203.0.113.0/28'] },
  { cidr: '0.0.0.0/0', except: ['198.51.100.0/24'] },
  { cidr: '10.0.0.0/8' },
);
const networkPolicyPeer = fc.oneof(
  wrapped('podSelector', podSelector),
  wrapped('namespaceSelector', namespaceSelector),
  merged(wrapped('podSelector', podSelector), wrapped('namespaceSelector', namespaceSelector)),
  wrapped('ipBlock', ipBlock),
);
const networkPolicyPort = some(
  { port: 80 },
  { port: 80, endPort: 81, protocol: 'TCP' },
  { protocol: 'UDP' },
  { port: 'http' },
);
const networkPolicyRules = (section: string, way: string): Rules =>
  fc.oneof(
    some({}),
    wrapped(
      section,
      listed(
        merged(
          fc.oneof(some({}), wrapped(way, listed(networkPolicyPeer, 0, 2))),
          fc.oneof(some({}), wrapped('ports', listed(networkPolicyPort, 0, 2))),
        ),
        0,
        2,
      ),
    ),
  );
const networkPolicySpec = merged(
  wrapped('podSelector', podSelector),
  some({}, { policyTypes: ['Ingress'] }, { policyTypes: ['Egress'] }, { policyTypes: ['Ingress', 'Egress'] }),
  networkPolicyRules('ingress', 'from'),
  networkPolicyRules('egress', 'to'),
);

const subjectSelector = some(
  {},
  { matchLabels: { app: 'web' } },
  { matchLabels: { 'k8s:app': 'api' } },
  { matchLabels: { 'k8s:io.kubernetes.pod.namespace': 'bank' } },
  { matchExpressions: [{ key: 'k8s:io.kubernetes.pod.namespace', operator: 'In', values: ['bank'] }] },
  { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] },
);
const peerSelector = some(
  {},
  { matchLabels: { app: 'api' } },
  { matchLabels: { 'any:app': 'web', 'k8s:io.kubernetes.pod.namespace': 'shop' } },
  { matchLabels: { 'container:app': 'api' } },
  { matchLabels: { 'k8s:io.cilium.k8s.namespace.labels.team': 'blue' } },
  { matchLabels: { 'io.cilium.k8s.policy.cluster': 'other' } },
  { matchExpressions: [{ key: 'io.cilium.k8s.policy.cluster', operator: 'Exists' }] },
  { matchLabels: { 'reserved:remote-node': '' } },
);
const ciliumPeers = (way: string, effect: 'allow' | 'deny'): Rules =>
  fc.oneof(
    wrapped(`${way}Endpoints`, listed(peerSelector, 0, 2)),
    fc
      .uniqueArray(fc.constantFrom('all', 'world', 'cluster', 'host', 'remote-node', 'health'), {
        maxLength: 2,
      })
      .map((entities): JsonObject => ({ [`${way}Entities`]: entities })),
    some({ [`${way}CIDR`]: ['203.0.113.0/24'] }, { [`${way}CIDR`]: [] }, {}),
    wrapped(`${way}CIDRSet`, listed(ipBlock, 0, 2)),
    way === 'to' && effect === 'allow'
      ? some(
          { toFQDNs: [{ matchName: 'a.example.com' }] },
          { toFQDNs: [{ matchPattern: '*.example.com' }] },
          { toFQDNs: [] },
        )
      : some({ [`${way}Groups`]: [] }),
  );
const ciliumPorts = some(
  {},
  { toPorts: [] },
  { toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }] }] },
  {
    toPorts: [
      {
        ports: [
          { port: '80', endPort: 81 },
          { port: '443', endPort: 81, protocol: 'UDP' },
        ],
      },
    ],
  },
  { toPorts: [{ ports: [{ port: '0', protocol: 'UDP' }] }] },
  { toPorts: [{ ports: [{ port: '0', endPort: 80, protocol: 'TCP' }] }] },
  { toPorts: [{ ports: [{ port: 'http', protocol: 'TCP' }] }] },
  { toPorts: [{}] },
  { icmps: [{ fields: [{ type: 8 }] }] },
  { icmps: [{ fields: [{ type: 0 }] }] },
);
const ciliumSection = (section: string, way: string, effect: 'allow' | 'deny'): Rules =>
  fc.oneof(some({}), wrapped(section, listed(merged(ciliumPeers(way, effect), ciliumPorts), 0, 2)));
const ciliumSpec = merged(
  wrapped('endpointSelector', subjectSelector),
  ciliumSection('ingress', 'from', 'allow'),
  ciliumSection('ingressDeny', 'from', 'deny'),
  ciliumSection('egress', 'to', 'allow'),
  ciliumSection('egressDeny', 'to', 'deny'),
  some(
    {},
    {},
    { enableDefaultDeny: { ingress: false } },
    { enableDefaultDeny: { egress: false, ingress: true } },
  ),
);
const ciliumContent = fc.oneof(
  { weight: 3, arbitrary: wrapped('spec', ciliumSpec) },
  { weight: 1, arbitrary: merged(wrapped('spec', ciliumSpec), wrapped('specs', listed(ciliumSpec, 1, 2))) },
);

const clusterPods = fc.oneof(
  some({ namespaces: {} }),
  wrapped('namespaces', namespaceSelector),
  wrapped(
    'pods',
    merged(wrapped('podSelector', podSelector), wrapped('namespaceSelector', namespaceSelector)),
  ),
);
const clusterProtocols = some(
  {},
  {},
  { protocols: [{ tcp: { destinationPort: { number: 80 } } }] },
  {
    protocols: [
      { udp: { destinationPort: { range: { start: 8, end: 81 } } } },
      { destinationNamedPort: 'http' },
    ],
  },
);
const clusterRules = (section: string, way: string): Rules => {
  const outside =
    way === 'to'
      ? some({ networks: ['203.0.113.0/24', '10.0.1.0/24'] }, { networks: ['0.0.0.0/0'] }, { newest: {} })
      : some({ newest: {} });
  const peers = fc.oneof({ weight: 6, arbitrary: clusterPods }, { weight: 1, arbitrary: outside });
  const actions = some({ action: 'Accept' }, { action: 'Deny' }, { action: 'Pass' });
  const rule = merged(actions, wrapped(way, listed(peers, 1, 2)), clusterProtocols);
  const byName = some(
    { action: 'Accept', to: [{ domainNames: ['*.example.com'] }] },
    { action: 'Accept', to: [{ domainNames: ['a.example.com', 'example.org'] }] },
  );
  const all =
    way === 'to' ? fc.oneof({ weight: 6, arbitrary: rule }, { weight: 1, arbitrary: byName }) : rule;
  return fc.oneof(
    { weight: 1, arbitrary: some({}) },
    { weight: 4, arbitrary: wrapped(section, listed(all, 1, 3)) },
  );
};
const clusterContent = wrapped(
  'spec',
  merged(
    fc.record({ tier: fc.constantFrom('Admin', 'Baseline'), priority: fc.constantFrom(0, 1) }),
    wrapped('subject', clusterPods),
    clusterRules('ingress', 'from'),
    clusterRules('egress', 'to'),
  ),
);

const policy: Rules = fc.oneof(
  merged(some({ kind: 'NetworkPolicy' }), wrapped('spec', networkPolicySpec)),
  merged(some({ kind: 'CiliumNetworkPolicy' }), ciliumContent),
  merged(some({ kind: 'CiliumClusterwideNetworkPolicy' }), ciliumContent),
  merged(some({ kind: 'ClusterNetworkPolicy' }), clusterContent),
  merged(some({ kind: 'ClusterNetworkPolicy' }), clusterContent),
);

/** Policies p0, p1, … of the namespaces shop and bank. Some of them may be invalid. */
export const policies: fc.Arbitrary<readonly JsonObject[]> = fc
  .array(fc.tuple(policy, fc.constantFrom('shop', 'shop', 'bank')), { minLength: 1, maxLength: 6 })
  .map((all) =>
    all.map(
      ([object, namespace], index): JsonObject => ({
        ...object,
        metadata: { name: `p${index}`, namespace },
      }),
    ),
  );

/** Allows something and isolates nobody. */
export const allowPolicy: Rules = merged(
  some({ kind: 'CiliumNetworkPolicy' }),
  wrapped(
    'spec',
    merged(
      wrapped('endpointSelector', subjectSelector),
      wrapped('ingress', listed(merged(ciliumPeers('from', 'allow'), ciliumPorts), 1, 2)),
      wrapped('egress', listed(merged(ciliumPeers('to', 'allow'), ciliumPorts), 1, 2)),
      some({ enableDefaultDeny: { ingress: false, egress: false } }),
    ),
  ),
);
