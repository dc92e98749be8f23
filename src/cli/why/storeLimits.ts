// What a store does not keep and this answer would have needed: said, so that nobody takes the store's silence
// for the logs'. What the analysis itself could not tell is no limit of the store.
import type { Undecidable } from '../../model/verdict.ts';
import type { Account, StoreLimit } from '../../report/why/answer.ts';
import type { Evidence } from './evidence.ts';
import type { WhyQuestion } from './question.ts';

/** Of what cannot be decided, what only the logs and the snapshot hold. */
export const KEPT_NOWHERE: Readonly<Partial<Record<Undecidable, StoreLimit>>> = {
  fqdn: 'dns-names',
  'missing-address': 'pod-addresses',
  'named-port': 'pod-ports',
  'cidr-group': 'group-labels',
};

/** Each once; [] for evidence that is no store's. */
export function storeLimits(
  question: WhyQuestion,
  evidence: Evidence,
  accounts: readonly Account[],
): readonly StoreLimit[] {
  if (!evidence.isStored) return [];
  return [
    ...new Set([
      ...ofQuestion(question, evidence),
      ...accounts.flatMap((account) => ofAccount(account, evidence)),
    ]),
  ];
}

function ofQuestion(
  { source, destination, service }: WhyQuestion,
  { directory }: Evidence,
): readonly StoreLimit[] {
  const isIcmp = service.transport === 'icmp' || service.transport === 'icmpv6';
  return [
    ...(isIcmp ? (['icmp-types'] as const) : []),
    ...[source, destination].flatMap(({ pattern }): readonly StoreLimit[] => {
      if (pattern.kind === 'dns') return ['dns-names'];
      return pattern.kind === 'address' && directory.find(pattern).length === 0 ? ['pod-addresses'] : [];
    }),
  ];
}

function ofAccount({ asOf, now, direction }: Account, { sightings }: Evidence): readonly StoreLimit[] {
  const analysed = new Set(
    sightings
      .filter(({ event }) => event.body.direction === direction)
      .flatMap(({ judgement }) => judgement.undecidable),
  );
  return [...asOf.undecidable, ...now.undecidable].flatMap((why) =>
    analysed.has(why) ? [] : (KEPT_NOWHERE[why] ?? []),
  );
}
