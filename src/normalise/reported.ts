// The policies that Hubble itself names for a verdict (`ingress_allowed_by` and its three siblings). Only the
// lists of the verdict's own direction are read: the agent fills the other two for the other end's policy,
// and merging them makes a dropped flow look allowed.

import type { ReportedPolicy } from '../model/event.ts';
import type { LabelSet } from '../model/labels.ts';
import type { Direction } from '../model/verdict.ts';
import type { WireFlow, WirePolicy } from '../sources/hubble.ts';
import { sortedLabels } from './labelSets.ts';

const NONE: readonly ReportedPolicy[] = [];
const POLICY_LABEL = 'k8s:io.cilium.k8s.policy.';

export function reportedPolicies(flow: WireFlow, direction: Direction): readonly ReportedPolicy[] {
  const allowed = direction === 'ingress' ? flow.ingress_allowed_by : flow.egress_allowed_by;
  const denied = direction === 'ingress' ? flow.ingress_denied_by : flow.egress_denied_by;
  if ((allowed?.length ?? 0) + (denied?.length ?? 0) === 0) return NONE;
  return [
    ...(allowed ?? []).map((policy) => reportedPolicy(policy, 'allowed')),
    ...(denied ?? []).map((policy) => reportedPolicy(policy, 'denied')),
  ];
}

/** Kind, namespace and name have fields of their own since Cilium 1.15–1.17; the rule's labels say the same. */
function reportedPolicy(wire: WirePolicy, effect: ReportedPolicy['effect']): ReportedPolicy {
  const labels = sortedLabels(wire.labels ?? []);
  return {
    effect,
    kind: wire.kind || policyLabel(labels, 'derived-from'),
    namespace: wire.namespace || policyLabel(labels, 'namespace'),
    name: wire.name || policyLabel(labels, 'name'),
    uid: policyLabel(labels, 'uid'),
    revision: String(wire.revision ?? ''),
    labels,
  };
}

function policyLabel(labels: LabelSet, key: string): string {
  const prefix = `${POLICY_LABEL}${key}=`;
  return labels.find((label) => label.startsWith(prefix))?.slice(prefix.length) ?? '';
}
