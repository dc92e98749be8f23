// The words of a policy decision: the question, what the engine may know beside it, and the answer.
//
//   question (subject, peer, direction, port, protocol)  ─┐
//   selections: what of each policy in force concerns the ├─▶ decide() ─▶ Decision
//               subject in this direction                 │
//   context (cluster name, settings, CIDR groups, ports) ─┘
//
// Three-valued throughout: a clause is yes, no or unknown, and unknown reaches the answer only where it
// could change it. The rules are in docs/semantics.md; Cilium's behaviour decides where it differs from
// upstream Kubernetes.

import type { LabelSet } from '../model/labels.ts';
import type { PolicyRef, RuleRef } from '../model/refs.ts';
import type { Declared, Direction, Reason, Transport, Undecidable } from '../model/verdict.ts';

/** One end of a connection as the engine needs it. */
export interface Party {
  /** Sorted `source:key=value`. [] = unknown, unless `ip` alone tells (world). */
  readonly labels: LabelSet;
  /** '' when not known. */
  readonly ip: string;
  /** '' when no pod. */
  readonly namespace: string;
  readonly pod: string;
  /** DNS names that the address is known to have had; [] = none known. */
  readonly dns: readonly string[];
  /** 0 = not known. */
  readonly identity: number;
}

export interface Question {
  readonly direction: Direction;
  readonly subject: Party;
  readonly peer: Party;
  readonly transport: Transport;
  /** Destination port; 0 = none (ICMP) or not known. */
  readonly port: number;
  readonly icmpType: number | null;
}

/** What a decision may depend on beside policies and question. All look-ups are pure and of one time. */
export interface DecisionContext {
  /** The cluster's own name as in label `io.cilium.k8s.policy.cluster`; '' = take the subject's. */
  readonly localCluster: string;
  /** Cilium's `enable-policy`. */
  readonly enforcement: 'default' | 'always' | 'never';
  /** Cilium's `policy-default-local-cluster` (true since 1.19). */
  readonly defaultLocalCluster: boolean;
  /** Cilium's `policy-cidr-match-mode`. */
  readonly cidrMatch: readonly ('nodes' | 'pods')[];
  /** externalCIDRs of a CiliumCIDRGroup; 'absent' = there is none; 'unknown' = the timeline cannot tell. */
  cidrGroup(name: string): readonly string[] | 'absent' | 'unknown';
  /** All known CiliumCIDRGroups, for cidrGroupSelector; 'unknown' where the timeline cannot list them. */
  cidrGroups():
    | readonly { readonly name: string; readonly labels: LabelSet; readonly cidrs: readonly string[] }[]
    | 'unknown';
  /**
   * The number behind a port's name. `pod` is the subject on ingress; null on egress, where Cilium takes
   * the one number that all pods give the name for this protocol (cilium/cilium pkg/types/portmap.go).
   * 'absent' = there is none, or on egress more than one; 'unknown' = the pods are not known.
   */
  namedPort(pod: Party | null, name: string, transport: Transport): number | 'absent' | 'unknown';
}

export interface Decision {
  readonly declared: Declared;
  readonly reason: Reason;
  /** Sorted; never empty when `declared` is unknown, empty otherwise. */
  readonly undecidable: readonly Undecidable[];
  /** Sorted. Every policy in force, of any tier, that selects the subject and speaks about this direction. */
  readonly selecting: readonly PolicyRef[];
  /** Sorted. Those of them that switch on default deny in this direction. */
  readonly isolating: readonly PolicyRef[];
  /**
   * Sorted. On allow-rule all rules that allow, on deny-rule all that deny, of the tier that decided (in a
   * tier with an order those before any that says otherwise); else [].
   */
  readonly deciding: readonly RuleRef[];
  /** Set where the L4 part allows and an L7 rule or mutual authentication decides further. */
  readonly note: '' | 'l7' | 'authentication';
}
