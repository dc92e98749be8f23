// What decisions depend on beside policies, taken from the manifests given to `evaluate`: ports of Pods,
// labels of Namespaces, CIDR groups. What the manifests do not hold stays unknown, never empty.

import { at, entries, field, type JsonObject, number, text, texts } from '../model/json.ts';
import { labelSet, NAMESPACE_KEY, NAMESPACE_LABEL_PREFIX, labelValue } from '../model/labels.ts';
import type { DecisionContext, Party } from '../policy/decision.ts';

export interface Surroundings {
  /** Cilium's defaults for a cluster of this name. */
  context(cluster: string): DecisionContext;
  /** The party with the namespace labels that its flow lacks, where a Namespace is given. */
  completed(party: Party): Party;
}

export function surroundingsOf(objects: readonly JsonObject[]): Surroundings {
  const ofKind = (kind: string) => objects.filter((object) => field(object, 'kind') === kind);
  const ports = podPorts(ofKind('Pod'));
  const namespaces = new Map(
    ofKind('Namespace').map((object) => [text(at(object, 'metadata', 'name')), namespaceLabels(object)]),
  );
  const groups = ofKind('CiliumCIDRGroup').map((object) => ({
    name: text(at(object, 'metadata', 'name')),
    labels: labelSet(
      entries(at(object, 'metadata', 'labels')).map(([key, value]) => `k8s:${key}=${text(value)}`),
    ),
    cidrs: texts(at(object, 'spec', 'externalCIDRs')),
  }));
  return {
    context: (cluster) => ({
      localCluster: cluster,
      enforcement: 'default',
      defaultLocalCluster: true,
      cidrMatch: [],
      cidrGroup: (name) => groups.find((group) => group.name === name)?.cidrs ?? 'unknown',
      cidrGroups: () => (groups.length === 0 ? 'unknown' : groups),
      namedPort: (party, name, transport) =>
        ports.get(`${party.namespace}/${party.pod}`)?.get(portKey(name, transport)) ??
        (ports.has(`${party.namespace}/${party.pod}`) ? 'absent' : 'unknown'),
    }),
    completed: (party) => {
      const known = namespaces.get(labelValue(party.labels, 'k8s', NAMESPACE_KEY) ?? '');
      const lacks = !party.labels.some((label) => label.startsWith(`k8s:${NAMESPACE_LABEL_PREFIX}`));
      return known !== undefined && lacks
        ? { ...party, labels: labelSet([...party.labels, ...known]) }
        : party;
    },
  };
}

function namespaceLabels(object: JsonObject): readonly string[] {
  return entries(at(object, 'metadata', 'labels')).map(
    ([key, value]) => `k8s:${NAMESPACE_LABEL_PREFIX}${key}=${text(value)}`,
  );
}

/** Numbers by `namespace/pod`, then by name and protocol. */
function podPorts(pods: readonly JsonObject[]): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const all = new Map<string, Map<string, number>>();
  for (const pod of pods) {
    const own = new Map<string, number>();
    for (const container of listOf(at(pod, 'spec', 'containers')))
      for (const port of listOf(field(container, 'ports'))) {
        const transport = (text(field(port, 'protocol')) || 'TCP').toLowerCase();
        const value = number(field(port, 'containerPort'));
        if (value !== undefined) own.set(portKey(text(field(port, 'name')), transport), value);
      }
    all.set(
      `${text(at(pod, 'metadata', 'namespace')) || 'default'}/${text(at(pod, 'metadata', 'name'))}`,
      own,
    );
  }
  return all;
}

function portKey(name: string, transport: string): string {
  return `${name}/${transport}`;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
