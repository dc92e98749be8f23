// What the input cannot tell, and the one thing that mends it: said before any answer, because an answer from
// half the data is worse than none when nobody says so. In order of weight.
import type { PolicyRef } from '../../model/refs.ts';
import { formatInstant, MICROS_PER_MINUTE, type Micros } from '../../model/time.ts';
import type { Caveat, FeedAccount } from '../../report/findings.ts';
import { kindsNotHeld, notHeldText } from '../../report/kindsNotHeld.ts';
import { KUBECTL_SNAPSHOT } from '../../report/snapshotCommand.ts';
import { heldText } from '../../report/snapshotHeld.ts';
import { UNBROKEN } from '../../report/terminal/section.ts';
import { visible } from '../../report/terminal/visible.ts';
import { counted, policyText } from '../../report/terminal/wording.ts';
import { type ClusterState, DEFAULT_CLUSTER } from './clusters.ts';
import type { FlowTotals } from './flowPass.ts';
import type { GivenSnapshot } from './snapshot.ts';

export interface CaveatFacts {
  readonly flowsGiven: boolean;
  readonly auditGiven: boolean;
  readonly flows: FeedAccount;
  readonly audit: FeedAccount;
  readonly totals: FlowTotals;
  readonly clusters: readonly ClusterState[];
  /** null when not given, and of a store. */
  readonly snapshot: GivenSnapshot | null;
  /** Policies that the logs name as being older than themselves. */
  readonly named: readonly PolicyRef[];
  readonly stopped: boolean;
  readonly rejectsPath: string;
}

type Check = (facts: CaveatFacts) => readonly Caveat[];

export function caveatsOf(facts: CaveatFacts): readonly Caveat[] {
  return CHECKS.flatMap((check) => check(facts));
}

function caveat(code: Caveat['code'], message: string, remedy = ''): readonly Caveat[] {
  return [{ code, message, remedy }];
}

const stopped: Check = ({ stopped }) =>
  stopped ? caveat('stopped', 'stopped before the end of the input: figures cover what was read') : [];

const noVerdicts: Check = ({ flowsGiven, flows, totals }) => {
  if (!flowsGiven || totals.verdicts > 0) return [];
  const strays = flows.ignored.get('other-feed') ?? 0;
  if (strays > 0 && strays === flows.records)
    return caveat(
      'no-verdict-events',
      'what was passed with --flows is an audit log: no flows, nothing to judge',
      'pass it with --audit, and Hubble’s flow export with --flows',
    );
  const drops = flows.ignored.get('drop-event') ?? 0;
  if ((flows.ignored.get('no-time') ?? 0) > 0)
    return caveat(
      'no-time',
      'cilium monitor prints no time, node or namespace: policy statistics only, nothing can be joined',
      'use hubble observe -o jsonpb --type policy-verdict, or the Hubble exporter',
    );
  return caveat(
    'no-verdict-events',
    drops > 0
      ? `no policy verdicts (event type 5) in the flows, but ${drops} drops by policy (event type 1)`
      : 'no policy verdicts (event type 5) in the flows: nothing to judge',
    drops > 0
      ? 'take event type 5 into the exporter’s allow list, or count drops with --drop-events count'
      : 'take event type 5 into the exporter’s allow list',
  );
};

const noAudit: Check = ({ auditGiven, audit }) => {
  if (!auditGiven)
    return caveat(
      'no-audit-log',
      'no audit log: which change caused a verdict, and who made it, cannot be told',
      'pass the API server’s audit log with --audit',
    );
  const strays = (['blank', 'other-feed', 'other-log'] as const).map((why) => audit.ignored.get(why) ?? 0);
  if (audit.records > sum(audit.rejected) + strays.reduce((total, count) => total + count, 0)) return [];
  return (audit.rejected.get('no-cluster') ?? 0) > 0
    ? []
    : caveat(
        'no-audit-events',
        'what was passed with --audit holds no audit events: causes, and who made them, cannot be told',
        'pass the API server’s audit log with --audit, and Hubble’s flow export with --flows',
      );
};

const noPolicies: Check = ({ snapshot }) =>
  snapshot === null || snapshot.held.policies > 0
    ? []
    : caveat(
        'no-policy-in-snapshot',
        `${visible(snapshot.name)} holds ${heldText(snapshot.held)}: it is no snapshot of the policies`,
        `${KUBECTL_SNAPSHOT}, and pass it with --policies`,
      );

const kindsMissing: Check = ({ snapshot, named }) => {
  const missing = snapshot === null ? [] : kindsNotHeld(snapshot.held, named);
  if (snapshot === null || missing.length === 0) return [];
  return caveat(
    'kinds-not-in-snapshot',
    `${visible(snapshot.name)} holds ${notHeldText(missing)}: others of that kind may be in force, and are invisible`,
    `${KUBECTL_SNAPSHOT}, and pass it with --policies`,
  );
};

const noSnapshot: Check = ({ clusters, snapshot }) => {
  const without = clusters.filter(({ hasFlows, timeline }) => hasFlows && !timeline.hasSnapshot());
  if (without.length === 0) return [];
  if ((snapshot?.held.policies ?? 0) > 0)
    return caveat(
      'no-snapshot',
      'the snapshot names no cluster and the flows name several: it was not used, and what disagrees is “unknown”',
      'analyze one cluster at a time, with --cluster NAME',
    );
  return caveat(
    'no-snapshot',
    'no snapshot of the policies: those older than the audit log are invisible; what disagrees is “unknown”',
    // What was passed in its place has said so already.
    snapshot === null ? `${KUBECTL_SNAPSHOT}, and pass it with --policies` : '',
  );
};

const clustersDoNotMeet: Check = ({ clusters, auditGiven }) => {
  if (!auditGiven) return [];
  const flowsOnly = clusters.filter(({ hasFlows, timeline }) => hasFlows && timeline.auditRange() === null);
  const auditOnly = clusters.filter(({ hasFlows, timeline }) => !hasFlows && timeline.auditRange() !== null);
  if (flowsOnly.length > 0 && auditOnly.length > 0)
    return caveat(
      'clusters-do-not-meet',
      `the flows name cluster ${names(flowsOnly)}, the audit log ${names(auditOnly)}: nothing was joined between them`,
      'if they are the same cluster, pass its name with --cluster',
    );
  const isMet = clusters.some(({ hasFlows, timeline }) => hasFlows && timeline.auditRange() !== null);
  return flowsOnly.flatMap(({ name }) =>
    caveat(
      isMet ? 'cluster-without-audit' : 'clusters-do-not-meet',
      `cluster ${name} has flows but no audit log: causes cannot be told there`,
    ),
  );
};

const withoutCluster: Check = ({ audit }) => {
  const rejected = audit.rejected.get('no-cluster') ?? 0;
  if (rejected === 0) return [];
  return caveat(
    'audit-without-cluster',
    `${counted(rejected, 'audit record')} that name no cluster rejected: the flows name several`,
    'analyze one cluster at a time, with --cluster NAME',
  );
};

const noForwarded: Check = ({ totals }) =>
  totals.verdicts > 0 && !totals.sawForwarded
    ? caveat(
        'no-forwarded-flows',
        'the flows hold denials only: what was allowed, opened or not enforced cannot be told',
        'export forwarded policy verdicts, too (event type 5 without a verdict filter)',
      )
    : [];

const noOverlap: Check = ({ totals, clusters }) => {
  if (totals.range === null) return [];
  const { from, until } = totals.range;
  return clusters.flatMap(({ name, timeline, hasFlows }) => {
    const audit = timeline.auditRange();
    if (!hasFlows || audit === null) return [];
    if (audit.until + MICROS_PER_MINUTE >= from && audit.from <= until + MICROS_PER_MINUTE) return [];
    return caveat(
      'feeds-do-not-overlap',
      `the audit log of ${name} covers ${minute(audit.from)}–${minute(audit.until)}, its flows ${minute(from)}–${minute(until)}`,
      'pass logs of the same time',
    );
  });
};

const metadataLevel: Check = ({ clusters }) => {
  const bodies = clusters.flatMap(({ timeline }) =>
    timeline.changes().filter(({ outcome }) => outcome === 'version'),
  );
  const without = bodies.filter(({ confidence }) => confidence === 'metadata');
  if (without.length === 0) return [];
  return caveat(
    'metadata-level',
    `${without.length} of ${bodies.length} policy versions ${without.length === 1 ? 'has' : 'have'} no body in the ` +
      `audit log (${someOf(without.map(({ ref }) => ref))}): what they decide is “unknown”`,
    'log policies at level RequestResponse (deploy/audit-policy.yaml)',
  );
};

const gaps: Check = ({ clusters }) => {
  const lost = clusters.flatMap(({ timeline }) =>
    timeline.changes().filter(({ outcome }) => outcome === 'gap'),
  );
  if (lost.length === 0) return [];
  return caveat(
    'gaps-in-audit',
    `${lost.length} policy ${lost.length === 1 ? 'write is' : 'writes are'} missing from the audit log, betrayed by a jump of generation or a request without answer`,
  );
};

const lostEvents: Check = ({ totals }) =>
  totals.lost > 0
    ? caveat(
        'lost-events',
        `Hubble says that it lost ${counted(totals.lost, 'event')}: counts are lower bounds`,
      )
    : [];

const rejected: Check = ({ flows, audit, rejectsPath }) => {
  const count = sum(flows.rejected) + sum(audit.rejected);
  if (count === 0) return [];
  return caveat(
    'rejected',
    `${counted(count, 'record')} could not be read`,
    rejectsPath === '' ? 'keep them with --rejects FILE and look' : `see ${rejectsPath}`,
  );
};

const CHECKS: readonly Check[] = [
  stopped,
  noVerdicts,
  clustersDoNotMeet,
  withoutCluster,
  noAudit,
  noPolicies,
  noSnapshot,
  kindsMissing,
  noOverlap,
  noForwarded,
  metadataLevel,
  gaps,
  lostEvents,
  rejected,
];

function names(clusters: readonly ClusterState[]): string {
  return clusters.map(({ name }) => name || DEFAULT_CLUSTER).join(', ');
}

/** The first two policies by name, then how many more. */
function someOf(refs: readonly PolicyRef[]): string {
  const policies = [...new Set(refs)];
  const shown = policies.slice(0, 2).map((ref) => policyText(ref).replaceAll(UNBROKEN, ' '));
  return policies.length > 2 ? `${shown.join(', ')} and ${policies.length - 2} more` : shown.join(', ');
}

function minute(t: Micros): string {
  return `${formatInstant(t).slice(0, 16).replace('T', ' ')}Z`;
}

function sum(counts: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}
