// A cluster as large as wanted: policies of the usual kinds with the usual selectors, ten in each namespace and a
// few for all of them, and conversations between their workloads, each with labels of its own.
import type { JsonObject } from '../../src/model/json.ts';

const POLICIES_PER_NAMESPACE = 10;
const NAMESPACE = 'k8s:io.kubernetes.pod.namespace';
const NAMESPACE_LABEL = 'k8s:io.cilium.k8s.namespace.labels.';
const CLUSTER = 'k8s:io.cilium.k8s.policy.cluster=bench';

/** Some of them cluster-wide, one for every hundred and at most 20. */
export function manyPolicies(count: number): readonly JsonObject[] {
  const clusterWide = Math.min(20, Math.ceil(count / 100));
  return Array.from({ length: count }, (_, index) =>
    index < clusterWide ? everywhere(index) : inNamespace(index, namespaceOf(index, count)),
  );
}

/** `count` conversations, the n-th between two workloads that no other has, half of them within a namespace. */
export function manyConversations(count: number, policies: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const namespace = namespaceOf(index, policies);
    const peer = index % 2 === 0 ? namespace : namespaceOf(index + 1, policies);
    return JSON.stringify(flowLine(index, { namespace, peer }));
  });
}

function namespaceOf(index: number, policies: number): string {
  return `team-${index % Math.ceil(policies / POLICIES_PER_NAMESPACE)}`;
}

function everywhere(index: number): JsonObject {
  const spec = {
    endpointSelector: { matchExpressions: [{ key: 'tier', operator: 'In', values: [`tier-${index}`] }] },
    ingressDeny: [{ fromEntities: ['world'], toPorts: [{ ports: [{ port: '22', protocol: 'TCP' }] }] }],
    enableDefaultDeny: { ingress: false },
  };
  return object('CiliumClusterwideNetworkPolicy', index, {}, spec);
}

function inNamespace(index: number, namespace: string): JsonObject {
  const app = index % POLICIES_PER_NAMESPACE;
  const labels = { app: `app-${app}` };
  const ports = [{ port: '8080', protocol: 'TCP' }];
  switch (index % 3) {
    case 0: {
      const from = [
        { podSelector: { matchLabels: { app: `app-${app + 1}` } } },
        { ipBlock: { cidr: '10.0.0.0/8' } },
      ];
      const ingress = [{ from, ports: [{ port: 8080 }] }];
      return object('NetworkPolicy', index, { namespace }, { podSelector: { matchLabels: labels }, ingress });
    }
    case 1: {
      const fromEndpoints = [{ matchLabels: { app: `app-${app + 1}` } }, { matchLabels: { role: 'probe' } }];
      const spec = {
        endpointSelector: { matchLabels: labels },
        ingress: [{ fromEndpoints, toPorts: [{ ports }] }],
      };
      return object('CiliumNetworkPolicy', index, { namespace }, spec);
    }
    default: {
      const toEndpoints = [{ matchLabels: { [NAMESPACE]: 'kube-system', 'k8s-app': 'kube-dns' } }];
      const egress = [
        { toEndpoints },
        { toCIDRSet: [{ cidr: '203.0.113.0/24', except: ['203.0.113.64/26'] }] },
      ];
      return object('CiliumNetworkPolicy', index, { namespace }, { endpointSelector: {}, egress });
    }
  }
}

function object(kind: string, index: number, metadata: JsonObject, spec: JsonObject): JsonObject {
  return {
    apiVersion: kind === 'NetworkPolicy' ? 'networking.k8s.io/v1' : 'cilium.io/v2',
    kind,
    metadata: {
      ...metadata,
      name: `policy-${index}`,
      uid: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      generation: 1,
      resourceVersion: String(index + 1),
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec,
  };
}

function flowLine(index: number, { namespace, peer }: { namespace: string; peer: string }): JsonObject {
  const app = index % POLICIES_PER_NAMESPACE;
  const address = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
  const time = '2026-02-01T00:00:00.000000001Z';
  return {
    flow: {
      time,
      uuid: `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`,
      verdict: 'FORWARDED',
      IP: { source: address, destination: `10.128.0.${app}`, ipVersion: 'IPv4' },
      l4: {
        TCP: { source_port: 32_768 + (index % 28_000), destination_port: index % 4 === 0 ? 9090 : 8080 },
      },
      source: { ...endpoint(`app-${app + 1}`, peer, `client-${index}`), identity: 200_000 + 2 * index },
      destination: { ...endpoint(`app-${app}`, namespace, `server-${index}`), identity: 200_001 + 2 * index },
      Type: 'L3_L4',
      node_name: 'bench/node-1',
      event_type: { type: 5 },
      traffic_direction: 'INGRESS',
      is_reply: false,
    },
    node_name: 'bench/node-1',
    time,
  };
}

/** `release` sets one workload's labels apart from all others'. */
function endpoint(app: string, namespace: string, release: string): JsonObject {
  const labels = [
    `k8s:app=${app}`,
    `k8s:app.kubernetes.io/part-of=${namespace}`,
    `${NAMESPACE_LABEL}kubernetes.io/metadata.name=${namespace}`,
    `${NAMESPACE_LABEL}team=${namespace}`,
    CLUSTER,
    'k8s:io.cilium.k8s.policy.serviceaccount=default',
    `${NAMESPACE}=${namespace}`,
    `k8s:release=${release}`,
  ];
  return { labels: labels.sort(), namespace, pod_name: `${release}-0`, cluster_name: 'bench' };
}
