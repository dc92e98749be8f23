// What somebody passed as the snapshot of the policies and is none: said by what it holds, so that the mistake is
// seen at once.

import type { SnapshotInspection } from '../model/inspection.ts';
import { isPolicyKind } from '../model/refs.ts';
import { visible } from './terminal/visible.ts';
import { counted, listText } from './terminal/wording.ts';

const SHOWN_KINDS = 3;

/** `12 Pods, 3 Namespaces and no policy`; `no object`. For input without a policy. Safe to print. */
export function heldText({ kinds, others }: SnapshotInspection): string {
  const held = [...others, ...[...kinds].filter(([kind]) => !isPolicyKind(kind))].toSorted(
    ([, a], [, b]) => b - a,
  );
  if (held.length === 0) return 'no object';
  const shown = held
    .slice(0, SHOWN_KINDS)
    .map(([kind, count]) => counted(count, visible(kind), visible(plural(kind))));
  const left = held.length - shown.length;
  return listText([...shown, ...(left > 0 ? [counted(left, 'more kind')] : []), 'no policy']);
}

/** `Pods`, `Ingresses`, `NetworkPolicies of projectcalico.org`. */
function plural(name: string): string {
  const [kind = '', ...rest] = name.split(' of ');
  const many = kind.endsWith('y')
    ? `${kind.slice(0, -1)}ies`
    : `${kind}${/(s|x|ch)$/.test(kind) ? 'es' : 's'}`;
  return [many, ...rest].join(' of ');
}
