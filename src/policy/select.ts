// Which part of a policy concerns a subject in one direction. The answer depends on the subject's labels
// alone, so callers keep it for as long as the same policies are in force; what a flow asks comes later
// (decide.ts). A policy whose body is unknown is selected too, as one that may say anything.

import { type PolicyRef, parseRef } from '../model/refs.ts';
import type { Direction, Undecidable } from '../model/verdict.ts';
import type { CompiledPolicy, CompiledSection, Tier } from './compiled.ts';
import type { DecisionContext, Party } from './decision.ts';
import { carries, labelsOf } from './partyLabels.ts';
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
 * Node selectors concern hosts under Cilium's host firewall only, which is taken as off.
 */
export function select(
  policy: CompiledPolicy,
  subject: Party,
  direction: Direction,
  _context: DecisionContext,
): Selection | null {
  const labels = labelsOf(subject);
  if (carries(labels, 'reserved:host') === true) return null;
  if (policy.undecided !== null) return opaque(policy, policy.undecided);
  const parts: SelectedPart[] = [];
  let selects: Truth = false;
  let isolates: Truth = false;
  for (const spec of policy.specs) {
    const section = spec[direction];
    if (section === null || spec.scope === 'node') continue;
    const given = meetsAll(spec.subject, labels);
    if (given === false) continue;
    parts.push({ selects: given, section });
    selects = or(selects, given);
    isolates = or(isolates, and(given, section.isolates));
  }
  if (parts.length === 0) return null;
  return { ref: policy.ref, tier: policy.tier, selects, isolates, parts, opaque: null };
}

/** A policy of which only the name is known. It may select whatever its kind and namespace allow. */
export function unknownSelection(ref: PolicyRef): Selection {
  const tier = parseRef(ref)?.kind === 'ClusterNetworkPolicy' ? 'admin' : 'normal';
  return opaque({ ref, tier }, 'missing-policy-body');
}

/** ClusterNetworkPolicy never switches on default deny. */
function opaque(policy: { ref: PolicyRef; tier: Tier }, reason: Undecidable): Selection {
  const reasons = unknown(reason);
  const isolates = policy.tier === 'normal' ? reasons : false;
  return { ref: policy.ref, tier: policy.tier, selects: reasons, isolates, parts: [], opaque: reasons };
}
