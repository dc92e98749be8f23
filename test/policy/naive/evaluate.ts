// The naive evaluator: policies as JSON and one question → what is declared, straight from the rules in
// words. Nothing is compiled, indexed or shared with the program; only the answer has the same names.
//
// Where two ClusterNetworkPolicies of one tier and priority contradict each other, every choice is tried,
// and the answer is `unknown` where the choices end differently.
import { isObject, type JsonObject, text } from '../../../src/model/json.ts';
import type { Asked } from './asked.ts';
import { ciliumPolicyOpinion } from './ciliumPolicy.ts';
import { clusterPolicySayings, type Sayings } from './clusterPolicy.ts';
import { networkPolicyOpinion } from './networkPolicy.ts';
import type { Opinion } from './opinion.ts';
import { has } from './selector.ts';

export interface Answer {
  readonly declared: string;
  /** null where several ways lead to the same answer. */
  readonly reason: string | null;
  readonly selecting: readonly string[];
  readonly isolating: readonly string[];
  readonly deciding: readonly string[] | null;
}

interface Ending {
  readonly declared: string;
  readonly reason: string;
  readonly deciding: readonly string[];
}

export function evaluateNaively(policies: readonly JsonObject[], asked: Asked): Answer {
  const opinions = policies.flatMap((policy) => opinionOf(policy, asked));
  const sayings = policies.flatMap((policy) => sayingsOf(policy, asked));
  const selecting = [...opinions, ...sayings].filter(({ selects }) => selects).map(({ ref }) => ref);
  const isolating = opinions.filter(({ isolates }) => isolates).map(({ ref }) => ref);

  const byDefault = { declared: 'allowed', reason: 'no-policy', deciding: [] };
  const tier = (name: string, next: () => readonly Ending[]): readonly Ending[] =>
    endings(
      sayings.filter((one) => one.tier === name),
      next,
    );
  const ways = tier('Admin', () => normal(opinions, asked, () => tier('Baseline', () => [byDefault])));

  const [way, ...others] = ways;
  if (way === undefined) throw new RangeError('there is always a way');
  const certain = others.every(({ declared }) => declared === way.declared);
  const lists = { selecting: selecting.sort(), isolating: isolating.sort() };
  if (!certain) return { declared: 'unknown', reason: 'undecidable', ...lists, deciding: [] };
  if (others.length > 0) return { declared: way.declared, reason: null, ...lists, deciding: null };
  return { ...way, ...lists, deciding: way.deciding.toSorted() };
}

/** Deny beats allow; then default deny, where anybody isolates; then the next tier. */
function normal(
  opinions: readonly Opinion[],
  asked: Asked,
  next: () => readonly Ending[],
): readonly Ending[] {
  const denies = opinions.flatMap((opinion) => opinion.denies);
  const allows = opinions.flatMap((opinion) => opinion.allows);
  if (denies.length > 0) return [{ declared: 'denied', reason: 'deny-rule', deciding: denies }];
  if (allows.length > 0) return [{ declared: 'allowed', reason: 'allow-rule', deciding: allows }];
  if (!opinions.some(({ isolates }) => isolates)) return next();
  if (asked.direction === 'ingress' && has(asked.peer, 'reserved:host'))
    return [{ declared: 'allowed', reason: 'local-host', deciding: [] }];
  return [{ declared: 'denied', reason: 'default-deny', deciding: [] }];
}

/** Of the policies that match, one of those with the least number is heard, by its first rule. */
function endings(tier: readonly Sayings[], next: () => readonly Ending[]): readonly Ending[] {
  const matching = tier.filter((one) => one.matching.length > 0);
  const least = Math.min(...matching.map(({ priority }) => priority));
  const heard = matching.filter(({ priority }) => priority === least);
  const actions = [...new Set(heard.map((one) => one.matching[0]?.action ?? ''))];
  if (actions.length === 0) return next();
  return actions.flatMap((action) => {
    if (action === 'Pass') return next();
    const deciding = decidingRules(matching, action);
    return action === 'Accept'
      ? [{ declared: 'allowed', reason: 'allow-rule', deciding }]
      : [{ declared: 'denied', reason: 'deny-rule', deciding }];
  });
}

/**
 * All rules that say so, but those behind a rule that does not: of the same policy, or of one with a lower
 * number, or the first one of another policy with the same number.
 */
function decidingRules(matching: readonly Sayings[], action: string): readonly string[] {
  const rules: string[] = [];
  for (const { priority, matching: own } of matching) {
    const before = matching.filter((other) => other.priority < priority).flatMap((other) => other.matching);
    const beside = matching
      .filter((other) => other.priority === priority)
      .flatMap((other) => other.matching.slice(0, 1));
    const behind = [...before, ...beside].some((said) => said.action !== action);
    for (const said of own) {
      if (behind || said.action !== action) break;
      rules.push(said.rule);
    }
  }
  return rules;
}

function opinionOf(policy: JsonObject, asked: Asked): readonly Opinion[] {
  const { kind, ref, namespace } = nameOf(policy);
  const spec = isObject(policy['spec']) ? policy['spec'] : {};
  if (kind === 'ClusterNetworkPolicy') return [];
  if (kind === 'NetworkPolicy') return [networkPolicyOpinion(ref, namespace, spec, asked)];
  return [ciliumPolicyOpinion(ref, namespace, policy, asked)];
}

function sayingsOf(policy: JsonObject, asked: Asked): readonly Sayings[] {
  const { kind, ref } = nameOf(policy);
  if (kind !== 'ClusterNetworkPolicy' || !isObject(policy['spec'])) return [];
  return [clusterPolicySayings(ref, policy['spec'], asked)];
}

function nameOf(policy: JsonObject): { kind: string; ref: string; namespace: string } {
  const kind = text(policy['kind']);
  const metadata = isObject(policy['metadata']) ? policy['metadata'] : {};
  const namespace = kind.includes('Cluster') ? '' : text(metadata['namespace']);
  return { kind, ref: `${kind}/${namespace}/${text(metadata['name'])}`, namespace };
}
