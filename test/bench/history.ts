// What a long history costs: the same verdicts joined against the sample's own changes, and against these beside
// many more versions of many more policies, ten policies to a namespace, the sample's namespaces among them; and
// what it takes to load that history.
import { JOIN_DEFAULTS } from '../../src/join/enriched.ts';
import { createJoiner } from '../../src/join/join.ts';
import { type ChangeEvent, type FlowEvent, subjectOf } from '../../src/model/event.ts';
import { formatInstant, MICROS_PER_HOUR, type Micros } from '../../src/model/time.ts';
import type { TimelineReader } from '../../src/timeline/reader.ts';
import { type AuditLog, auditLog, timelineOf } from '../support/cluster.ts';
import type { Stage } from './rounds.ts';

const VERSIONS_PER_POLICY = 20;
const POLICIES_PER_NAMESPACE = 10;
/** A stream goes on: each run begins with empty caches and sees the verdicts so many times. */
const PASSES = 10;
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

/** What loading the longer history took. */
export interface Loaded {
  readonly versions: number;
  readonly seconds: number;
  readonly heapMegabytes: number;
}

export function historyStages(
  events: readonly FlowEvent[],
  { snapshot, audit }: PolicySources,
  versions: number,
): { readonly stages: readonly Stage[]; readonly loaded: Loaded } {
  const older = auditLog(olderAuditLines(events, versions), 'history');
  const stage = (name: string, timeline: TimelineReader): Stage => {
    // Histories are built when first asked for: that is not the join's cost.
    timeline.changes();
    return { name, items: PASSES * events.length, run: () => joinAll(events, timeline) };
  };
  const both: AuditLog = {
    events: [...older.events, ...audit.events],
    covered: [...older.covered, ...audit.covered],
  };
  globalThis.gc?.();
  const heap = process.memoryUsage().heapUsed;
  const begun = performance.now();
  const long = timelineOf('prod-eu1', snapshot, both);
  long.changes();
  const seconds = (performance.now() - begun) / 1_000;
  globalThis.gc?.();
  const heapMegabytes = (process.memoryUsage().heapUsed - heap) / 1_000_000;
  const stages = [
    stage("the sample's changes", timelineOf('prod-eu1', snapshot, audit)),
    stage(`${versions.toLocaleString('en')} versions more`, long),
  ];
  return { stages, loaded: { versions, seconds, heapMegabytes } };
}

/** So many versions, of policies with the subjects of these verdicts among them, in the 30 days before the first. */
export function olderAuditLines(events: readonly FlowEvent[], versions: number): readonly string[] {
  const [first] = events;
  const until = (first?.observedAt ?? 0) - MICROS_PER_HOUR;
  const policies = Math.ceil(versions / VERSIONS_PER_POLICY);
  return auditLines(spread(workloadsOf(events), policies), versions, until);
}

/** One workload for each policy: those of the sample first, then made ones, ten policies to a namespace. */
function spread(sample: readonly Workload[], policies: number): readonly Workload[] {
  const namespaces = [...new Set(sample.map(({ namespace }) => namespace))];
  return Array.from({ length: policies }, (_, index) => {
    const place = Math.floor(index / POLICIES_PER_NAMESPACE);
    const namespace = namespaces[place];
    if (namespace === undefined) return { namespace: `made-${place}`, name: `app-${index % 5}` };
    const own = sample.filter((workload) => workload.namespace === namespace);
    return own[index % own.length] ?? { namespace, name: 'app' };
  });
}

function joinAll(events: readonly FlowEvent[], timeline: TimelineReader): void {
  const joiner = createJoiner(timeline, JOIN_DEFAULTS);
  for (let pass = 0; pass < PASSES; pass += 1) for (const event of events) joiner.join(event);
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

/** A policy of each workload in turn, written `VERSIONS_PER_POLICY` times, evenly over 30 days. */
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
