// The declared decision: what the policies that concern a subject say about one question.
//
//   admin     first match by priority: Accept allow-rule, Deny deny-rule, Pass or none ─┐
//   normal    a deny rule matches: deny-rule; an allow rule matches: allow-rule;        ◀┘
//             else some policy isolates the subject: default-deny, or local-host where
//             the peer is the local host on ingress; else ─┐
//   baseline  as admin; Pass or none ─┐                   ◀┘
//   default   allowed: no-policy     ◀┘
//
// The normal tier is Cilium's engine (normalTier.ts), the other two are ClusterNetworkPolicy's alone
// (orderedTier.ts). An undecidable clause makes the answer unknown only where it could change it.

import { parseRef } from '../model/refs.ts';
import type { CompiledRule, Tier } from './compiled.ts';
import type { Decision, DecisionContext, Question } from './decision.ts';
import { type Asked, ask, matchesPort } from './match.ts';
import { countTier, type Tally, weighTally } from './normalTier.ts';
import { verdictOf, weighTier } from './orderedTier.ts';
import { carries, labelsOf } from './partyLabels.ts';
import type { Selection } from './select.ts';
import { and, choose, isUnknown, or, type Truth, unknown } from './truth.ts';

/** `never` switches all enforcement off. */
const EXEMPT: Decision = {
  declared: 'allowed',
  reason: 'no-policy',
  undecidable: [],
  selecting: [],
  isolating: [],
  deciding: [],
  note: '',
};

type Tiers = Readonly<Record<Tier, readonly Selection[]>>;

/** @param selections what of each policy in force concerns the question's subject and direction, any order. */
export function decide(
  selections: readonly Selection[],
  question: Question,
  context: DecisionContext,
): Decision {
  const subject = labelsOf(question.subject);
  const isHost = carries(subject, 'reserved:host');
  // Cilium looks for the key alone, so a workload label `host` exempts a pod as it does the host, and
  // `init` forces enforcement (pkg/policy/repository.go, computePolicyEnforcementAndRules).
  const exempt = isHost !== true && subject.values.has('any:host');
  if (context.enforcement === 'never' || exempt) return EXEMPT;

  const concerned = isHost === true ? selections.filter(mayConcernHost) : selections;
  const tiers = tiersOf(concerned);
  const asked = ask(question, context);
  const tally = countTier(tiers.normal, asked);
  const spared = question.direction === 'ingress' && carries(asked.peer, 'reserved:host');
  const forced = subject.values.has('any:init') || carries(subject, 'reserved:init');
  const always = context.enforcement === 'always' && (isHost === true ? unknown('host-firewall') : true);
  const closed = or(always, forced);
  const ruled = weighTiers(tiers, tally, asked, { spared, closed });
  const permitted = isHost === true ? ruled : or(ruled, isHost);

  const certain = concerned.filter((selection) => selection.selects === true);
  const isolating = certain.filter((selection) => selection.isolates === true);
  const isolated = isolating.length > 0 ? 'by-policy' : closed === true ? 'by-setting' : 'no';
  const finding = isUnknown(permitted) ? UNDECIDED : findingOf(permitted, tiers, { tally, asked, isolated });
  return {
    declared: isUnknown(permitted) ? 'unknown' : permitted ? 'allowed' : 'denied',
    reason: finding.reason,
    undecidable: isUnknown(permitted) ? permitted : [],
    selecting: refs(certain),
    isolating: refs(isolating),
    deciding: refs(finding.rules),
    note: finding.reason === 'allow-rule' ? noteOf(finding.rules, asked) : '',
  };
}

/** Only these can hold node selectors; of the others nothing concerns a host, whatever they say. */
function mayConcernHost({ ref }: Selection): boolean {
  return parseRef(ref)?.kind === 'CiliumClusterwideNetworkPolicy';
}

function tiersOf(selections: readonly Selection[]): Tiers {
  const tiers: Record<Tier, Selection[]> = { admin: [], normal: [], baseline: [] };
  for (const selection of selections) tiers[selection.tier].push(selection);
  return tiers;
}

/** From the last tier back to the first: each is weighed knowing what follows it. */
function weighTiers(
  tiers: Tiers,
  tally: Tally,
  asked: Asked,
  { spared, closed }: { readonly spared: Truth; readonly closed: Truth },
): Truth {
  const byDefault = choose(closed, spared, true);
  const baseline = overruled(tiers.baseline, weighTier(tiers.baseline, asked, byDefault));
  const normal = weighTally(tally, spared, baseline);
  return overruled(tiers.admin, weighTier(tiers.admin, asked, normal));
}

/** A ClusterNetworkPolicy of which only the name is known may say anything, before anybody else. */
function overruled(tier: readonly Selection[], permitted: Truth): Truth {
  let truth = permitted;
  for (const { opaque } of tier) if (opaque !== null) truth = isUnknown(truth) ? and(truth, opaque) : opaque;
  return truth;
}

interface Finding {
  readonly reason: Decision['reason'];
  readonly rules: readonly CompiledRule[];
}

const UNDECIDED: Finding = { reason: 'undecidable', rules: [] };

/** Which tier a certain answer is from: the first with certain words of that effect. */
function findingOf(
  permitted: boolean,
  tiers: Tiers,
  { tally, asked, isolated }: { tally: Tally; asked: Asked; isolated: 'by-policy' | 'by-setting' | 'no' },
): Finding {
  const effect = permitted ? 'allow' : 'deny';
  const reason = permitted ? 'allow-rule' : 'deny-rule';
  const closed: Finding = { reason: permitted ? 'local-host' : 'default-deny', rules: [] };
  const admin = verdictOf(tiers.admin, asked);
  if (admin?.effect === effect) return { reason, rules: admin.rules };
  if (permitted ? tally.allowing.length > 0 : tally.deny === true)
    return { reason, rules: permitted ? tally.allowing : tally.denying };
  if (isolated === 'by-policy') return closed;
  const baseline = verdictOf(tiers.baseline, asked);
  if (baseline?.effect === effect) return { reason, rules: baseline.rules };
  return isolated === 'no' && permitted ? { reason: 'no-policy', rules: [] } : closed;
}

/** What decides further where these rules allow. */
export function noteOf(allowing: readonly CompiledRule[], asked: Asked): Decision['note'] {
  if (allowing.some((rule) => rule.authentication)) return 'authentication';
  const proxied = allowing.some(
    ({ ports }) => ports !== 'any' && ports.some((port) => port.l7 && matchesPort(port, asked) === true),
  );
  return proxied ? 'l7' : '';
}

function refs(named: readonly { readonly ref: string }[]): readonly string[] {
  return named.map(({ ref }) => ref).sort();
}
