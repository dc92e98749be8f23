// Kinds of policies that the logs name and the snapshot does not hold: `kubectl get netpol` lists one kind of four,
// and silence about the others is then no proof.

import type { SnapshotInspection } from '../model/inspection.ts';
import { kindFacts, parseRef, POLICY_KINDS, type PolicyKind, type PolicyRef } from '../model/refs.ts';
import { UNBROKEN } from './terminal/section.ts';
import { listText, policyText } from './terminal/wording.ts';

export interface KindNotHeld {
  readonly kind: PolicyKind;
  /** At least one. */
  readonly named: readonly PolicyRef[];
}

/** [] for a snapshot without any policy: what that lacks is everything. */
export function kindsNotHeld(
  { kinds, policies }: SnapshotInspection,
  named: readonly PolicyRef[],
): readonly KindNotHeld[] {
  if (policies === 0) return [];
  return POLICY_KINDS.filter((kind) => !kinds.has(kind)).flatMap((kind) => {
    const own = named.filter((ref) => parseRef(ref)?.kind === kind);
    return own.length === 0 ? [] : [{ kind, named: own }];
  });
}

/** `no CiliumNetworkPolicy (the logs name CNP edge/x and 3 more)`. Safe to print. */
export function notHeldText(missing: readonly KindNotHeld[]): string {
  return listText(
    missing.map(({ kind, named: [first = '', ...more] }) => {
      const rest = more.length === 0 ? '' : ` and ${more.length} more`;
      return `no ${kind} (the logs name ${policyText(first).replaceAll(UNBROKEN, ' ')}${rest})`;
    }),
  );
}

/** `CNP`, for a table. */
export function notHeldKinds(missing: readonly KindNotHeld[]): string {
  return listText(missing.map(({ kind }) => kindFacts(kind).short));
}
