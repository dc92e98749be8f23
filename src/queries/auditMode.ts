// Which workloads policy audit mode leaves unprotected, since when, and who switched it: what verdicts tell
// of each workload, and which write of `cilium-config` fits them. A workload that nothing was ever denied to may
// be in audit mode, too: flows cannot show it.
//
//   config    ── off ──────────[ alice: on )────────────────────────[ bob: off )──────────▶
//   denials   dropped      dropped        audited … audited                     dropped
//                             unauditedUntil ┘└ auditedSince   lastAudited ┘    └ unauditedSince
//
// Where a switch fits between two verdicts, it dates the turn; where the first verdict of the new kind comes
// later than one of the old kind after the switch (an agent reads it when it starts), the verdict does.

import { MICROS_PER_SECOND, type Micros } from '../model/time.ts';
import type { AuditSigns, Unaudited } from './auditSigns.ts';
import type { AuditConfig, AuditSwitch } from './auditSwitches.ts';
import type { Change } from './changes.ts';
import type { End } from './flows.ts';

/** What a time rests on: a write of `cilium-config`, or the first verdict after it that shows it. */
export const AUDIT_EVIDENCE = ['config-change', 'first-verdict'] as const;
export type AuditEvidence = (typeof AUDIT_EVIDENCE)[number];

export interface Turn {
  /** By a verdict: it turned then at the latest. */
  readonly at: Micros;
  readonly evidence: AuditEvidence;
  /** The switch that explains it, also where a verdict dates it; null: none that the log holds. */
  readonly change: Change | null;
}

export interface AuditedWorkload {
  readonly cluster: string;
  readonly subject: End;
  readonly deniedBeside: number;
  readonly audited: number;
  readonly firstAudited: Micros;
  readonly lastAudited: Micros;
  /** The last denial before `entered` that was not audited; null: it may be audited for longer than the logs tell. */
  readonly unauditedUntil: Micros | null;
  readonly entered: Turn;
  /**
   * It was audited, then not, then audited again, and no switch explains that: some of its pods are in audit
   * mode (it is a setting of agents and endpoints), others not. `entered` is the first audited verdict then.
   */
  readonly isPartly: boolean;
  /** null: its last denial was audited, so it is in audit mode as far as its verdicts tell. */
  readonly left: (Turn & { readonly as: Unaudited }) | null;
}

export interface AuditMode {
  /** Most audited verdicts first. */
  readonly workloads: readonly AuditedWorkload[];
  readonly configs: readonly AuditConfig[];
}

/** Clocks of nodes may run so far behind the API server's: an effect may seem to come before its switch. */
const SKEW_MICROS = 2 * MICROS_PER_SECOND;

export function auditModeOf(signs: readonly AuditSigns[], configs: readonly AuditConfig[]): AuditMode {
  const byCluster = new Map(configs.map(({ cluster, switches }) => [cluster, switches]));
  return { workloads: signs.map((sign) => workloadOf(sign, byCluster.get(sign.cluster) ?? [])), configs };
}

function workloadOf(signs: AuditSigns, switches: readonly AuditSwitch[]): AuditedWorkload {
  const { auditedSince, unauditedSince, unauditedAs, ...told } = signs;
  const { firstAudited, lastAudited, unauditedUntil } = told;
  const entered = turnOf(true, { last: unauditedUntil, first: auditedSince }, switches);
  const isPartly = entered.change === null && unauditedUntil !== null && unauditedUntil > firstAudited;
  const left =
    unauditedSince === null
      ? null
      : { ...turnOf(false, { last: lastAudited, first: unauditedSince }, switches), as: unauditedAs };
  return { ...told, entered: isPartly ? { ...entered, at: firstAudited } : entered, isPartly, left };
}

interface Between {
  /** The last verdict of the old kind; null without one. */
  readonly last: Micros | null;
  /** The first of the new kind. */
  readonly first: Micros;
}

function turnOf(on: boolean, { last, first }: Between, switches: readonly AuditSwitch[]): Turn {
  const newest = switches.findLast(({ change }) => change.at <= first + SKEW_MICROS);
  const isBetween = last === null || (newest?.change.at ?? 0) >= last;
  // What the file said before may be unknown; then verdicts of both kinds around the write have to say it.
  const fits = newest?.on === on && (newest.isProven || (last !== null && isBetween));
  if (newest === undefined || !fits) return { at: first, evidence: 'first-verdict', change: null };
  const { change } = newest;
  return isBetween
    ? { at: change.at, evidence: 'config-change', change }
    : { at: first, evidence: 'first-verdict', change };
}

export interface AuditedNamespace {
  readonly cluster: string;
  /** '' for nodes. */
  readonly namespace: string;
  /** At least one. */
  readonly workloads: readonly AuditedWorkload[];
  /** All workloads of it that anything was denied to or by. */
  readonly denied: number;
  /** Of the workload whose turn came first. */
  readonly turn: Turn;
}

/** The workloads in audit mode now, by namespace; most audited verdicts first. */
export function auditedNow({ workloads }: AuditMode): readonly AuditedNamespace[] {
  return byNamespace(
    workloads.filter(({ left }) => left === null),
    ({ entered }) => entered,
  );
}

/** The workloads that left audit mode, by namespace, in order of time. */
export function leftAuditMode({ workloads }: AuditMode): readonly AuditedNamespace[] {
  return byNamespace(
    workloads.filter(({ left }) => left !== null),
    ({ left, entered }) => left ?? entered,
  ).toSorted((a, b) => a.turn.at - b.turn.at);
}

function byNamespace(
  workloads: readonly AuditedWorkload[],
  turnOfOne: (workload: AuditedWorkload) => Turn,
): readonly AuditedNamespace[] {
  const groups = Map.groupBy(workloads, ({ cluster, subject }) =>
    JSON.stringify([cluster, subject.namespace]),
  );
  return [...groups.values()]
    .flatMap((group): AuditedNamespace[] => {
      const [first] = group;
      const [turn] = group.map(turnOfOne).sort((a, b) => a.at - b.at);
      if (first === undefined || turn === undefined) return [];
      const { cluster, subject, deniedBeside } = first;
      return [{ cluster, namespace: subject.namespace, workloads: group, denied: deniedBeside, turn }];
    })
    .sort((a, b) => auditedIn(b) - auditedIn(a));
}

function auditedIn({ workloads }: AuditedNamespace): number {
  return workloads.reduce((sum, { audited }) => sum + audited, 0);
}
