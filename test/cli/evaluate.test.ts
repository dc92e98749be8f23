import { expect, test } from 'vitest';
import { evaluateWorld, worldOf } from '../../src/cli/evaluate/world.ts';
import type { JsonObject } from '../../src/model/json.ts';

const NAMESPACE = 'k8s:io.kubernetes.pod.namespace';
const CLUSTER = 'k8s:io.cilium.k8s.policy.cluster=c1';
const flow = {
  flow: {
    uuid: 'u1',
    traffic_direction: 'INGRESS',
    IP: { source: '10.0.0.1', destination: '10.0.0.2' },
    l4: { TCP: { destination_port: 8080 } },
    source: { labels: ['k8s:app=api', CLUSTER, `${NAMESPACE}=bank`], namespace: 'bank', pod_name: 'api-1' },
    destination: {
      labels: ['k8s:app=web', CLUSTER, `${NAMESPACE}=shop`],
      namespace: 'shop',
      pod_name: 'web-1',
    },
    node_name: 'c1/node-1',
  },
};
const egress = { flow: { ...flow.flow, uuid: '', traffic_direction: 'EGRESS' } };
const named = (kind: string, name: string, rest: JsonObject): JsonObject => ({
  kind,
  metadata: { name, namespace: 'shop' },
  ...rest,
});
const closed = named('NetworkPolicy', 'closed', { spec: { podSelector: {} } });
const byPortName = named('NetworkPolicy', 'named', {
  spec: { podSelector: {}, ingress: [{ ports: [{ port: 'http' }] }] },
});
const byTeam = named('CiliumNetworkPolicy', 'team', {
  spec: {
    endpointSelector: {},
    enableDefaultDeny: { ingress: false },
    ingressDeny: [{ fromEndpoints: [{ matchLabels: { 'k8s:io.cilium.k8s.namespace.labels.team': 'red' } }] }],
  },
});

function evaluated(...policies: readonly JsonObject[]) {
  return evaluateWorld({ id: 1, policies, flows: [flow] });
}

test('each line that holds a flow is answered by its number, with Hubble’s id or a hash', () => {
  const lines = [{ lost_events: { source: 'HUBBLE_RING_BUFFER' } }, flow, egress];
  const { results } = evaluateWorld({ id: 1, policies: [closed], flows: lines });
  expect(results).toEqual([
    {
      line: 2,
      id: 'u1',
      direction: 'ingress',
      declared: 'denied',
      reason: 'default-deny',
      selecting: ['NetworkPolicy/shop/closed'],
      isolating: ['NetworkPolicy/shop/closed'],
      deciding: [],
      undecidable: [],
    },
    expect.objectContaining({ line: 3, id: expect.stringMatching(/^[0-9a-f]{20}$/), direction: 'egress' }),
  ]);
});

test('an invalid policy is named with its problems and left out, the rest goes on', () => {
  const broken = named('CiliumNetworkPolicy', 'broken', { spec: { endpointSelector: {}, ingress: 'all' } });
  const { results, invalid } = evaluated({ kind: 'List', items: [broken, closed] });
  expect(results[0]).toMatchObject({ selecting: ['NetworkPolicy/shop/closed'] });
  expect(invalid).toEqual([
    {
      policy: 'CiliumNetworkPolicy/shop/broken',
      error: expect.stringContaining('spec.ingress: must be a list'),
    },
  ]);
});

test('Pods among the manifests give named ports their numbers', () => {
  const ports = [{ name: 'http', containerPort: 8080 }];
  const pod = named('Pod', 'web-1', { spec: { containers: [{ ports }] } });
  expect(evaluated(byPortName).results[0]).toMatchObject({ undecidable: ['named-port'] });
  expect(evaluated(byPortName, pod).results[0]).toMatchObject({ declared: 'allowed' });
});

test('Namespaces among the manifests give the namespace labels that flows lack', () => {
  const bank = (team: string) => ({ kind: 'Namespace', metadata: { name: 'bank', labels: { team } } });
  expect(evaluated(byTeam).results[0]).toMatchObject({ undecidable: ['missing-namespace-labels'] });
  expect(evaluated(byTeam, bank('red')).results[0]).toMatchObject({ reason: 'deny-rule' });
  expect(evaluated(byTeam, bank('blue')).results[0]).toMatchObject({ reason: 'no-policy' });
});

test('an explanation is never empty: where no policy decides, it says why', () => {
  const open = named('CiliumNetworkPolicy', 'open', {
    spec: {
      endpointSelector: {},
      enableDefaultDeny: { ingress: false },
      ingressDeny: [{ fromEntities: ['world'] }],
    },
  });
  const fromHost = { flow: { ...flow.flow, source: { labels: ['reserved:host'], identity: 1 } } };
  const explained = (policy: JsonObject, line: JsonObject) =>
    evaluateWorld({ id: 1, policies: [policy], flows: [line] }, { explain: true, cluster: '' }).results[0];
  expect(explained(open, flow)).toMatchObject({
    reason: 'no-policy',
    explanation: ['CiliumNetworkPolicy/shop/open: selects the subject, and does not isolate it on ingress'],
  });
  expect(explained(closed, fromHost)).toMatchObject({
    reason: 'local-host',
    explanation: ['the peer is the node itself, which Cilium always lets reach its own pods'],
  });
});

test('what is missing of a world counts as empty', () => {
  expect(evaluateWorld(worldOf({ id: 'w' }))).toEqual({ id: 'w', results: [], invalid: [] });
  expect(worldOf('nonsense')).toEqual({ id: null, policies: [], flows: [] });
});
