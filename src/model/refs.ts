// Names of policies and of the other objects that decisions depend on. A policy ref is
// `Kind/namespace/name` (namespace empty for cluster-scoped kinds); a rule ref adds `#direction[index]`.

/** The policy kinds that the program knows, whether it can decide by them yet or not. */
export const POLICY_KINDS = [
  'NetworkPolicy',
  'CiliumNetworkPolicy',
  'CiliumClusterwideNetworkPolicy',
  'ClusterNetworkPolicy',
] as const;
export type PolicyKind = (typeof POLICY_KINDS)[number];

/** Policies, and what decisions depend on beside them. */
export const TRACKED_KINDS = [...POLICY_KINDS, 'Namespace', 'CiliumCIDRGroup', 'ConfigMap'] as const;
export type TrackedKind = (typeof TRACKED_KINDS)[number];

/** `Kind/namespace/name`. */
export type PolicyRef = string;
/** PolicyRef + `#ingress[0]`, `#egressDeny[1]`, with `specs`: `#spec[2].ingress[0]`. */
export type RuleRef = string;

interface KindFacts {
  readonly group: string;
  /** Lower-case plural as it stands in URLs and in `objectRef.resource`. */
  readonly resource: string;
  readonly namespaced: boolean;
  /** For tables that people read (screens.md). */
  readonly short: string;
}

const FACTS: Readonly<Record<TrackedKind, KindFacts>> = {
  NetworkPolicy: { group: 'networking.k8s.io', resource: 'networkpolicies', namespaced: true, short: 'NP' },
  CiliumNetworkPolicy: {
    group: 'cilium.io',
    resource: 'ciliumnetworkpolicies',
    namespaced: true,
    short: 'CNP',
  },
  CiliumClusterwideNetworkPolicy: {
    group: 'cilium.io',
    resource: 'ciliumclusterwidenetworkpolicies',
    namespaced: false,
    short: 'CCNP',
  },
  ClusterNetworkPolicy: {
    group: 'policy.networking.k8s.io',
    resource: 'clusternetworkpolicies',
    namespaced: false,
    short: 'CNP2',
  },
  Namespace: { group: '', resource: 'namespaces', namespaced: false, short: 'Namespace' },
  CiliumCIDRGroup: {
    group: 'cilium.io',
    resource: 'ciliumcidrgroups',
    namespaced: false,
    short: 'CIDRGroup',
  },
  ConfigMap: { group: '', resource: 'configmaps', namespaced: true, short: 'ConfigMap' },
};

export function kindFacts(kind: TrackedKind): KindFacts {
  return FACTS[kind];
}

export function isTrackedKind(kind: string): kind is TrackedKind {
  return (TRACKED_KINDS as readonly string[]).includes(kind);
}

/** By kind and API group: a NetworkPolicy of another group (Calico's) is none of ours. */
export function trackedKindOf(apiVersion: string, kind: string): TrackedKind | undefined {
  if (!isTrackedKind(kind)) return undefined;
  return FACTS[kind].group === groupOf(apiVersion) ? kind : undefined;
}

/** `apps` of `apps/v1`; '' of `v1`. */
export function groupOf(apiVersion: string): string {
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf('/')));
}

export function isPolicyKind(kind: string): kind is PolicyKind {
  return (POLICY_KINDS as readonly string[]).includes(kind);
}

/** The tracked kind of an API group and its lower-case plural resource; undefined for all others. */
export function kindOfResource(group: string, resource: string): TrackedKind | undefined {
  return TRACKED_KINDS.find((kind) => FACTS[kind].resource === resource && FACTS[kind].group === group);
}

export interface ObjectName {
  readonly kind: TrackedKind;
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
}

export function refOf(name: ObjectName): PolicyRef {
  return `${name.kind}/${FACTS[name.kind].namespaced ? name.namespace : ''}/${name.name}`;
}

/** @returns undefined when the text is no ref of a tracked kind. */
export function parseRef(ref: string): ObjectName | undefined {
  const [kind, namespace, name, ...more] = ref.split('/');
  if (kind === undefined || namespace === undefined || name === undefined || more.length > 0)
    return undefined;
  return isTrackedKind(kind) ? { kind, namespace, name } : undefined;
}

/** The policy of a rule ref. */
export function policyOfRule(rule: RuleRef): PolicyRef {
  const hash = rule.indexOf('#');
  return hash < 0 ? rule : rule.slice(0, hash);
}
