// For each reason why nothing could be decided, what would have decided it. Said beside the reason, so that
// "cannot tell" is followed by what to do.
import type { Undecidable } from '../../model/verdict.ts';

export const NEEDS: Readonly<Record<Undecidable, string>> = {
  'named-port':
    'name the port by number, or look it up: kubectl get pod -o yaml shows containerPort and its name',
  fqdn: 'have Hubble see the DNS answers: a toPorts rule with rules.dns for the workload’s DNS traffic',
  l7: 'ask Hubble for the L7 flows: hubble observe --type l7',
  service: 'see which pods stand behind the Service: kubectl get endpointslices',
  group: 'see which addresses the group has: kubectl get ciliumcidrgroups, or the cloud’s console',
  'cidr-group': 'pass the CiliumCIDRGroups with --policies',
  nodes: 'see the labels of the nodes: kubectl get nodes --show-labels',
  authentication: 'see whether mutual authentication went through: cilium-dbg auth list',
  'ambiguous-priority': 'give the ClusterNetworkPolicies different priorities',
  'host-firewall': 'see whether the host firewall is on: cilium-dbg status',
  'missing-policy-body': 'log policies at level RequestResponse (deploy/audit-policy.yaml)',
  'missing-labels': 'let the exporter’s field mask pass source.labels and destination.labels',
  'missing-namespace-labels': 'pass the Namespaces with --policies',
  'missing-address': 'let the exporter’s field mask pass IP',
  'missing-port': 'let the exporter’s field mask pass l4',
  'no-snapshot': 'take a snapshot of the policies, and pass it with --policies',
  'before-history': 'pass an audit log that reaches further back',
};
