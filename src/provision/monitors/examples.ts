// What several monitors group and tell alike: the policies that decided, and of each one conversation, so that the
// message brings the command that explains it.
import { each, KEY, value } from './mustache.ts';
import { CONVERSATION, POLICIES } from './scripts.ts';
import { type Aggregations, is, sumOfCounts, top } from './search.ts';

/** What enforcement would deny. */
export const AUDITED = is('verdict.observed', 'audited');

/** One conversation, the most frequent, and when it was seen last. */
export const EXAMPLE: Aggregations = {
  conversations: top(CONVERSATION, {
    order: 'count',
    size: 1,
    per: { count: sumOfCounts(), last: { max: { field: 'last_seen', format: 'strict_date_time' } } },
  }),
};

/** What the message says of it: the command that explains it. */
export function exampleText(whyInput: string): string {
  return each('conversations', `\n    netpol-drift why ${KEY} --at ${value('last')} ${whyInput}`);
}

export const BY_POLICY: Aggregations = {
  count: sumOfCounts(),
  policies: top(POLICIES, { order: 'count', per: { count: sumOfCounts(), ...EXAMPLE } }),
};

export function byPolicyText(whyInput: string): string {
  return each('policies', `\n- ${value('count')} × ${KEY}${exampleText(whyInput)}`);
}
