// What decisions depend on beside policies, taken from the manifests given to `evaluate`: ports of Pods,
// labels of Namespaces, CIDR groups. What the manifests do not hold stays unknown, never empty.

import { at, entries, field, type JsonObject, text, texts } from '../../model/json.ts';
import {
  type LabelSet,
  labelSet,
  labelValue,
  NAMESPACE_KEY,
  NAMESPACE_LABEL_PREFIX,
} from '../../model/labels.ts';
import type { DecisionContext, Party } from '../../policy/decision.ts';
import { podPortsOf } from '../../policy/podPorts.ts';

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
  const ports = podPortsOf(ofKind('Pod'));
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
    knowsPods: ports.isKnown,
    context: (cluster) => ({
      localCluster: cluster,
      enforcement: 'default',
      defaultLocalCluster: true,
      cidrMatch: [],
      cidrGroup: (name) => groups.find((group) => group.name === name)?.cidrs ?? 'unknown',
      cidrGroups: () => (groups.length === 0 ? 'unknown' : groups),
      namedPort: ports.namedPort,
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
