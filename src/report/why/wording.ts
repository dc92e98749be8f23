// The sentences of an answer: what happened, what the policies say, who did what. Everything that comes from
// a log passes `visible` here or in the words of the terminal report.
import type { PolicyRef } from '../../model/refs.ts';
import type { Direction, Observed } from '../../model/verdict.ts';
import { UNDECIDABLE } from '../../model/verdict.ts';
import { policyText, endText, policiesText } from '../terminal/wording.ts';
import { UNBROKEN } from '../terminal/section.ts';
import { visible } from '../terminal/visible.ts';
import type { Account, Declaration, Seen } from './answer.ts';

/** `ingress of shop/cart`: whose policies were asked, in which direction. */
export function sideText({ direction, subject }: Pick<Account, 'direction' | 'subject'>): string {
  return `${direction} of${UNBROKEN}${endText(subject)}`;
}

const OBSERVED_WORDS: Readonly<Record<Observed, string>> = {
  forwarded: 'forwarded',
  dropped: 'dropped',
  audited: 'audited',
  redirected: 'sent to the L7 proxy',
  error: 'failed',
};

export function observedText({ observed, count }: Seen): string {
  return `${OBSERVED_WORDS[observed]} ${count.toLocaleString('en-US')}×`;
}

/** Why it was judged so, in a clause; beside it, where the datapath did otherwise. */
export function judgedText(seen: Seen): string {
  return `${seenReason(seen)}${misfitText(seen)}`;
}

function seenReason({ reason, isolating, deciding, undecidable, direction, reported }: Seen): string {
  switch (reason) {
    case 'no-policy':
      return `allowed: no policy isolates its ${direction}`;
    case 'allow-rule':
      return `allowed by ${policiesText(deciding)}`;
    case 'deny-rule':
      return `denied by ${policiesText(deciding)}`;
    case 'default-deny':
      return isolating.length === 0 ? 'default deny' : `default deny: ${policiesText(isolating)}`;
    case 'local-host':
      return 'allowed: its own node';
    case 'undecidable': {
      const why = undecidable.join(', ');
      return reported.length === 0
        ? `cannot tell why: ${why}`
        : `cannot tell why: ${why}; Hubble names ${policiesText(reported)}`;
    }
  }
}

function misfitText({ drift }: Seen): string {
  if (drift.includes('propagating')) return ' (the node was only late)';
  if (drift.includes('not-enforced')) return ', and let through all the same';
  if (drift.includes('stale-version')) return ', but the datapath acted on an older version';
  if (drift.includes('unexpected-deny')) return ', and denied all the same';
  return '';
}

/** What the policies say, in a clause. */
export function declaredText(
  { declared, reason, lines, undecidable }: Declaration,
  direction: Direction,
): string {
  const policies = [...new Set(lines.map(({ policy }) => policy))];
  if (declared === 'unknown')
    return `cannot be told: ${undecidable.map((why) => UNDECIDABLE[why]).join('; ')}`;
  switch (reason) {
    case 'no-policy':
      return `allowed: no policy isolates its ${direction}`;
    case 'local-host':
      return 'allowed: a node may always reach its own pods';
    case 'allow-rule':
      return `allowed by ${namedText(policies, 'a policy')}`;
    case 'deny-rule':
      return `denied by a deny rule of ${namedText(policies, 'a policy')}`;
    case 'default-deny':
    case 'undecidable':
      return `denied by default: no rule of ${namedText(policies, 'the policies')} allows it`;
  }
}

/** Verdicts tell that policies decided, also where nothing is known of the policies. @param some `a policy` */
function namedText(policies: readonly PolicyRef[], some: string): string {
  return policies.length === 0 ? `${some} of which nothing more is known` : policiesText(policies);
}

/** `NP shop/cart`, and its sentence. */
export function ruleText({ policy, text }: { readonly policy: PolicyRef; readonly text: string }) {
  return { policy: policyText(policy), text: visible(text) };
}
