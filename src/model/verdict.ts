// The closed sets of words about verdicts, decisions and drift (design.md §2, §4, §5, §8).

/** What the datapath did with one connection attempt in one direction. */
export const OBSERVED = ['forwarded', 'dropped', 'audited', 'redirected', 'error'] as const;
export type Observed = (typeof OBSERVED)[number];

export const DIRECTIONS = ['ingress', 'egress'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const TRANSPORTS = ['tcp', 'udp', 'sctp', 'icmp', 'icmpv6', 'vrrp', 'igmp', 'unknown'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** Hubble's `policy_match_type` on event type 5 (cilium/cilium pkg/monitor/api/types.go). */
export const MATCH_TYPES = [
  'none',
  'l3-only',
  'l3-l4',
  'l4-only',
  'all',
  'l3-proto',
  'proto-only',
  'unknown',
] as const;
export type MatchType = (typeof MATCH_TYPES)[number];

/** What the policies in force say. */
export const DECLARED = ['allowed', 'denied', 'unknown'] as const;
export type Declared = (typeof DECLARED)[number];

export const REASONS = [
  'no-policy',
  'allow-rule',
  'deny-rule',
  'default-deny',
  'local-host',
  'undecidable',
] as const;
export type Reason = (typeof REASONS)[number];

/** Why a decision is `unknown`. */
export const UNDECIDABLE = {
  'named-port': 'a rule names a port, and no Pod tells which number it stands for',
  fqdn: 'a rule allows DNS names, and the flow does not say which names its address had',
  l7: 'the rule decides by the content of the request',
  service: 'a rule names a Service whose endpoints are not known',
  group: 'a rule names a cloud provider group, whose addresses are not known',
  'cidr-group': 'a rule names a CiliumCIDRGroup whose addresses are not known at that time',
  nodes: 'a rule selects nodes by labels that the flow does not carry',
  authentication: 'the rule demands mutual authentication',
  'ambiguous-priority': 'ClusterNetworkPolicies of one tier and priority contradict each other',
  'host-firewall': "the subject is a node, and the logs do not say whether Cilium's host firewall is on",
  'missing-policy-body': 'a policy was written, but the audit log does not hold what it said',
  'missing-labels': 'the flow carries no labels of the endpoint',
  'missing-namespace-labels': 'a rule selects by namespace labels that neither flow nor timeline holds',
  'missing-address': 'the flow carries no address, and a rule decides by addresses',
  'missing-port': 'the flow carries no port or protocol, and a rule decides by them',
  'no-snapshot': 'policies older than the audit log are not known: pass a snapshot with --policies',
  'before-history': 'audit log and snapshot do not tell the policies of the time of the flow',
} as const;
export type Undecidable = keyof typeof UNDECIDABLE;

/** The named differences of design.md §5. `FLOW_DRIFT` are about verdicts. */
export const FLOW_DRIFT = [
  'denied-by-change',
  'newly-allowed',
  'newly-enforced',
  'not-enforced',
  'propagating',
  'stale-version',
  'unexpected-deny',
  'unknown-policy',
  'would-deny',
] as const;
export type FlowDrift = (typeof FLOW_DRIFT)[number];

/** Drift of policies and changes. */
export const POLICY_DRIFT = [
  'differs-from-manifests',
  'manual-change',
  'not-in-cluster',
  'not-in-force',
  'not-in-manifests',
] as const;
export type PolicyDrift = (typeof POLICY_DRIFT)[number];
export type Drift = FlowDrift | PolicyDrift;

/** How sure the program is of a version: full body seen, rebuilt from a patch, or only that it exists. */
export const CONFIDENCES = ['exact', 'inferred', 'metadata'] as const;
export type Confidence = (typeof CONFIDENCES)[number];
