// Which part of a policy concerns a subject in one direction. The answer depends on the subject's labels
// alone, so callers keep it for as long as the same policies are in force; what a flow asks comes later
// (decide.ts). A policy whose body is unknown is selected too, as one that may say anything.

import { type PolicyRef, parseRef } from '../model/refs.ts';
import type { Direction, Undecidable } from '../model/verdict.ts';
import type { CompiledPolicy, CompiledSection, CompiledSpec, Tier } from './compiled.ts';
import type { DecisionContext, Party } from './decision.ts';
import { carries, labelsOf, type PartyLabels } from './partyLabels.ts';
import { meetsAll } from './requirements.ts';
import { and, or, type Truth, unknown } from './truth.ts';

/** One spec of a policy that selects the subject, or may select it. */
export interface SelectedPart {
  /** true, or why it is not known; never false. */
  readonly selects: Truth;
  readonly section: CompiledSection;
}

export interface Selection {
  readonly ref: PolicyRef;
  readonly tier: Tier;
  /** Within the tier, 0 first. */
  readonly priority: number;
  /** true, or why it is not known; never false. */
  readonly selects: Truth;
  /** Whether it switches on default deny for the subject in this direction. */
  readonly isolates: Truth;
  readonly parts: readonly SelectedPart[];
  /** Why the policy may hold rules that are not in `parts`; null = it does not. */
  readonly opaque: readonly Undecidable[] | null;
}

/**
 * @returns null when the policy does not select the subject, or says nothing about this direction.
 * A host, with the pods in its network, is selected by node selectors only.
 */
export function select(
  policy: CompiledPolicy,
  subject: Party,
  direction: Direction,
  _context: DecisionContext,
): Selection | null {
  const labels = labelsOf(subject);
  const isHost = carries(labels, 'reserved:host');
  const parts: SelectedPart[] = [];
  let selects: Truth = false;
  let isolates: Truth = false;
  for (const spec of policy.specs) {
    const section = spec[direction];
    if (section === null) continue;
    const given =
      spec.scope === 'node'
        ? and(isHost, selectsNode(spec, subject, labels))
        : isHost !== true && meetsAll(spec.subject, labels);
    if (given === false) continue;
    parts.push({ selects: given, section });
    selects = or(selects, given);
    isolates = or(isolates, and(given, section.isolates));
  }
  if (parts.length === 0) return null;
  const { ref, tier, priority } = policy;
  return { ref, tier, priority, selects, isolates, parts, opaque: null };
}

/** Node selectors count under Cilium's host firewall only; nodes seldom show labels of their own. */
function selectsNode(spec: CompiledSpec, subject: Party, labels: PartyLabels): Truth {
  const shown = spec.subject.length === 0 || subject.labels.some((label) => label.startsWith('k8s:'));
  return and(shown ? meetsAll(spec.subject, labels) : unknown('nodes'), unknown('host-firewall'));
}

/** A policy of which only the name is known. It may select whatever its kind and namespace allow. */
export function unknownSelection(ref: PolicyRef): Selection {
  // ClusterNetworkPolicy never switches on default deny.
  const tiered = parseRef(ref)?.kind === 'ClusterNetworkPolicy';
  const reasons = unknown('missing-policy-body');
  return {
    ref,
    tier: tiered ? 'admin' : 'normal',
    priority: 0,
    selects: reasons,
    isolates: tiered ? false : reasons,
    parts: [],
    opaque: reasons,
  };
}
