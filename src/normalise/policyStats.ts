// Counts over the verdicts of `cilium monitor`, whose lines carry no time and are never joined: how often which
// policy, as far as the line names one, was hit in which direction with which result.

import type { MonitorAction, MonitorVerdict } from '../sources/monitor.ts';

export interface PolicyStat extends MonitorVerdict {
  /** As Cilium's users know it from Hubble: `policy-verdict:none INGRESS AUDITED`. */
  readonly words: string;
  readonly count: number;
}

export interface PolicyStats {
  readonly add: (verdict: MonitorVerdict) => void;
  /** Most frequent first; equal counts by policy name, then words. */
  readonly list: () => readonly PolicyStat[];
  /** Verdicts that came when the table was full. */
  readonly overflow: () => number;
}

/** Different combinations that are kept. Policy names come from the input, so their number must be bounded. */
const MAX_POLICY_STATS = 20_000;

/** Hubble's own words (cilium/cilium hubble/pkg/printer). */
const ACTION_WORDS: Readonly<Record<MonitorAction, string>> = {
  allow: 'ALLOWED',
  deny: 'DENIED',
  audit: 'AUDITED',
  redirect: 'REDIRECTED',
};

function verdictWords(verdict: MonitorVerdict): string {
  return `policy-verdict:${verdict.match} ${verdict.direction.toUpperCase()} ${ACTION_WORDS[verdict.action]}`;
}

export function createPolicyStats(maxStats = MAX_POLICY_STATS): PolicyStats {
  const stats = new Map<string, { readonly verdict: MonitorVerdict; count: number }>();
  let overflow = 0;
  return {
    add: (verdict) => {
      // Neither words nor a name in a monitor line can hold a line feed.
      const key = `${verdictWords(verdict)}\n${verdict.policyName}`;
      const stat = stats.get(key);
      if (stat !== undefined) stat.count += 1;
      else if (stats.size < maxStats) stats.set(key, { verdict, count: 1 });
      else overflow += 1;
    },
    list: () =>
      [...stats.values()]
        .map(({ verdict, count }) => ({ ...verdict, words: verdictWords(verdict), count }))
        .sort((a, b) => b.count - a.count || compareNames(a, b)),
    overflow: () => overflow,
  };
}

function compareNames(a: PolicyStat, b: PolicyStat): number {
  if (a.policyName !== b.policyName) return a.policyName < b.policyName ? -1 : 1;
  return a.words < b.words ? -1 : 1;
}
