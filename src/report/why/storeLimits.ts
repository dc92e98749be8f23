// What a store does not keep, in words, and where the answer lies instead.
import type { Undecidable } from '../../model/verdict.ts';
import type { StoreLimit } from './answer.ts';

export const LIMIT_TEXTS: Readonly<Record<StoreLimit, string>> = {
  'icmp-types':
    'types of ICMP: verdicts of all types are shown together, and the policies are asked about the type named, ' +
    'else about echo requests (ping)',
  'dns-names': 'DNS names of what was allowed: they stand with denied, audited and drifting verdicts only',
  'pod-addresses':
    'addresses of pods: no rule by address can be tried on them, and no pod is found by its address',
  'pod-ports': 'Pods, which tell what number a named port stands for',
  'group-labels': 'labels of CiliumCIDRGroups: no rule that chooses groups by them can be tried',
};

/** What would do instead. */
export const ASK_THE_LOGS = 'ask the logs themselves: --flows, --audit and --policies instead of --store';

const EXPLAINS: Readonly<Record<StoreLimit, readonly Undecidable[]>> = {
  'icmp-types': [],
  'dns-names': ['fqdn'],
  'pod-addresses': ['missing-address'],
  'pod-ports': ['named-port'],
  'group-labels': ['cidr-group'],
};

/** Whether that a reason stands here is the store's fault, so that mending the logs would not help. */
export function isOfStore(why: Undecidable, limits: readonly StoreLimit[]): boolean {
  return limits.some((limit) => EXPLAINS[limit].includes(why));
}
