// What a long history costs the join: the same verdicts against timelines that hold nothing, the sample's own
// changes, and beside these many more versions of policies that select the same workloads.
import { JOIN_DEFAULTS } from '../../src/join/enriched.ts';
import { createJoiner } from '../../src/join/join.ts';
import { type ChangeEvent, type FlowEvent, subjectOf } from '../../src/model/event.ts';
import { formatInstant, MICROS_PER_HOUR, type Micros } from '../../src/model/time.ts';
import type { TimelineReader } from '../../src/timeline/reader.ts';
import { type AuditLog, auditLog, timelineOf } from '../support/cluster.ts';
import type { Stage } from './rounds.ts';

const VERSIONS_PER_POLICY = 50;
const HISTORY_MICROS = 30 * 24 * MICROS_PER_HOUR;

interface Workload {
  readonly namespace: string;
  readonly name: string;
}

/** What the sample's cluster tells of its policies. */
export interface PolicySources {
  readonly snapshot: readonly ChangeEvent[];
  readonly audit: AuditLog;
}

export function historyStages(
  events: readonly FlowEvent[],
  { snapshot, audit }: PolicySources,
  versions: number,
): readonly Stage[] {
  const workloads = workloadsOf(events);
  const [first] = events;
  const until = (first?.observedAt ?? 0) - MICROS_PER_HOUR;
  const older = auditLog(auditLines(workloads, versions, until), 'history');
  const stage = (name: string, timeline: TimelineReader): Stage => {
    // Histories are built when first asked for: that is not the join's cost.
    timeline.changes();
    return { name, items: events.length, run: () => joinAll(events, timeline) };
  };
  const both: AuditLog = {
    events: [...older.events, ...audit.events],
    covered: [...older.covered, ...audit.covered],
  };
  return [
    stage('nothing', timelineOf('prod-eu1', [], { events: [], covered: [] })),
    stage("the sample's changes", timelineOf('prod-eu1', snapshot, audit)),
    stage(`${versions.toLocaleString('en')} versions more`, timelineOf('prod-eu1', snapshot, both)),
  ];
}

function joinAll(events: readonly FlowEvent[], timeline: TimelineReader): void {
  const joiner = createJoiner(timeline, JOIN_DEFAULTS);
  for (const event of events) joiner.join(event);
}

function workloadsOf(events: readonly FlowEvent[]): readonly Workload[] {
  const found = new Map<string, Workload>();
  for (const { body } of events) {
    const { namespace, labels } = subjectOf(body);
    const name = labels.find((label) => label.startsWith('k8s:app='))?.slice('k8s:app='.length);
    if (name !== undefined) found.set(`${namespace}/${name}`, { namespace, name });
  }
  return [...found.values()];
}

/** Policies of all workloads in turn, each written `VERSIONS_PER_POLICY` times, evenly over 30 days. */
function auditLines(workloads: readonly Workload[], versions: number, until: Micros): readonly string[] {
  const policies = Math.ceil(versions / VERSIONS_PER_POLICY);
  return Array.from({ length: versions }, (_, index) => {
    const workload = workloads[(index % policies) % workloads.length];
    if (workload === undefined) throw new Error('the sample has no workload');
    const at = until - Math.round((HISTORY_MICROS * (versions - index)) / versions);
    return auditLine(workload, index, {
      policy: index % policies,
      generation: 1 + Math.floor(index / policies),
      at,
    });
  });
}

function auditLine(
  { namespace, name: app }: Workload,
  index: number,
  version: { readonly policy: number; readonly generation: number; readonly at: Micros },
): string {
  const { policy, generation } = version;
  const [name, uid] = [`bench-${policy}`, `00000000-0000-4000-8000-${String(policy).padStart(12, '0')}`];
  const stored = {
    apiVersion: 'cilium.io/v2',
    kind: 'CiliumNetworkPolicy',
    metadata: { name, namespace, uid, generation, resourceVersion: String(index + 1) },
    spec: {
      endpointSelector: { matchLabels: { app } },
      ingress: [{ toPorts: [{ ports: [{ port: String(1 + (index % 60_000)), protocol: 'TCP' }] }] }],
    },
  };
  return JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: `00000000-0000-4000-9000-${String(index).padStart(12, '0')}`,
    stage: 'ResponseComplete',
    requestURI: `/apis/cilium.io/v2/namespaces/${namespace}/ciliumnetworkpolicies/${name}`,
    verb: generation === 1 ? 'create' : 'update',
    user: { username: 'carol', groups: ['developers'] },
    objectRef: {
      resource: 'ciliumnetworkpolicies',
      namespace,
      name,
      uid,
      apiGroup: 'cilium.io',
      apiVersion: 'v2',
    },
    responseStatus: { code: generation === 1 ? 201 : 200 },
    requestObject: stored,
    responseObject: stored,
    requestReceivedTimestamp: formatInstant(version.at - 5_000),
    stageTimestamp: formatInstant(version.at),
  });
}
