// What a policy object becomes once parsed: everything that does not depend on the flow is done, so that
// a decision only compares. One shape serves all kinds that Cilium enforces.
//
//   CompiledPolicy ── specs (NetworkPolicy: one; Cilium kinds: `spec`, then each of `specs`)
//     └─ CompiledSpec ── subject selector, ingress, egress
//          └─ CompiledSection | null     null: the spec says nothing about this direction
//               ├─ isolates              switches on default deny for the subject
//               └─ rules ── CompiledRule: peers AND ports; the lists inside are ORs
//
// An empty list matches nothing, 'any' matches everything: the three ways in which the kinds write
// "absent", "empty" and "[{}]" differently are settled here, once, by the parsers.

import type { PolicyKind, PolicyRef, RuleRef } from '../model/refs.ts';
import type { Transport } from '../model/verdict.ts';
import type { Cidr } from './cidr.ts';
import type { DnsPattern } from './dnsPattern.ts';
import type { Entity } from './entities.ts';
import type { Requirement } from './requirements.ts';

/** Decided in this order; all kinds but ClusterNetworkPolicy are `normal`. */
export type Tier = 'admin' | 'normal' | 'baseline';

export interface CompiledPolicy {
  readonly ref: PolicyRef;
  readonly kind: PolicyKind;
  /** '' for cluster-scoped kinds. */
  readonly namespace: string;
  readonly tier: Tier;
  /** Within the tier, 0 first; 0 in the normal tier, which has no order. */
  readonly priority: number;
  readonly specs: readonly CompiledSpec[];
}

export interface CompiledSpec {
  /** `node`: a nodeSelector, which concerns hosts and only under Cilium's host firewall. */
  readonly scope: 'endpoint' | 'node';
  readonly subject: readonly Requirement[];
  readonly ingress: CompiledSection | null;
  readonly egress: CompiledSection | null;
}

export interface CompiledSection {
  readonly isolates: boolean;
  /** As the object orders them: in the normal tier allow rules, then deny rules; else the first match decides. */
  readonly rules: readonly CompiledRule[];
}

export interface CompiledRule {
  readonly ref: RuleRef;
  /** `pass`: to the next tier. */
  readonly effect: 'allow' | 'deny' | 'pass';
  readonly peers: readonly PeerClause[] | 'any';
  readonly ports: readonly PortClause[] | 'any';
  /** The rule demands mutual authentication (or, for tests of Cilium, always fails it). */
  readonly authentication: boolean;
}

export type PeerClause =
  | {
      readonly kind: 'labels';
      readonly requirements: readonly Requirement[];
      /** The selector names no cluster, so by Cilium's default it means the own one. */
      readonly ownCluster: boolean;
    }
  | {
      readonly kind: 'nodes';
      readonly requirements: readonly Requirement[];
      readonly ownCluster: boolean;
      /** Whether the subject's own node counts too. */
      readonly localHost: boolean;
    }
  | { readonly kind: 'entity'; readonly entity: Entity }
  | { readonly kind: 'cidr'; readonly cidr: Cidr; readonly except: readonly Cidr[] }
  /** Whoever has the address, pods and nodes too. */
  | { readonly kind: 'network'; readonly cidr: Cidr }
  | { readonly kind: 'cidr-group'; readonly name: string; readonly except: readonly Cidr[] }
  | {
      readonly kind: 'cidr-group-selector';
      readonly requirements: readonly Requirement[];
      readonly except: readonly Cidr[];
    }
  | { readonly kind: 'fqdn'; readonly pattern: DnsPattern }
  /** Services and cloud groups are resolved by operators of the cluster: not to be told from logs. */
  | { readonly kind: 'service' | 'group'; readonly text: string };

/** Transports that an allow-any-protocol port clause stands for (`ANY`: not ICMP). */
export const PORT_TRANSPORTS = ['tcp', 'udp', 'sctp'] as const satisfies readonly Transport[];

export interface PortClause {
  readonly transports: readonly Transport[];
  /** `every`: any port or ICMP type of the transport. Numbers are inclusive; ICMP types are numbers too. */
  readonly match:
    | { readonly kind: 'every' }
    | { readonly kind: 'numbers'; readonly from: number; readonly to: number }
    | { readonly kind: 'name'; readonly name: string };
  /** An HTTP, DNS, Kafka, TLS or listener rule decides further. */
  readonly l7: boolean;
}
