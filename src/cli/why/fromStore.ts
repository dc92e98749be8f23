// The evidence from a store that `analyze` kept: the rollups give the verdicts with their labels, the changes
// give the timeline. Reading changes nothing, and the logs are not needed any more.
import { JOIN_DEFAULTS } from '../../join/enriched.ts';
import { createJoiner } from '../../join/join.ts';
import type { Endpoint, FlowEvent } from '../../model/event.ts';
import { text, texts } from '../../model/json.ts';
import type { LabelSet } from '../../model/labels.ts';
import { policyOfRule } from '../../model/refs.ts';
import { NO_POD_PORTS } from '../../policy/podPorts.ts';
import { entityOf } from '../../normalise/entity.ts';
import type { End } from '../../queries/flows.ts';
import { AUDIT_RANGES, HISTORY, type HistoryRow } from '../../queries/history.ts';
import { type Talk, TALKS, talkOf } from '../../queries/talks.ts';
import type { Caveat } from '../../report/findings.ts';
import { readStore } from '../../stores/duckdb/store.ts';
import type { StoreReader } from '../../stores/duckdb/reader.ts';
import type { ChangeRecord } from '../../timeline/reader.ts';
import { type ClusterEvidence, createGatherer, type Evidence } from './evidence.ts';
import type { WhyOptions } from './options.ts';
import { icmpTypeOf, type Service } from './service.ts';
import type { Sighting } from './sightings.ts';
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
      const event = eventOf(talk, names, options.question.service);
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

/** Rollups leave DNS names out; verdicts that were kept whole have them. */
async function namesByAddress(store: StoreReader): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await store.query(
    `SELECT "destination.ip" AS ip, list_sort(list_distinct(flatten(list("destination.dns")))) AS names
     FROM verdicts WHERE len("destination.dns") > 0 GROUP BY ip LIMIT 100000`,
  );
  return new Map(rows.map((row) => [text(row['ip']), texts(row['names'])]));
}

function eventOf(talk: Talk, names: ReadonlyMap<string, readonly string[]>, asked: Service): FlowEvent {
  const { conversation } = talk;
  const subject = endpointOf(conversation.subject, talk.subjectLabels, names);
  const peer = endpointOf(conversation.peer, talk.peerLabels, names);
  const isIngress = conversation.direction === 'ingress';
  const isIcmp = conversation.transport === 'icmp' || conversation.transport === 'icmpv6';
  return {
    id: '',
    cluster: conversation.cluster,
    observedAt: talk.lastSeen,
    observedAtNanos: 0,
    origin: { source: '', partition: 0, offset: 0, index: 0 },
    body: {
      kind: 'FlowVerdict',
      judgement: 'verdict',
      uuid: '',
      observed: talk.observed,
      direction: conversation.direction,
      source: isIngress ? peer : subject,
      destination: { ...(isIngress ? subject : peer), port: conversation.port },
      transport: conversation.transport,
      // Rollups do not tell types apart: all are shown for the one that is asked about.
      icmpType: isIcmp ? icmpTypeOf(asked, conversation.transport) : null,
      icmpCode: null,
      dropReason: '',
      matchType: 'unknown',
      authType: '',
      reported: [],
      policyLog: [],
      isReply: null,
      node: '',
      l7: null,
      weight: talk.count,
    },
  };
}

function endpointOf(end: End, labels: LabelSet, names: ReadonlyMap<string, readonly string[]>): Endpoint {
  return {
    namespace: end.namespace,
    pod: end.namespace === '' ? '' : end.workload,
    workload: end.workload,
    workloadKind: '',
    identity: 0,
    labels,
    ip: end.ip,
    port: 0,
    entity: end.namespace === '' ? end.entity || entityOf(labels, 0) : '',
    dns: names.get(end.ip) ?? [],
    cluster: '',
  };
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
