// How a person takes the snapshot of the policies: one command, said the same wherever it is missed.

import { kindFacts, type TrackedKind } from '../model/refs.ts';

/** Installed with Cilium and Kubernetes: kubectl refuses the whole command for a kind that the cluster lacks. */
const KINDS: readonly TrackedKind[] = [
  'NetworkPolicy',
  'CiliumNetworkPolicy',
  'CiliumClusterwideNetworkPolicy',
  'CiliumCIDRGroup',
  'Namespace',
];

export const KUBECTL_SNAPSHOT = `kubectl get ${KINDS.map((kind) => kindFacts(kind).resource).join(',')} -A -o json > policies.json`;
