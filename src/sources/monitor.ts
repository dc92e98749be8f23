// Lines of `cilium monitor -t policy-verdict`, the only form in which the agent prints policy verdicts itself
// (its JSON output has none). Four generations are read: with `dst port` and `ingress true|false` (Cilium 1.7
// and 1.8), with `ingress|egress` (to 1.12), with `auth:` (since), and builds that name the policy, those of
// AccuKnox included (`auditMode:true`). Such a line carries no time, no node and no namespace, so it can be
// counted and never joined.

import type { Direction } from '../model/verdict.ts';

export const MONITOR_ACTIONS = ['allow', 'deny', 'audit', 'redirect'] as const;
export type MonitorAction = (typeof MONITOR_ACTIONS)[number];

export interface MonitorVerdict {
  readonly direction: Direction;
  /** `audit` = would have been denied without audit mode. */
  readonly action: MonitorAction;
  /** As printed: `none`, `L3-Only`, `L3-L4`, `L4-Only`, `all`, `L3-Proto`, `Proto-Only`. */
  readonly match: string;
  /** '' when the build does not name it; `implicit-default-deny` for a denial that no rule made. */
  readonly policyName: string;
}

const HEAD = 'Policy verdict log: ';
const MAX_LENGTH = 4_096;

const VERDICT = new RegExp(
  [
    '^flow (?:0x[0-9a-fA-F]+|0)',
    '(?:, PolicyName (?<policy>[^,]*))?,?,? local EP ID \\d+',
    ', remote ID [^,]*',
    '(?:, dst port \\d+)?',
    ', proto \\d+',
    ', (?:(?<direction>ingress|egress)|ingress (?<ingress>true|false))',
    ', action (?<action>[A-Za-z]+)(?:\\((?<inner>[A-Za-z]+)\\))?(?: auditMode:(?<mode>true|false))?',
    '(?:, auth: [^,]*)?',
    ', match (?<match>[\\w-]+)(?:,|$)',
  ].join(''),
);

/** Other lines of the same command: traces, drops, its banner. None of them judges a policy. */
const OTHER = [
  /^(?:->|<-|>>|xx|==) /,
  /^Listening for events on /,
  /^Press Ctrl-C to quit/,
  /^level=\w+ msg="?Initializing dissection cache/,
  /^CPU \d+: /,
  /^-{20,}$/,
] as const;

/** Whether the text is a policy verdict of `cilium monitor`, well formed or not. */
export function isMonitorVerdict(text: string): boolean {
  return text.includes(HEAD);
}

export function isOtherMonitorLine(text: string): boolean {
  return OTHER.some((pattern) => pattern.test(text));
}

/** What stands before `Policy verdict log:` is skipped. @returns undefined when the rest has no known form. */
export function parseMonitorVerdict(text: string): MonitorVerdict | undefined {
  const start = text.indexOf(HEAD);
  if (start < 0) return undefined;
  const groups = VERDICT.exec(text.slice(start + HEAD.length, start + MAX_LENGTH))?.groups;
  if (groups === undefined) return undefined;
  const action = actionOf(groups['action'] ?? '', groups['inner'] ?? '', groups['mode'] === 'true');
  if (action === undefined) return undefined;
  const ingress = groups['direction'] === 'ingress' || groups['ingress'] === 'true';
  return {
    direction: ingress ? 'ingress' : 'egress',
    action,
    match: groups['match'] ?? '',
    policyName: groups['policy'] ?? '',
  };
}

/** `audit(deny)` and `DENY auditMode:true` say the same; what audit mode would let pass anyway is no audit. */
function actionOf(action: string, inner: string, auditMode: boolean): MonitorAction | undefined {
  const said = (inner === '' ? action : inner).toLowerCase();
  const known = MONITOR_ACTIONS.find((name) => name === said);
  const audited = auditMode || (inner !== '' && action.toLowerCase() === 'audit');
  return audited && known === 'deny' ? 'audit' : known;
}
