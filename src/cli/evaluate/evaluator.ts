// Decides flows under one set of policies that never changes, as if no others were in force. What depends on
// the subject alone, and whole decisions, are kept, so that a conversation seen before costs one look-up.
//
//   labels of the subject, direction ─▶ selections ─┐
//   labels or address of the peer, port, protocol ──┴─▶ decision
//
// Every cache is bounded. It reads no files, and answers what flows hold, never what they lack.

import { createInterner, type Interner } from '../../join/interner.ts';
import { createLru } from '../../join/lru.ts';
import type { CompiledPolicy } from '../../policy/compiled.ts';
import { decide } from '../../policy/decide.ts';
import type { Decision, DecisionContext, Party, Question } from '../../policy/decision.ts';
import { type Selection, select } from '../../policy/select.ts';
import type { FlowQuestion } from './flowQuestion.ts';
import type { Surroundings } from './surroundings.ts';

const CACHED_DECISIONS = 100_000;
const CACHED_SUBJECTS = 10_000;

/** A decision, and what it was made from, for those who want it explained. */
export interface Judged {
  readonly decision: Decision;
  readonly question: Question;
  readonly selections: readonly Selection[];
  readonly context: DecisionContext;
}

export interface Evaluator {
  (flow: FlowQuestion): Judged;
}

export function createEvaluator(policies: readonly CompiledPolicy[], surroundings: Surroundings): Evaluator {
  const interner = createInterner(CACHED_DECISIONS);
  const selections = createLru<readonly Selection[]>(CACHED_SUBJECTS);
  const decisions = createLru<Decision>(CACHED_DECISIONS);
  const contexts = createLru<DecisionContext>(CACHED_SUBJECTS);
  let generation = 0;

  /** Numbers of label sets mean nothing any more, nor what is kept under them, once the interner starts over. */
  function keysOf(subject: Party, peer: Party): { readonly subjectKey: string; readonly peerKey: string } {
    const subjectKey = partyKey(subject, interner);
    const peerKey = partyKey(peer, interner);
    if (generation === interner.generation) return { subjectKey, peerKey };
    generation = interner.generation;
    selections.clear();
    decisions.clear();
    return keysOf(subject, peer);
  }

  return ({ cluster, question: asked }) => {
    const context = contexts.get(cluster, () => surroundings.context(cluster));
    const subject = surroundings.completed(asked.subject);
    const peer = surroundings.completed(asked.peer);
    const question = { ...asked, subject, peer };
    const { subjectKey, peerKey } = keysOf(subject, peer);
    const { direction, transport, port, icmpType } = question;
    const selected = selections.get(`${direction}|${subjectKey}|${cluster}`, () =>
      policies.flatMap((policy) => select(policy, subject, direction, context) ?? []),
    );
    // Ports have names in the subject's own Pod on ingress, in all Pods on egress.
    const pod = surroundings.knowsPods ? `${subject.namespace}/${subject.pod}` : '';
    const address = peer.pod === '' || peer.labels.length === 0 ? `${peer.ip} ${peer.dns.join(' ')}` : '';
    const key = `${direction}|${subjectKey}|${pod}|${peerKey}|${address}|${transport}|${port}|${icmpType ?? ''}|${cluster}`;
    return {
      decision: decisions.get(key, () => decide(selected, question, context)),
      question,
      selections: selected,
      context,
    };
  };
}

/** Where labels are missing, the identity's number and the namespace tell something instead. */
function partyKey({ labels, identity, namespace }: Party, interner: Interner): string {
  return labels.length > 0 ? `${interner.id(labels)}` : `${identity}/${namespace}`;
}
