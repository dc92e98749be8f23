// The flows as rows of the page: each end and policy named as on the terminal, and what decided given by its place
// in a list, since few rules decide many flows.

import { policyOfRule } from '../../model/refs.ts';
import { MICROS_PER_MS } from '../../model/time.ts';
import type { End } from '../../queries/flows.ts';
import type { FlowGroup } from '../../queries/report/flowGroups.ts';
import type { Findings } from '../findings.ts';
import type { FlowRow, RuleText } from '../page/pageData.ts';
import { misfitText } from '../terminal/sections/misfits.ts';
import { visible } from '../terminal/visible.ts';
import { endText, pairText, policyText, serviceText } from '../terminal/wording.ts';
import { auditedFates } from './auditedFates.ts';
import { whyCommand } from './whyCommand.ts';

export interface FlowRows {
  readonly flows: readonly FlowRow[];
  readonly rules: readonly RuleText[];
}

/** In the order of `groups`. */
export function flowRows(groups: readonly FlowGroup[], findings: Findings): FlowRows {
  const fateOf = auditedFates(findings);
  const places = new Map<string, number>();
  const placeOf = (ref: string): number => {
    const place = places.get(ref) ?? places.size;
    places.set(ref, place);
    return place;
  };
  const flows = groups.map((group): FlowRow => {
    const { conversation, observed, drift } = group;
    return {
      ...talkTexts(group, findings.kept.store),
      cluster: visible(conversation.cluster || 'default'),
      observed,
      declared: group.declared,
      reason: group.detail === 'whole' ? group.reason.replace('-', ' ') : '',
      drift,
      misfit: misfitText(drift),
      rules: group.responsible.map(placeOf),
      cause: group.causeId,
      undecidable: group.undecidable,
      still: observed === 'audited' && group.detail === 'whole' ? fateOf(conversation) : '',
      groups: group.groups,
      count: group.count,
      firstMs: Math.floor(group.firstSeen / MICROS_PER_MS),
      lastMs: Math.floor(group.lastSeen / MICROS_PER_MS),
      slots: group.slots,
      counts: group.counts,
    };
  });
  return { flows, rules: [...places.keys()].map(ruleText) };
}

type TalkTexts = Pick<FlowRow, 'talk' | 'service' | 'direction' | 'end' | 'subject' | 'peer' | 'why'>;

function talkTexts({ detail, conversation, groups }: FlowGroup, store: string): TalkTexts {
  const { subject, peer, direction } = conversation;
  const summed = { service: '', end: '', why: '' };
  if (detail === 'rest')
    return { ...summed, talk: `${groups} more, summed up`, direction: '', subject: '(more)', peer: '(more)' };
  const places = { direction, subject: placeText(subject), peer: placeText(peer) };
  if (detail === 'namespaces') {
    const pair =
      direction === 'ingress' ? `${places.peer} → ${places.subject}` : `${places.subject} → ${places.peer}`;
    return { ...summed, ...places, talk: `${pair}: ${groups} more, summed up` };
  }
  return {
    ...places,
    talk: pairText(conversation),
    service: serviceText(conversation),
    end: endText(subject),
    why: whyCommand(conversation, store),
  };
}

/** The namespace; what it is, where it is no pod. */
function placeText({ namespace, entity, workload }: End): string {
  return visible(namespace || entity || workload || '(not named)');
}

/** A rule ref, or the ref of a policy whose default deny decided. */
function ruleText(ref: string): RuleText {
  const policy = policyOfRule(ref);
  return {
    policy,
    ref,
    name: policyText(policy),
    rule: ref === policy ? 'default deny' : visible(ref.slice(policy.length + 1)),
  };
}
