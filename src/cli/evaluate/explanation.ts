// A decision in sentences, each beginning with the policy that it is about. Where no policy has a part in the
// decision, one sentence says why the answer is what it is all the same, so that no explanation is empty.

import { explain } from '../../policy/explain.ts';
import type { Judged } from './evaluator.ts';

/** `NetworkPolicy/shop/web: ingress[0] allows app=frontend; the peer has app=web`. Never empty. */
export function explanationOf({ decision, question, selections, context }: Judged): readonly string[] {
  const explained = explain(selections, question, context);
  if (explained.length > 0) return explained.map(({ policy, text }) => `${policy}: ${text}`);
  const { direction } = question;
  switch (decision.reason) {
    case 'local-host':
      return ['the peer is the node itself, which Cilium always lets reach its own pods'];
    case 'no-policy':
      return decision.selecting.length === 0
        ? [`no policy selects the subject on ${direction}, so everything is allowed`]
        : decision.selecting.map(
            (ref) => `${ref}: selects the subject, and does not isolate it on ${direction}`,
          );
    case 'default-deny':
      return ['no policy selects the subject, whose identity Cilium isolates by itself (reserved:init)'];
    case 'allow-rule':
    case 'deny-rule':
    case 'undecidable':
      return [`decided by ${decision.deciding.join(', ') || decision.undecidable.join(', ')}`];
  }
}
