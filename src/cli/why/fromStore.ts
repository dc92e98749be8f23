// The evidence from a store that `analyze` kept: the rollups give the verdicts with their labels, the changes
// give the timeline. Reading changes nothing, and the logs are not needed any more.
import { JOIN_DEFAULTS } from '../../join/enriched.ts';
import { createJoiner } from '../../join/join.ts';
import type { FlowEvent } from '../../model/event.ts';
import { policyOfRule } from '../../model/refs.ts';
import { NO_POD_PORTS } from '../../policy/podPorts.ts';
import { AUDIT_RANGES, HISTORY, type HistoryRow } from '../../queries/history.ts';
import { type Talk, TALKS, talkOf } from '../../queries/talks.ts';
import type { Caveat } from '../../report/findings.ts';
import { readStore } from '../../stores/duckdb/store.ts';
import type { ChangeRecord } from '../../timeline/reader.ts';
import { type ClusterEvidence, createGatherer, type Evidence } from './evidence.ts';
import type { WhyOptions } from './options.ts';
import { icmpTypeOf } from './service.ts';
import type { Sighting } from './sightings.ts';
import { namesByAddress, storedEvent } from './storedEvent.ts';
import { storedTimeline } from './storedTimeline.ts';
import { toldChange } from './told.ts';

/** @throws Fault `store-failed` when there is no store at that path */
export async function evidenceFromStore(options: WhyOptions): Promise<Evidence> {
  const store = await readStore(options.store);
  try {
    const history = HISTORY.read(await store.query(HISTORY.sql));
    const ranges = AUDIT_RANGES.read(await store.query(AUDIT_RANGES.sql));
    const gatherer = createGatherer(options.question);
    const names = await namesByAddress(store);
    const found = new Set<string>();
    for await (const row of store.stream(TALKS)) {
      const talk = talkOf(row);
      const { service } = options.question;
      // Rollups do not tell types apart: all are shown for the one that is asked about.
      const event = storedEvent(talk, names, icmpTypeOf(service, talk.conversation.transport));
      found.add(event.cluster);
      gatherer.cover(talk.firstSeen, talk.lastSeen);
      gatherer.take(event, talk.count, () => sightingOf(talk, event));
    }
    for (const { change } of history) found.add(change.cluster);
    const clusters = [...found].toSorted().map((name): ClusterEvidence => {
      const rows = history.filter(({ change }) => change.cluster === name);
      const range = ranges.find(({ cluster }) => cluster === name) ?? null;
      const timeline = storedTimeline(name, rows, range);
      return { name, timeline, joiner: createJoiner(timeline, JOIN_DEFAULTS), ports: NO_POD_PORTS };
    });
    return {
      ...gatherer.gathered(),
      clusters,
      caveats: caveatsOf(clusters, history),
      told: tellerOf(history),
      ownerOf: ownersOf(history),
      isStored: true,
    };
  } finally {
    await store.close();
  }
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

function caveatsOf(clusters: readonly ClusterEvidence[], history: readonly HistoryRow[]): readonly Caveat[] {
  const caveats: Caveat[] = [];
  if (clusters.every(({ timeline }) => timeline.auditRange() === null))
    caveats.push({
      code: 'no-audit-log',
      message: 'the store was made without an audit log: who changed a policy cannot be told',
      remedy: 'analyze again with --audit',
    });
  if (!history.some(({ origin }) => origin === 'snapshot'))
    caveats.push({
      code: 'no-snapshot',
      message: 'the store was made without a snapshot: policies older than the audit log are invisible',
      remedy: 'analyze again with --policies',
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
