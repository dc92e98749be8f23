// The tier of NetworkPolicy and both Cilium kinds, which knows no order: deny beats allow whatever is more
// specific, and without either default deny holds where some policy isolates the subject (cilium/cilium
// pkg/policy/repository.go and mapstate.go). What a policy both may select and would allow cannot close
// anything.

import type { CompiledRule } from './compiled.ts';
import { type Asked, matchesRule } from './match.ts';
import type { SelectedPart, Selection } from './select.ts';
import { and, choose, not, or, type Truth } from './truth.ts';

/** What all selections together say; `closed` = default deny holds, the rules' own allows left out. */
export interface Tally {
  allow: Truth;
  deny: Truth;
  closed: Truth;
  readonly allowing: CompiledRule[];
  readonly denying: CompiledRule[];
}

export function countTier(tier: readonly Selection[], asked: Asked): Tally {
  const tally: Tally = { allow: false, deny: false, closed: false, allowing: [], denying: [] };
  for (const { opaque, isolates, parts } of tier) {
    if (opaque !== null) {
      tally.deny = or(tally.deny, opaque);
      tally.allow = or(tally.allow, opaque);
      tally.closed = or(tally.closed, isolates);
    }
    for (const part of parts) countPart(part, asked, tally);
  }
  return tally;
}

/** Whether the flow is allowed, given what default deny spares and whether the next tier allows it. */
export function weighTally(tally: Tally, spared: Truth, next: Truth): Truth {
  return choose(tally.deny, false, choose(tally.allow, true, choose(tally.closed, spared, next)));
}

/** A part that may not select at all is weighed as a whole: selected, it opens or closes, not both. */
function countPart({ selects, section }: SelectedPart, asked: Asked, tally: Tally): void {
  let allow: Truth = false;
  let deny: Truth = false;
  for (const rule of section.rules) {
    const truth = matchesRule(rule, asked);
    if (truth === false) continue;
    if (rule.effect === 'allow') allow = or(allow, truth);
    else deny = or(deny, truth);
    if (truth === true && selects === true)
      (rule.effect === 'allow' ? tally.allowing : tally.denying).push(rule);
  }
  tally.deny = or(tally.deny, and(selects, deny));
  tally.allow = or(tally.allow, and(selects, and(allow, not(deny))));
  tally.closed = or(tally.closed, and(selects, and(section.isolates, not(allow))));
}
