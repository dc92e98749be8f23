// What is wrong between the inputs: no knowledge of what was in force before, clusters or times that do not
// meet, clocks that do not agree, records that nobody can read.

import type { TimeRange } from '../../model/inspection.ts';
import { REJECTED } from '../../model/outcome.ts';
import { isPolicyKind } from '../../model/refs.ts';
import { MICROS_PER_MINUTE } from '../../model/time.ts';
import type { FeedAccount } from '../findings.ts';
import { kindsNotHeld, notHeldKinds, notHeldText } from '../kindsNotHeld.ts';
import { KUBECTL_SNAPSHOT } from '../snapshotCommand.ts';
import { heldText } from '../snapshotHeld.ts';
import { rangeText } from '../terminal/times.ts';
import { visible } from '../terminal/visible.ts';
import { counted, figure } from '../terminal/wording.ts';
import { limits } from './answers.ts';
import { hasBaseline } from './auditRules.ts';
import { clusterFeeds, cutList, namesText } from './clusterFeeds.ts';
import type { Rule } from './facts.ts';

/** Up to here the join takes clocks for equal (CLOCK_SKEW_MS). */
export const MOST_SKEW_MS = 2_000;

/** Fewer unreadable records than this are torn lines at rotations. */
const HARMLESS = 0.001;

const TAKE_ONE = `${KUBECTL_SNAPSHOT}, then --policies policies.json`;

/** What cannot be told of policies that nothing shows. */
const UNSHOWN = limits({
  no: ['not-enforced', 'unused-policies'],
  partly: ['which-policy', 'broken', 'opened', 'safe-to-enforce'],
});

const noSnapshot: Rule = (facts) =>
  hasBaseline(facts) || facts.snapshot !== null
    ? []
    : [
        {
          code: 'no-snapshot',
          clause: 'no snapshot of the policies',
          why: 'No snapshot of the policies was given: those older than the audit log are invisible, and a verdict that does not fit the rest proves nothing.',
          remedy: TAKE_ONE,
          limits: UNSHOWN,
        },
      ];

const noPolicies: Rule = (facts) => {
  const { snapshot, snapshotName } = facts;
  if (snapshot === null || snapshot.policies > 0) return [];
  return [
    {
      code: 'no-policy-in-snapshot',
      clause: 'what was passed as snapshot holds no policy',
      why: `${visible(snapshotName)} holds ${heldText(snapshot)}: it is no snapshot of the policies, and those older than the audit log are invisible.`,
      remedy: TAKE_ONE,
      limits: hasBaseline(facts) ? limits({}) : UNSHOWN,
    },
  ];
};

const kindsMissing: Rule = ({ snapshot, snapshotName, named, audit }) => {
  const missing = (snapshot === null ? [] : kindsNotHeld(snapshot, named)).filter(
    ({ kind }) => !(audit?.listed.includes(kind) ?? false),
  );
  if (missing.length === 0) return [];
  return [
    {
      code: 'kinds-not-in-snapshot',
      clause: `the snapshot lacks ${notHeldKinds(missing)}`,
      why: `${visible(snapshotName)} holds ${notHeldText(missing)}: others of that kind may be in force, and are invisible.`,
      remedy: TAKE_ONE,
      limits: UNSHOWN,
    },
  ];
};

const manifestsOnly: Rule = ({ snapshot, audit }) => {
  if (snapshot === null || snapshot.stored === snapshot.policies) return [];
  if (audit?.listed.some(isPolicyKind) ?? false) return [];
  return [
    {
      code: 'manifests-only',
      clause: 'the policies are manifests',
      why: `${figure(snapshot.policies - snapshot.stored)} of ${counted(snapshot.policies, 'policy', 'policies')} have no uid and resourceVersion: they were written by somebody, not listed from a cluster. Since when they are in force, and whether they are at all, is not known.`,
      remedy: TAKE_ONE,
      limits: limits({ partly: ['which-policy', 'broken', 'opened', 'not-enforced', 'unused-policies'] }),
    },
  ];
};

const clustersDoNotMeet: Rule = (facts) => {
  const { flowsOnly, auditOnly, both } = clusterFeeds(facts);
  if (facts.flows === null || facts.audit === null || flowsOnly.length === 0) return [];
  const isApart = both.length === 0;
  const others = auditOnly.length === 0 ? '' : `, and flows of ${namesText(auditOnly)}`;
  return [
    {
      code: 'clusters-do-not-meet',
      clause: isApart ? 'flows and audit log name different clusters' : 'some clusters lack a feed',
      why: `No audit log of cluster ${namesText(flowsOnly)} was given${others}: nothing is joined there.`,
      remedy: 'if they are the same cluster: --cluster NAME; else pass its audit log, too',
      limits: limits({
        no: isApart ? ['broken', 'opened'] : [],
        partly: [
          ...(isApart ? [] : (['broken', 'opened'] as const)),
          ...(['which-policy', 'not-enforced', 'unused-policies', 'safe-to-enforce', 'in-time'] as const),
        ],
      }),
    },
  ];
};

const withoutCluster: Rule = ({ flows, audit, cluster }) => {
  if (flows === null || audit === null || cluster !== '') return [];
  if (flows.clusters.length < 2 || !audit.clusters.includes('')) return [];
  return [
    {
      code: 'audit-without-cluster',
      clause: 'the audit log names no cluster, the flows several',
      why: `The flows are of the clusters ${namesText(flows.clusters)}, and audit events name none: they cannot be placed and are rejected.`,
      remedy: 'one cluster at a time, with --cluster NAME',
      limits: limits({
        no: ['who-changed', 'broken', 'opened', 'in-time'],
        partly: ['which-policy', 'not-enforced', 'unused-policies', 'safe-to-enforce'],
      }),
    },
  ];
};

const noOverlap: Rule = ({ flows, audit }) => {
  const [seen, logged] = [flows?.range ?? null, audit?.range ?? null];
  if (seen === null || logged === null || meet(seen, logged)) return [];
  return [
    {
      code: 'feeds-do-not-overlap',
      clause: 'flows and audit log are of different times',
      why: `The audit log covers ${rangeText(logged.from, logged.until)}, the flows ${rangeText(seen.from, seen.until)}: no change can be tied to a verdict.`,
      remedy: 'pass logs of the same time with --flows and --audit',
      limits: limits({
        no: ['broken', 'opened'],
        partly: ['which-policy', 'not-enforced', 'safe-to-enforce'],
      }),
    },
  ];
};

function meet(a: TimeRange, b: TimeRange): boolean {
  return a.until + MICROS_PER_MINUTE >= b.from && b.until + MICROS_PER_MINUTE >= a.from;
}

const clocksApart: Rule = ({ clocks }) => {
  const apart = clocks.offsets.filter(({ offsetMs }) => Math.abs(offsetMs) > MOST_SKEW_MS);
  const early = clocks.early.filter(
    ({ node, byMs }) => byMs > MOST_SKEW_MS && !apart.some((known) => known.node === node),
  );
  if (apart.length + early.length === 0) return [];
  const found = [
    ...apart.map(({ node, offsetMs }) => `${visible(node)} ${skewText(offsetMs)} the other nodes`),
    ...early.map(({ node, byMs }) => `${visible(node)} at least ${skewText(-byMs)} the API server`),
  ];
  const nodes = [...apart, ...early].map(({ node }) => node);
  return [
    {
      code: 'clocks-apart',
      clause: `clocks apart: ${namesText(nodes)}`,
      why: `Clocks disagree: ${cutList(found)}. Verdicts near a change are held against the wrong policies.`,
      remedy: `synchronise the clock of ${namesText(nodes)} (chrony, systemd-timesyncd) to within ${MOST_SKEW_MS / 1_000} s`,
      limits: limits({ partly: ['broken', 'opened', 'not-enforced', 'in-time'] }),
    },
  ];
};

/** `5.0 s behind`. */
function skewText(offsetMs: number): string {
  return `${(Math.abs(offsetMs) / 1_000).toFixed(1)} s ${offsetMs < 0 ? 'behind' : 'ahead of'}`;
}

const wrongFeed: Rule = ({ accounts }) => {
  const strays = (['flows', 'audit'] as const).filter((feed) => strayCount(accounts[feed]) > 0);
  return strays
    .filter((feed) => strayCount(accounts[feed]) === usable(accounts[feed]))
    .map((feed) => {
      const other = feed === 'flows' ? 'audit' : 'flows';
      return {
        code: 'wrong-feed',
        clause: `--${feed} holds the other log`,
        why: `All ${counted(strayCount(accounts[feed]), 'record')} passed with --${feed} belong to the other log.`,
        remedy: `pass the file with --${other}`,
        limits: limits({ partly: feed === 'audit' ? ['who-changed'] : ['which-policy'] }),
      };
    });
};

const rejected: Rule = ({ accounts }) => {
  // What a mask hides is said of the fields.
  const counts = [...accounts.flows.rejected, ...accounts.audit.rejected].filter(
    ([reason, count]) => count > 0 && reason !== 'insufficient-fields',
  );
  if (counts.length === 0) return [];
  const total = counts.reduce((sum, [, count]) => sum + count, 0);
  const most = counts.toSorted(([, a], [, b]) => b - a)[0]?.[0];
  const share = total / Math.max(1, accounts.flows.records + accounts.audit.records);
  if (share < HARMLESS) return [];
  return [
    {
      code: 'rejected',
      clause: `${counted(total, 'record')} rejected`,
      why: `${counted(total, 'record')} could not be used, most: ${most === undefined ? '' : REJECTED[most]}.`,
      remedy: 'analyze --rejects FILE keeps them with the reason of each',
      limits: limits({ partly: ['broken', 'opened', 'unused-policies', 'safe-to-enforce'] }),
    },
  ];
};

export const JOINT_RULES: readonly Rule[] = [
  wrongFeed,
  clustersDoNotMeet,
  withoutCluster,
  noSnapshot,
  noPolicies,
  kindsMissing,
  manifestsOnly,
  noOverlap,
  clocksApart,
  rejected,
];

function strayCount({ ignored }: FeedAccount): number {
  return ignored.get('other-feed') ?? 0;
}

function usable({ records, ignored }: FeedAccount): number {
  return records - (ignored.get('blank') ?? 0);
}
