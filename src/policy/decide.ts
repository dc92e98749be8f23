// The declared decision: what the policies that concern a subject say about one question (cilium/cilium
// pkg/policy/repository.go and mapstate.go).
//
//   denied       a deny rule matches                                          deny-rule
//   else allowed an allow rule matches                                        allow-rule
//   else denied  some policy isolates the subject, and the peer is not the    default-deny
//                local host on ingress (allowed: local-host)
//   else allowed                                                              no-policy
//
// Invariants: deny beats allow whatever is more specific; an undecidable clause makes the answer unknown
// only where it could change it, and what a policy both may select and would allow cannot close anything.

import type { Declared, Reason } from '../model/verdict.ts';
import type { CompiledRule } from './compiled.ts';
import type { Decision, DecisionContext, Question } from './decision.ts';
import { type Asked, ask, matchesPort, matchesRule } from './match.ts';
import { carries, labelsOf } from './partyLabels.ts';
import type { SelectedPart, Selection } from './select.ts';
import { and, isUnknown, not, or, type Truth } from './truth.ts';

/** What all selections together say; `closed` = default deny holds, the rules' own allows left out. */
interface Tally {
  allow: Truth;
  deny: Truth;
  closed: Truth;
  readonly allowing: CompiledRule[];
  readonly denying: CompiledRule[];
}

/** Host endpoints have no policy without the host firewall, and `never` switches all enforcement off. */
const EXEMPT: Decision = {
  declared: 'allowed',
  reason: 'no-policy',
  undecidable: [],
  selecting: [],
  isolating: [],
  deciding: [],
  note: '',
};

/** @param selections what of each policy in force concerns the question's subject and direction, any order. */
export function decide(
  selections: readonly Selection[],
  question: Question,
  context: DecisionContext,
): Decision {
  const subject = labelsOf(question.subject);
  // Cilium looks for the key alone, so a workload label `host` exempts a pod as it does the host, and
  // `init` forces enforcement (pkg/policy/repository.go, computePolicyEnforcementAndRules).
  const host = subject.values.has('any:host') || carries(subject, 'reserved:host');
  if (context.enforcement === 'never' || host === true) return EXEMPT;
  const init = subject.values.has('any:init') || carries(subject, 'reserved:init');
  const forced = context.enforcement === 'always' || init;

  const asked = ask(question, context);
  const tally: Tally = { allow: false, deny: false, closed: forced, allowing: [], denying: [] };
  for (const selection of selections) count(selection, asked, tally);
  const localHost = question.direction === 'ingress' && carries(asked.peer, 'reserved:host');
  const open = or(not(tally.closed), localHost);
  const ruled = overruled(selections, tally, and(not(tally.deny), or(tally.allow, open)));
  const permitted = or(ruled, host);

  const certain = selections.filter((selection) => selection.selects === true);
  const isolating = certain.filter((selection) => selection.isolates === true);
  const reason = reasonOf(permitted, tally, forced === true || isolating.length > 0);
  const deciding = reason === 'allow-rule' ? tally.allowing : reason === 'deny-rule' ? tally.denying : [];
  return {
    declared: declaredOf(permitted),
    reason,
    undecidable: isUnknown(permitted) ? permitted : [],
    selecting: refs(certain),
    isolating: refs(isolating),
    deciding: refs(deciding),
    note: reason === 'allow-rule' ? noteOf(tally.allowing, asked) : '',
  };
}

function count(selection: Selection, asked: Asked, tally: Tally): void {
  if (selection.opaque !== null && selection.tier === 'normal') {
    tally.deny = or(tally.deny, selection.opaque);
    tally.allow = or(tally.allow, selection.opaque);
    tally.closed = or(tally.closed, selection.isolates);
  }
  for (const part of selection.parts) countPart(part, asked, tally);
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

/** What a policy of an earlier tier may say goes before all else; a later tier fills what nobody closed. */
function overruled(selections: readonly Selection[], tally: Tally, permitted: Truth): Truth {
  let truth = permitted;
  for (const { tier, opaque } of selections) {
    if (opaque === null || tier === 'normal') continue;
    const settled =
      tier === 'baseline' && (tally.closed === true || tally.allow === true || tally.deny === true);
    if (!settled) truth = isUnknown(truth) ? and(truth, opaque) : opaque;
  }
  return truth;
}

function declaredOf(permitted: Truth): Declared {
  return isUnknown(permitted) ? 'unknown' : permitted ? 'allowed' : 'denied';
}

function reasonOf(permitted: Truth, tally: Tally, isolated: boolean): Reason {
  if (isUnknown(permitted)) return 'undecidable';
  if (!permitted) return tally.deny === true ? 'deny-rule' : 'default-deny';
  if (tally.allowing.length > 0) return 'allow-rule';
  return isolated ? 'local-host' : 'no-policy';
}

function noteOf(allowing: readonly CompiledRule[], asked: Asked): Decision['note'] {
  if (allowing.some((rule) => rule.authentication)) return 'authentication';
  const proxied = allowing.some(
    ({ ports }) => ports !== 'any' && ports.some((port) => port.l7 && matchesPort(port, asked) === true),
  );
  return proxied ? 'l7' : '';
}

function refs(named: readonly { readonly ref: string }[]): readonly string[] {
  return named.map(({ ref }) => ref).sort();
}
