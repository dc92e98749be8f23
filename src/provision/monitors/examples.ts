// What several monitors group and tell alike: the policies that decided, and of each one conversation, so that the
// message brings the commands that show and explain it.
import { type Commands, queryLine, whyLine } from './commands.ts';
import { each, fact, KEY, value } from './mustache.ts';
import { CLUSTER_OPTION, CONVERSATION, NAMESPACE_OPTION, POLICIES } from './scripts.ts';
import { type Aggregations, is, sumOfCounts, told, top } from './search.ts';

/** What enforcement would deny. */
export const AUDITED = is('verdict.observed', 'audited');

/** One conversation, the most frequent, and its first and last verdict; `first` is that of its minute, as queries count. */
export const EXAMPLE: Aggregations = {
  conversations: top(CONVERSATION, {
    order: 'count',
    size: 1,
    per: {
      count: sumOfCounts(),
      first: { min: { field: '@timestamp', format: 'strict_date_time' } },
      last: { max: { field: 'last_seen', format: 'strict_date_time' } },
      options: told({ cluster: CLUSTER_OPTION, namespace: NAMESPACE_OPTION }),
    },
  }),
};

/** What the message says of it. @param query the saved one that lists it, and others like it */
export function exampleText(commands: Commands, query: string): string {
  const cluster = fact('options', 'cluster');
  const scope = `${cluster}${fact('options', 'namespace')} --since ${value('first')}`;
  const question = `${KEY} ${cluster} --at ${value('last')}`;
  return each(
    'conversations',
    `\n  for example ${KEY}:${queryLine(commands, query, scope)}${whyLine(commands, question)}`,
  );
}

export const BY_POLICY: Aggregations = {
  count: sumOfCounts(),
  policies: top(POLICIES, { order: 'count', per: { count: sumOfCounts(), ...EXAMPLE } }),
};

export function byPolicyText(commands: Commands, query: string): string {
  return each('policies', `\n- ${value('count')} × ${KEY}${exampleText(commands, query)}`);
}
