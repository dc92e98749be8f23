// What each policy did to the recorded traffic. An allowed verdict counts for every policy with a rule that
// allows it; a denied or audited one for the policies whose rules deny it, else for all that switch on
// default deny there. So the figures of two policies must not be added up. Verdicts that went another way
// than the policies say count for none.

import type { PolicyRef } from '../model/refs.ts';
import { DIRECTIONS, type Direction, MATCH_TYPES, type MatchType } from '../model/verdict.ts';
import { countCell, textCell, wordCell } from './cells.ts';
import { FLOWS } from './flows.ts';
import type { Question } from './question.ts';

export const USES = ['allowed', 'denied', 'audited'] as const;
export type Use = (typeof USES)[number];

/** Verdicts of one policy that share what Cilium says about them. */
export interface PolicyUse {
  readonly cluster: string;
  readonly ref: PolicyRef;
  readonly use: Use;
  readonly direction: Direction;
  readonly matchType: MatchType;
  readonly count: number;
}

export const POLICY_USE: Question<readonly PolicyUse[]> = {
  sql: `WITH judged AS (
      SELECT cluster, direction, coalesce(match_type, 'unknown') AS match_type, n,
        CASE observed WHEN 'dropped' THEN 'denied' WHEN 'audited' THEN 'audited' ELSE 'allowed' END AS use,
        CASE reason WHEN 'default-deny' THEN isolating ELSE deciding END AS responsible
      FROM ${FLOWS}
      WHERE observed IN ('forwarded', 'redirected') AND declared = 'allowed'
        OR observed IN ('dropped', 'audited') AND declared = 'denied'),
    shares AS (
      SELECT cluster, direction, match_type, n, use, unnest(list_distinct(
        list_transform(responsible, lambda rule: split_part(rule, '#', 1)))) AS ref FROM judged)
    SELECT cluster, ref, use, direction, match_type, CAST(sum(n) AS BIGINT) AS n
    FROM shares GROUP BY ALL ORDER BY cluster, ref, use, direction, match_type`,
  read: (rows) =>
    rows.map((row) => ({
      cluster: textCell(row, 'cluster'),
      ref: textCell(row, 'ref'),
      use: wordCell(row, 'use', USES, 'allowed'),
      direction: wordCell(row, 'direction', DIRECTIONS, 'ingress'),
      matchType: wordCell(row, 'match_type', MATCH_TYPES, 'unknown'),
      count: countCell(row, 'n'),
    })),
};

/** Cilium's spelling (cilium/cilium pkg/monitor/api, PolicyMatchType.String). */
const MATCH_WORDS: Readonly<Record<MatchType, string>> = {
  none: 'none',
  'l3-only': 'L3-Only',
  'l3-l4': 'L3-L4',
  'l4-only': 'L4-Only',
  all: 'all',
  'l3-proto': 'L3-Proto',
  'proto-only': 'Proto-Only',
  unknown: 'unknown',
};

/** As `hubble observe` and `cilium monitor` print it: `policy-verdict:none INGRESS AUDITED`. */
export function ciliumWords({ matchType, direction, use }: PolicyUse): string {
  return `policy-verdict:${MATCH_WORDS[matchType]} ${direction.toUpperCase()} ${use.toUpperCase()}`;
}
