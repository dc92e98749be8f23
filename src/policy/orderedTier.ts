// The tiers of ClusterNetworkPolicy, admin and baseline: policies by priority, rules in the order written,
// the first match decides (kubernetes-sigs/network-policy-api apis/v1alpha2).
//
//   priority 0   policy ── rule, rule, …     Accept → allowed, Deny → denied, Pass → the next tier
//   priority 5   policy ─┬ rule, …           of two that match, the implementation may apply either
//                policy ─┘ rule, …
//   none matches                             → the next tier
//
// What follows is given as one truth (is it allowed?), so the tier is weighed from its last rule back to
// its first: an undecidable rule matters only where it would say otherwise than what comes after it.

import type { CompiledRule } from './compiled.ts';
import { type Asked, matchesRule } from './match.ts';
import type { Selection } from './select.ts';
import { and, choose, isUnknown, or, type Truth, unknown } from './truth.ts';

/** Whether the flow is allowed, given whether the next tier allows it. Opaque selections say nothing here. */
export function weighTier(tier: readonly Selection[], asked: Asked, next: Truth): Truth {
  if (tier.length === 0) return next;
  return byPriority(tier).reduceRight<Truth>((rest, group) => weighGroup(group, asked, rest, next), next);
}

/** Policies of one priority: what certainly matches leaves the rest behind, and should agree. */
function weighGroup(group: readonly Selection[], asked: Asked, rest: Truth, next: Truth): Truth {
  const matching = group.map((selection) => ({ selection, matches: matchesAnyRule(selection, asked) }));
  const certain = matching.filter(({ matches }) => matches === true);
  const [first, ...others] = certain.map(({ selection }) => weighPolicy(selection, asked, rest, next));
  const settled = others.reduce<Truth>(
    (truth, other) => choose(unknown('ambiguous-priority'), truth, other),
    first ?? rest,
  );
  return matching
    .filter(({ matches }) => isUnknown(matches))
    .reduce((truth, { selection }) => weighPolicy(selection, asked, truth, next), settled);
}

function weighPolicy(selection: Selection, asked: Asked, rest: Truth, next: Truth): Truth {
  return selection.parts.reduceRight((after, { selects, section }) => {
    const applied = section.rules.reduceRight(
      (later, rule) => choose(matchesRule(rule, asked), outcomeOf(rule, next), later),
      after,
    );
    return choose(selects, applied, after);
  }, rest);
}

function outcomeOf({ effect }: CompiledRule, next: Truth): Truth {
  return effect === 'pass' ? next : effect === 'allow';
}

function matchesAnyRule({ parts }: Selection, asked: Asked): Truth {
  let truth: Truth = false;
  for (const { selects, section } of parts)
    for (const rule of section.rules) truth = or(truth, and(selects, matchesRule(rule, asked)));
  return truth;
}

export interface Verdict {
  readonly effect: 'allow' | 'deny';
  /** All that match with this effect before any that matches with another. */
  readonly rules: readonly CompiledRule[];
}

/** What the rules that certainly match say; null where that is nothing, Pass, or a contradiction. */
export function verdictOf(tier: readonly Selection[], asked: Asked): Verdict | null {
  if (tier.length === 0) return null;
  const found: CompiledRule[] = [];
  for (const group of byPriority(tier)) {
    const lists = group
      .map((selection) => matchingRules(selection, asked))
      .filter(({ length }) => length > 0);
    const effects = new Set(lists.flatMap(([head]) => head?.effect ?? []));
    const [effect = 'pass'] = [...found.map((rule) => rule.effect), ...effects];
    if (lists.length === 0) continue;
    if (effects.size > 1 || !effects.has(effect)) break;
    const runs = lists.map((list) => leading(list, effect));
    found.push(...runs.flat());
    if (runs.some((run, index) => run.length < (lists[index]?.length ?? 0))) break;
  }
  const effect = found[0]?.effect ?? 'pass';
  return effect === 'pass' ? null : { effect, rules: found };
}

function matchingRules({ parts }: Selection, asked: Asked): readonly CompiledRule[] {
  return parts.flatMap(({ selects, section }) =>
    selects === true ? section.rules.filter((rule) => matchesRule(rule, asked) === true) : [],
  );
}

function leading(rules: readonly CompiledRule[], effect: CompiledRule['effect']): readonly CompiledRule[] {
  const end = rules.findIndex((rule) => rule.effect !== effect);
  return end < 0 ? rules : rules.slice(0, end);
}

function byPriority(tier: readonly Selection[]): readonly (readonly Selection[])[] {
  const groups = Map.groupBy(tier, ({ priority }) => priority);
  return [...groups].sort(([a], [b]) => a - b).map(([, group]) => group);
}
