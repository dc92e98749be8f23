// What a store does not keep and a judgement of today would have needed, as a caveat of the report.

import type { AuditedNow, Caveat } from '../../report/findings.ts';
import type { StoreLimit } from '../../report/why/answer.ts';
import { LIMIT_TEXTS } from '../../report/why/storeLimits.ts';
import { KEPT_NOWHERE } from '../why/storeLimits.ts';

/** [] where every audited conversation could be judged again, or the logs would not have told more. */
export function limitCaveats(judged: readonly AuditedNow[]): readonly Caveat[] {
  const limited = judged.map(limitsOf).filter((limits) => limits.length > 0);
  if (limited.length === 0) return [];
  const texts = [...new Set(limited.flat())].map((limit) => LIMIT_TEXTS[limit]);
  const which = limited.length === 1 ? '1 audited conversation' : `${limited.length} audited conversations`;
  return [
    {
      code: 'store-limits',
      message: `${which} could not be judged again, since a store does not keep ${texts.join('; ')}`,
      remedy: 'analyze the logs again with --report',
    },
  ];
}

function limitsOf({
  stillInAuditMode,
  declaredNow,
  undecidableNow,
  transport,
}: AuditedNow): readonly StoreLimit[] {
  if (!stillInAuditMode || declaredNow !== 'unknown') return [];
  return undecidableNow.flatMap((why) => {
    if (why === 'missing-port' && transport.startsWith('icmp')) return ['icmp-types'] as const;
    return KEPT_NOWHERE[why] ?? [];
  });
}
