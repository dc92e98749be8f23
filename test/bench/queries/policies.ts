// The policies of the benchmark's cluster: 200 in 40 namespaces, of the usual kinds, and eight days of changes to
// them, as objects of a snapshot and lines of an audit log.
import type { JsonObject } from '../../../src/model/json.ts';
import { createDice } from './dice.ts';

export const CLUSTER = 'bench';
export const NAMESPACES = 40;
export const BEGIN_MS = Date.UTC(2026, 10, 2);
export const DAYS = 8;
const DAY_MS = 86_400_000;
export const END_MS = BEGIN_MS + DAYS * DAY_MS;

const POLICIES_PER_NAMESPACE = 5;
const CLUSTER_WIDE = 200 - NAMESPACES * (POLICIES_PER_NAMESPACE - 1) - NAMESPACES / 2;
const CHANGES = 300;
/** Few teams make all changes. */
const CHANGING = 10;
const REFUSED = 24;
const FIRST_VERSION = 4_200_000;
const MINUTE_MS = 60_000;
/** Of the applications of a namespace those that keep their access while a change has narrowed it. */
const KEPT = ['app-0', 'app-1', 'app-2', 'app-3'];

export const NAMESPACE_LABEL = 'k8s:io.kubernetes.pod.namespace';

export function namespaceName(index: number): string {
  return index === 0 ? 'monitoring' : `team-${String(index).padStart(2, '0')}`;
}

interface Policy {
  readonly kind: 'NetworkPolicy' | 'CiliumNetworkPolicy' | 'CiliumClusterwideNetworkPolicy';
  readonly namespace: string;
  readonly name: string;
  readonly spec: JsonObject;
}

export function snapshotObjects(): readonly JsonObject[] {
  return policies().map((policy, index) =>
    objectOf(policy, { generation: 1, version: FIRST_VERSION + index }),
  );
}

function policies(): readonly Policy[] {
  const inNamespaces = Array.from({ length: NAMESPACES }, (_, index) => ofNamespace(index)).flat();
  const everywhere = Array.from({ length: CLUSTER_WIDE }, (_, index) => clusterWide(index));
  return [...inNamespaces, ...everywhere];
}

/** Every second namespace has one for what leaves it. */
function ofNamespace(index: number): readonly Policy[] {
  const namespace = namespaceName(index);
  const cilium = (name: string, spec: JsonObject): Policy => ({
    kind: 'CiliumNetworkPolicy',
    namespace,
    name,
    spec,
  });
  const standard: Policy = {
    kind: 'NetworkPolicy',
    namespace,
    name: 'default-deny',
    spec: { podSelector: {}, policyTypes: ['Ingress'] },
  };
  const egress = {
    endpointSelector: { matchLabels: { tier: 'back' } },
    egress: [
      { toEndpoints: [{ matchLabels: { [NAMESPACE_LABEL]: 'kube-system' } }] },
      { toEndpoints: [{}] },
      { toCIDRSet: [{ cidr: '203.0.113.0/24' }] },
    ],
  };
  return [
    standard,
    cilium('within', within(false)),
    cilium('gateway', {
      endpointSelector: { matchLabels: { app: 'app-0' } },
      ingress: [{ fromEntities: ['world'], toPorts: ports('443') }],
    }),
    cilium('metrics', {
      endpointSelector: {},
      ingress: [
        { fromEndpoints: [{ matchLabels: { [NAMESPACE_LABEL]: 'monitoring' } }], toPorts: ports('9090') },
      ],
    }),
    ...(index % 2 === 0 ? [cilium('egress', egress)] : []),
  ];
}

/** Pods of a namespace reach each other; narrowed, only some of them do. */
function within(isNarrow: boolean): JsonObject {
  const from = isNarrow ? { matchExpressions: [{ key: 'app', operator: 'In', values: KEPT }] } : {};
  return { endpointSelector: {}, ingress: [{ fromEndpoints: [from], toPorts: ports('8080') }] };
}

function clusterWide(index: number): Policy {
  const spec = {
    endpointSelector: { matchLabels: { tier: index % 2 === 0 ? 'front' : `tier-${index}` } },
    ingressDeny: [{ fromEntities: ['world'], toPorts: ports(String(22 + index)) }],
    enableDefaultDeny: { ingress: false },
  };
  return { kind: 'CiliumClusterwideNetworkPolicy', namespace: '', name: `deny-${index}`, spec };
}

function ports(port: string): JsonObject[] {
  return [{ ports: [{ port, protocol: 'TCP' }] }];
}

interface Version {
  readonly generation: number;
  readonly version: number;
}

function objectOf({ kind, namespace, name, spec }: Policy, { generation, version }: Version): JsonObject {
  return {
    apiVersion: kind === 'NetworkPolicy' ? 'networking.k8s.io/v1' : 'cilium.io/v2',
    kind,
    metadata: {
      name,
      ...(namespace === '' ? {} : { namespace }),
      uid: `uid-of-${kind}-${namespace}-${name}`,
      generation,
      resourceVersion: String(version),
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { 'argocd.argoproj.io/instance': namespace === '' ? 'cluster' : namespace },
    },
    spec,
  };
}

/** Each policy `within` is narrowed, and widened again some time later; and some are refused. In order of time. */
export function auditLines(): readonly string[] {
  const dice = createDice(7);
  const changes = Array.from({ length: CHANGES / 2 }, () => {
    const at = BEGIN_MS + dice.below((DAYS - 1) * 24 * 60) * MINUTE_MS + dice.below(MINUTE_MS);
    const namespace = namespaceName(1 + dice.below(CHANGING));
    const mended = at + (20 + dice.below(600)) * MINUTE_MS;
    const by = dice.below(5) === 0 ? 'alice@example.com' : GITOPS;
    return [
      { at, namespace, by, isNarrow: true, code: 200 },
      { at: mended, namespace, by: GITOPS, isNarrow: false, code: 200 },
    ];
  }).flat();
  const refused = Array.from({ length: REFUSED }, () => ({
    at: BEGIN_MS + dice.below(DAYS * DAY_MS),
    namespace: namespaceName(dice.below(NAMESPACES)),
    by: 'bob@example.com',
    isNarrow: false,
    code: 403,
  }));
  const generations = new Map<string, number>();
  return [...changes, ...refused]
    .sort((a, b) => a.at - b.at)
    .map((change, index) => {
      const generation = (generations.get(change.namespace) ?? 1) + (change.code === 200 ? 1 : 0);
      generations.set(change.namespace, generation);
      return auditLine(change, { generation, version: FIRST_VERSION + 1_000 + index });
    });
}

const GITOPS = 'system:serviceaccount:argocd:argocd-application-controller';

interface Change {
  readonly at: number;
  readonly namespace: string;
  readonly by: string;
  readonly isNarrow: boolean;
  readonly code: number;
}

function auditLine({ at, namespace, by, isNarrow, code }: Change, version: Version): string {
  const name = 'within';
  const time = new Date(at).toISOString().replace('Z', '000Z');
  const policy: Policy = { kind: 'CiliumNetworkPolicy', namespace, name, spec: within(isNarrow) };
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: `audit-${version.version}`,
    stage: 'ResponseComplete',
    requestURI: `/apis/cilium.io/v2/namespaces/${namespace}/ciliumnetworkpolicies/${name}`,
    verb: 'update',
    user: { username: by, groups: ['system:authenticated'] },
    sourceIPs: ['192.0.2.1'],
    userAgent: by === GITOPS ? 'argocd-application-controller/v3' : 'kubectl/v1.35.1',
    objectRef: {
      resource: 'ciliumnetworkpolicies',
      namespace,
      name,
      apiGroup: 'cilium.io',
      apiVersion: 'v2',
    },
    responseStatus: { metadata: {}, code },
    ...(code === 200 ? { responseObject: objectOf(policy, version) } : {}),
    requestReceivedTimestamp: time,
    stageTimestamp: time,
  });
}
