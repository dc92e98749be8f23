// What decisions depend on beside policies, taken from the manifests given to `evaluate`: ports of Pods,
// labels of Namespaces, CIDR groups. What the manifests do not hold stays unknown, never empty.

import { at, entries, field, type JsonObject, number, text, texts } from '../../model/json.ts';
import {
  type LabelSet,
  labelSet,
  labelValue,
  NAMESPACE_KEY,
  NAMESPACE_LABEL_PREFIX,
} from '../../model/labels.ts';
import type { DecisionContext, Party } from '../../policy/decision.ts';

export interface Surroundings {
  /** Whether Pods are given, so that a port's name may stand for another number in each of them. */
  readonly knowsPods: boolean;
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
  const completions = new WeakMap<LabelSet, LabelSet>();
  const groups = ofKind('CiliumCIDRGroup').map((object) => ({
    name: text(at(object, 'metadata', 'name')),
    labels: labelSet(
      entries(at(object, 'metadata', 'labels')).map(([key, value]) => `k8s:${key}=${text(value)}`),
    ),
    cidrs: texts(at(object, 'spec', 'externalCIDRs')),
  }));
  return {
    knowsPods: ports.size > 0,
    context: (cluster) => ({
      localCluster: cluster,
      enforcement: 'default',
      defaultLocalCluster: true,
      cidrMatch: [],
      cidrGroup: (name) => groups.find((group) => group.name === name)?.cidrs ?? 'unknown',
      cidrGroups: () => (groups.length === 0 ? 'unknown' : groups),
      namedPort: (pod, name, transport) => {
        if (pod === null) return agreedPort([...ports.values()], portKey(name, transport));
        const own = ports.get(`${pod.namespace}/${pod.pod}`);
        return own === undefined ? 'unknown' : (own.get(portKey(name, transport)) ?? 'absent');
      },
    }),
    completed: (party) => {
      const known = completions.get(party.labels) ?? completedLabels(party.labels, namespaces);
      completions.set(party.labels, known);
      return known === party.labels ? party : { ...party, labels: known };
    },
  };
}

/** The same set where nothing is missing, or nothing is known. */
function completedLabels(labels: LabelSet, namespaces: ReadonlyMap<string, readonly string[]>): LabelSet {
  const known = namespaces.get(labelValue(labels, 'k8s', NAMESPACE_KEY) ?? '');
  const lacks = !labels.some((label) => label.startsWith(`k8s:${NAMESPACE_LABEL_PREFIX}`));
  return known !== undefined && lacks ? labelSet([...labels, ...known]) : labels;
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

/** The one number that the pods give; a rule whose port means several numbers does nothing in Cilium. */
function agreedPort(
  pods: readonly ReadonlyMap<string, number>[],
  key: string,
): number | 'absent' | 'unknown' {
  const [number, ...others] = new Set(pods.flatMap((pod) => pod.get(key) ?? []));
  if (others.length > 0) return 'absent';
  return number ?? (pods.length === 0 ? 'unknown' : 'absent');
}

function portKey(name: string, transport: string): string {
  return `${name}/${transport}`;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
