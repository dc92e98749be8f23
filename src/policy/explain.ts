// A decision in words, one line a rule: for a denial, of each isolating policy the rule that came nearest
// and the clause that failed; for what a rule decided, that rule and what matched. It explains what
// decide() found on the same input and decides nothing itself.

import { NAMESPACE_KEY } from '../model/labels.ts';
import { type PolicyRef, parseRef, policyOfRule, type RuleRef } from '../model/refs.ts';
import type { CompiledRule, PeerClause } from './compiled.ts';
import { decide, noteOf } from './decide.ts';
import type { Decision, DecisionContext, Question } from './decision.ts';
import {
  askedInWords,
  holdingInWords,
  isNamespace,
  partyInWords,
  peerInWords,
  peersInWords,
  portsInWords,
  reasonsInWords,
} from './describe.ts';
import { type Asked, ask, matchesPeer, matchesPeers, matchesPorts, matchesRule } from './match.ts';
import { carries } from './partyLabels.ts';
import { meets } from './requirements.ts';
import type { Selection } from './select.ts';
import { isUnknown, type Truth } from './truth.ts';

export interface Explained {
  readonly policy: PolicyRef;
  /** '' where the policy has no rule to speak of. */
  readonly rule: RuleRef;
  /** `ingress[0] allows app=frontend; the peer has app=web`. */
  readonly text: string;
}

/** Sorted by policy, then in the order of the rules. [] where no policy has a part in the decision. */
export function explain(
  selections: readonly Selection[],
  question: Question,
  context: DecisionContext,
): readonly Explained[] {
  const decision = decide(selections, question, context);
  const asked = ask(question, context);
  const sorted = selections.toSorted((a, b) => (a.ref < b.ref ? -1 : 1));
  switch (decision.reason) {
    case 'allow-rule':
    case 'deny-rule':
      return sorted.flatMap((selection) =>
        rulesOf(selection)
          .filter((rule) => decision.deciding.includes(rule.ref))
          .map((rule) => line(rule, `${matchInWords(rule, asked)}${FURTHER[noteOf([rule], asked)]}`)),
      );
    case 'default-deny':
      return sorted
        .filter(({ ref }) => decision.isolating.includes(ref))
        .map((selection) => nearest(selection, asked));
    case 'undecidable':
      return sorted.flatMap((selection) => undecided(selection, asked));
    case 'no-policy':
    case 'local-host':
      return [];
  }
}

const FURTHER: Readonly<Record<Decision['note'], string>> = {
  '': '',
  l7: '; its L7 rules decide further',
  authentication: '; it demands mutual authentication too',
};

function nearest(selection: Selection, asked: Asked): Explained {
  let best: CompiledRule | undefined;
  let bestScore = -1;
  for (const rule of rulesOf(selection)) {
    const score = rule.effect === 'allow' ? scoreOf(rule, asked) : -1;
    if (score > bestScore) [best, bestScore] = [rule, score];
  }
  if (best !== undefined) return line(best, failureInWords(best, asked));
  const { direction } = asked.question;
  const text =
    rulesOf(selection).length === 0
      ? `isolates and allows nobody: it has no ${direction} rules`
      : `has ${direction}Deny rules only, which switch on default deny and allow nobody`;
  return { policy: selection.ref, rule: '', text };
}

function undecided(selection: Selection, asked: Asked): readonly Explained[] {
  const { ref, opaque, selects } = selection;
  if (opaque !== null) return [{ policy: ref, rule: '', text: reasonsInWords(opaque) }];
  if (isUnknown(selects))
    return [{ policy: ref, rule: '', text: `may select the subject; ${reasonsInWords(selects)}` }];
  return reached(selection, asked).flatMap((rule) => {
    const truth = matchesRule(rule, asked);
    if (isUnknown(truth)) return [line(rule, `${saying(rule)}; ${reasonsInWords(truth)}`)];
    // In a tier with an order a certain rule may be one of two that contradict each other.
    return truth && selection.tier !== 'normal' ? [line(rule, matchInWords(rule, asked))] : [];
  });
}

/** In a tier with an order nothing is asked behind the first rule that certainly matches. */
function reached(selection: Selection, asked: Asked): readonly CompiledRule[] {
  const rules = rulesOf(selection);
  const end = rules.findIndex((rule) => matchesRule(rule, asked) === true);
  return selection.tier === 'normal' || end < 0 ? rules : rules.slice(0, end + 1);
}

/** A matching port counts one, the best peer the share of its requirements that hold. */
function scoreOf(rule: CompiledRule, asked: Asked): number {
  const peers = rule.peers === 'any' ? 1 : Math.max(0, ...rule.peers.map((peer) => shareOf(peer, asked)));
  return peers + weight(matchesPorts(rule.ports, asked));
}

function shareOf(clause: PeerClause, asked: Asked): number {
  const whole = weight(matchesPeer(clause, asked));
  if (whole > 0 || clause.kind !== 'labels' || clause.requirements.length === 0) return whole;
  const held = clause.requirements.filter((requirement) => meets(requirement, asked.peer) === true).length;
  return held / (clause.requirements.length + 1);
}

function weight(truth: Truth): number {
  return isUnknown(truth) ? 0.5 : Number(truth);
}

function failureInWords(rule: CompiledRule, asked: Asked): string {
  if (matchesPeers(rule.peers, asked) === false) {
    if (rule.peers === 'any' || rule.peers.length === 0) return `${saying(rule)}: it names no peers`;
    const [closest] = rule.peers.toSorted((a, b) => shareOf(b, asked) - shareOf(a, asked));
    return closest === undefined ? saying(rule) : peerFailure(closest, homeOf(rule), asked);
  }
  return `${saying(rule)}; this is ${askedInWords(asked.question)}`;
}

/** The namespace is named where it is what failed, also the policy's own. */
function peerFailure(clause: PeerClause, home: string, asked: Asked): string {
  const { peer } = asked.question;
  const failed =
    clause.kind === 'labels'
      ? clause.requirements.find((requirement) => meets(requirement, asked.peer) !== true)
      : undefined;
  const isPod = carries(asked.peer, `k8s:${NAMESPACE_KEY}`) !== false;
  if (clause.kind === 'cidr' && isPod)
    return `allows ${peerInWords(clause, '')}, never pods; the peer is ${partyInWords(peer)}`;
  if (failed === undefined || isNamespace(failed) || !isPod)
    return `allows ${peerInWords(clause, '')}; the peer is ${partyInWords(peer)}`;
  return `allows ${peerInWords(clause, home)}; the peer ${holdingInWords(peer, failed)}`;
}

function matchInWords(rule: CompiledRule, asked: Asked): string {
  const matched =
    rule.peers === 'any' ? 'any' : rule.peers.filter((peer) => matchesPeer(peer, asked) === true).slice(0, 1);
  return `${saying({ ...rule, peers: matched })}; the peer is ${partyInWords(asked.question.peer)}`;
}

const VERBS = { allow: 'allows', deny: 'denies', pass: 'passes on' } as const;

/** `allows app=web on tcp 8080`. */
function saying(rule: CompiledRule): string {
  const verb = VERBS[rule.effect];
  const ports = rule.ports === 'any' ? '' : ` on ${portsInWords(rule.ports)}`;
  return `${verb} ${peersInWords(rule.peers, homeOf(rule))}${ports}`;
}

/** The namespace of the rule's policy; '' for cluster-wide ones. */
function homeOf(rule: CompiledRule): string {
  return parseRef(policyOfRule(rule.ref))?.namespace ?? '';
}

function rulesOf(selection: Selection): readonly CompiledRule[] {
  return selection.parts.flatMap(({ section }) => section.rules);
}

function line(rule: CompiledRule, words: string): Explained {
  const policy = policyOfRule(rule.ref);
  return { policy, rule: rule.ref, text: `${rule.ref.slice(policy.length + 1)} ${words}` };
}
