// The evidence out of what stores hold, be they a file or OpenSearch: the rollups give the verdicts with their labels,
// the changes give the timeline. Reads nothing by itself.
import { JOIN_DEFAULTS } from '../../join/enriched.ts';
import { createJoiner } from '../../join/join.ts';
import type { FlowEvent } from '../../model/event.ts';
import { policyOfRule } from '../../model/refs.ts';
import { NO_POD_PORTS } from '../../policy/podPorts.ts';
import type { AuditRange, HistoryRow } from '../../queries/history.ts';
import type { Talk } from '../../queries/talks.ts';
import type { Caveat } from '../../report/findings.ts';
import type { ChangeRecord } from '../../timeline/reader.ts';
import { type ClusterEvidence, createGatherer, type Evidence, type Gatherer } from './evidence.ts';
import type { WhyQuestion } from './question.ts';
import { icmpTypeOf } from './service.ts';
import type { Sighting } from './sightings.ts';
import { storedEvent } from './storedEvent.ts';
import { storedTimeline } from './storedTimeline.ts';
import { toldChange } from './told.ts';

/** What a store holds beside verdicts. */
export interface StoredPast {
  /** Of each cluster sorted by policy, then time. */
  readonly history: readonly HistoryRow[];
  readonly ranges: readonly AuditRange[];
  /** Clusters of whose policies a snapshot told. */
  readonly withSnapshot: ReadonlySet<string>;
  /** What would bring what is missing. */
  readonly remedies: { readonly audit: string; readonly snapshot: string };
  /** What is true instead of a missing snapshot, while no policy at all is stored yet; null. */
  readonly awaited: Caveat | null;
}

export interface StoredGatherer {
  take(talk: Talk): void;
  /** Widens the time that the verdicts cover beyond those that were taken. */
  readonly cover: Gatherer['cover'];
  gathered(past: StoredPast): Evidence;
}

/** @param names DNS names by address */
export function createStoredGatherer(
  question: WhyQuestion,
  names: ReadonlyMap<string, readonly string[]>,
): StoredGatherer {
  const gatherer = createGatherer(question);
  const found = new Set<string>();
  return {
    take(talk) {
      const { service } = question;
      // Rollups do not tell types apart: all are shown for the one that is asked about.
      const event = storedEvent(talk, names, icmpTypeOf(service, talk.conversation.transport));
      found.add(event.cluster);
      gatherer.cover(talk.firstSeen, talk.lastSeen);
      gatherer.take(event, talk.count, () => sightingOf(talk, event));
    },
    cover: (from, until) => gatherer.cover(from, until),
    gathered(past) {
      const { history } = past;
      for (const { change } of history) found.add(change.cluster);
      const clusters = [...found].toSorted().map((name) => clusterOf(name, past));
      return {
        ...gatherer.gathered(),
        clusters,
        caveats: caveatsOf(clusters, past),
        told: tellerOf(history),
        ownerOf: ownersOf(history),
        isStored: true,
      };
    },
  };
}

function clusterOf(name: string, { history, ranges, withSnapshot }: StoredPast): ClusterEvidence {
  const rows = history.filter(({ change }) => change.cluster === name);
  const range = ranges.find(({ cluster }) => cluster === name) ?? null;
  const timeline = storedTimeline(name, rows, range, withSnapshot.has(name));
  return { name, timeline, joiner: createJoiner(timeline, JOIN_DEFAULTS), ports: NO_POD_PORTS };
}

function tellerOf(history: readonly HistoryRow[]): Evidence['told'] {
  const changes = new Map(history.map(({ change }) => [change.id, change]));
  return (cluster: string, record: ChangeRecord) => changes.get(record.id) ?? toldChange(cluster, record);
}

/** What the newest version says of itself. */
function ownersOf(history: readonly HistoryRow[]): Evidence['ownerOf'] {
  const owners = new Map(history.map(({ change }) => [`${change.cluster}|${change.ref}`, change.managedBy]));
  return (cluster, ref) => owners.get(`${cluster}|${ref}`) ?? '';
}

function caveatsOf(
  clusters: readonly ClusterEvidence[],
  { withSnapshot, remedies, awaited }: StoredPast,
): readonly Caveat[] {
  const caveats: Caveat[] = [];
  if (clusters.every(({ timeline }) => timeline.auditRange() === null))
    caveats.push({
      code: 'no-audit-log',
      message: 'the store was made without an audit log: who changed a policy cannot be told',
      remedy: remedies.audit,
    });
  if (awaited !== null) caveats.push(awaited);
  else if (withSnapshot.size === 0)
    caveats.push({
      code: 'no-snapshot',
      message: 'the store was made without a snapshot: policies older than the audit log are invisible',
      remedy: remedies.snapshot,
    });
  return caveats;
}

function sightingOf(talk: Talk, event: FlowEvent): Sighting {
  const { declared, reason, undecidable, isolating, deciding, reported, drift, causeId } = talk;
  return {
    event,
    judgement: {
      declared,
      reason,
      undecidable,
      isolating,
      deciding: [...new Set(deciding.map(policyOfRule))],
      reported,
      drift,
      causeId,
    },
    count: talk.count,
    firstSeen: talk.firstSeen,
    lastSeen: talk.lastSeen,
  };
}
