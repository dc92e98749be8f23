// Runs a story of test/scenarios: policy changes and flows in the order in which they are told. Each step is
// turned into the JSON line that a real API server or Hubble would have written, and goes through the real
// normalisers, timeline and join.
//
//   steps:
//     - at: '09:00:00'
//       write: NetworkPolicy/shop/cart     verb, by, generation, spec; `body: false` for level Metadata
//     - at: '09:00:05'
//       flow: shop/web -> shop/cart tcp 8080 dropped
//       expect: { declared: denied, cause: alice patch NetworkPolicy/shop/cart, drift: [denied-by-change] }
import type { Enriched } from '../../src/join/enriched.ts';
import { createJoiner } from '../../src/join/join.ts';
import { JOIN_DEFAULTS } from '../../src/join/enriched.ts';
import type { ChangeEvent } from '../../src/model/event.ts';
import { kindFacts, parseRef } from '../../src/model/refs.ts';
import { snapshotEvents } from '../../src/normalise/snapshot.ts';
import type { JsonObject } from '../../src/model/json.ts';
import { type AuditLog, auditLog, flowEvents, timelineOf } from './cluster.ts';

export interface WriteStep {
  readonly at: string;
  readonly write: string;
  readonly verb?: string;
  readonly by?: string;
  readonly agent?: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly rv?: number;
  readonly spec?: JsonObject;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly data?: Readonly<Record<string, string>>;
  readonly body?: boolean;
  readonly code?: number;
  readonly dryRun?: boolean;
  readonly status?: JsonObject;
}

export interface FlowStep {
  readonly at: string;
  readonly flow: string;
  readonly names?: readonly string[];
  readonly namespaceLabels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly expect: Readonly<Record<string, unknown>>;
}

/** Beside the audit log's own first line: something the API server wrote, to say that it was logging. */
export interface LoggingStep {
  readonly at: string;
  readonly logging: true;
}

export interface Story {
  readonly story: string;
  /** Policies as `kubectl get -o json` showed them; absent = no snapshot was taken. */
  readonly snapshot?: readonly (Omit<WriteStep, 'at' | 'write'> & {
    readonly policy: string;
    readonly created?: string;
  })[];
  readonly steps: readonly (WriteStep | FlowStep | LoggingStep)[];
}

const DAY = '2026-11-02';

export function runStory(story: Story): readonly { readonly step: FlowStep; readonly verdict: Enriched }[] {
  const timeline = timelineOf('prod', snapshotOf(story), auditOf(story));
  const joiner = createJoiner(timeline, JOIN_DEFAULTS);
  return story.steps.flatMap((step, index) => {
    if (!('flow' in step)) return [];
    const [event] = flowEvents([JSON.stringify(flowLine(step, index))], story.story);
    if (event === undefined) throw new Error(`${story.story}: step ${index + 1} gave no verdict`);
    return [{ step, verdict: joiner.join(event) }];
  });
}

/** The parts of a verdict that a story may expect, in its words. */
export function toldBy(verdict: Enriched): Readonly<Record<string, unknown>> {
  const { decision, cause, latest } = verdict;
  const change = cause?.change;
  return {
    declared: decision.declared,
    reason: decision.reason,
    undecidable: decision.undecidable,
    selecting: decision.selecting,
    isolating: decision.isolating,
    deciding: decision.deciding,
    cause:
      change === undefined
        ? 'none'
        : `${change.event?.body.actor.user || 'somebody'} ${change.event?.body.verb ?? 'lost write'} ${change.ref}`,
    before: cause?.before ?? 'none',
    history: verdict.history,
    confidence: verdict.confidence,
    latest: latest === null ? 'none' : latest.ref,
    drift: verdict.drift,
  };
}

function snapshotOf(story: Story): readonly ChangeEvent[] {
  if (story.snapshot === undefined) return [];
  const objects = story.snapshot.map((item, index) => ({
    object: objectOf(
      { ...item, write: item.policy, rv: item.rv ?? 10 + index },
      item.created ?? '2026-10-01T00:00:00Z',
    ),
    source: 'snapshot',
  }));
  return snapshotEvents(objects, { cluster: '', complete: true }).flatMap((outcome) =>
    outcome.outcome === 'accepted' ? [outcome.value] : [],
  );
}

function auditOf(story: Story): AuditLog {
  const lines = story.steps.flatMap((step, index) =>
    'write' in step ? [JSON.stringify(auditLine(step, index))] : [],
  );
  return auditLog(lines, story.story);
}

function objectOf(step: Omit<WriteStep, 'at'>, created: string): JsonObject {
  const name = nameOf(step.write);
  const { group } = kindFacts(name.kind);
  const metadata: Record<string, JsonObject[string]> = {
    name: name.name,
    uid: step.uid ?? `uid-of-${step.write}`,
    resourceVersion: String(step.rv ?? 0),
    creationTimestamp: created,
    ...(name.namespace === '' ? {} : { namespace: name.namespace }),
    ...(step.labels === undefined ? {} : { labels: step.labels }),
    ...(step.annotations === undefined ? {} : { annotations: step.annotations }),
    ...(group === '' ? {} : { generation: step.generation ?? 1 }),
  };
  return {
    apiVersion: group === '' ? 'v1' : `${group}/${group === 'cilium.io' ? 'v2' : 'v1'}`,
    kind: name.kind,
    metadata,
    ...(step.spec === undefined ? {} : { spec: step.spec }),
    ...(step.data === undefined ? {} : { data: step.data }),
    ...(step.status === undefined ? {} : { status: step.status }),
  };
}

function auditLine(step: WriteStep, index: number): JsonObject {
  const name = nameOf(step.write);
  const { group, resource } = kindFacts(name.kind);
  const verb = step.verb ?? 'update';
  const code = step.code ?? (verb === 'create' ? 201 : 200);
  const uid = step.uid ?? `uid-of-${step.write}`;
  const stamped = { ...step, uid, rv: step.rv ?? 1000 + index };
  const time = timeOf(step.at);
  const place = name.namespace === '' ? '' : `/namespaces/${name.namespace}`;
  const root = group === '' ? '/api/v1' : `/apis/${group}/${group === 'cilium.io' ? 'v2' : 'v1'}`;
  const done = verb === 'delete' && code < 300;
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: step.body === false ? 'Metadata' : 'RequestResponse',
    auditID: `audit-${index}`,
    stage: 'ResponseComplete',
    requestURI: `${root}${place}/${resource}/${name.name}${step.dryRun === true ? '?dryRun=All' : ''}`,
    verb,
    user: { username: step.by ?? 'alice', groups: ['system:authenticated'] },
    sourceIPs: ['192.0.2.1'],
    userAgent: step.agent ?? 'kubectl/v1.35.1',
    objectRef: {
      resource,
      ...(step.status === undefined ? {} : { subresource: 'status' }),
      namespace: name.namespace,
      name: name.name,
      apiGroup: group,
      apiVersion: 'v1',
    },
    responseStatus: {
      metadata: {},
      code,
      ...(done ? { status: 'Success', details: { name: name.name, uid } } : {}),
    },
    ...(step.body === false || done || code >= 400
      ? {}
      : { responseObject: objectOf(stamped, verb === 'create' ? time : '2026-10-01T00:00:00Z') }),
    requestReceivedTimestamp: time,
    stageTimestamp: time,
  };
}

const VERDICTS: Readonly<Record<string, string>> = {
  forwarded: 'FORWARDED',
  dropped: 'DROPPED',
  audited: 'AUDIT',
  redirected: 'REDIRECTED',
};

/** `shop/web -> shop/cart tcp 8080 dropped`, judged at the destination; `egress` at the end: at the source. */
function flowLine(step: FlowStep, index: number): JsonObject {
  const match = /^(\S+) -> (\S+) (tcp|udp) (\d+) (\w+)( egress)?$/.exec(step.flow);
  if (match === null) throw new Error(`no flow: ${step.flow}`);
  const [, source = '', destination = '', transport = '', port = '', verdict = '', egress] = match;
  const l4 = { source_port: 40_000 + index, destination_port: Number(port), flags: { SYN: true } };
  const time = timeOf(step.at);
  const named = step.names ?? [];
  return {
    flow: {
      time,
      uuid: `flow-${index}`,
      verdict: VERDICTS[verdict] ?? verdict,
      IP: { source: addressOf(source), destination: addressOf(destination), ipVersion: 'IPv4' },
      l4: transport === 'tcp' ? { TCP: l4 } : { UDP: l4 },
      source: endOf(source, step),
      destination: endOf(destination, step),
      Type: 'L3_L4',
      node_name: 'prod/node-1',
      event_type: { type: 5 },
      traffic_direction: egress === undefined ? 'INGRESS' : 'EGRESS',
      ...reportedBy(named, verdict, egress !== undefined),
    },
    node_name: 'prod/node-1',
    time,
  };
}

function reportedBy(named: readonly string[], verdict: string, egress: boolean): JsonObject {
  if (named.length === 0) return {};
  const effect = verdict === 'forwarded' || verdict === 'redirected' ? 'allowed' : 'denied';
  const policies = named.map((entry) => {
    const [ref = '', uid = `uid-of-${entry}`] = entry.split(' ');
    const { kind, namespace, name } = nameOf(ref);
    return { name, namespace, kind, labels: [`k8s:io.cilium.k8s.policy.uid=${uid}`], revision: '5' };
  });
  return { [`${egress ? 'egress' : 'ingress'}_${effect}_by`]: policies };
}

function endOf(end: string, step: FlowStep): JsonObject {
  const [namespace = '', workload] = end.split('/');
  if (workload === undefined) {
    if (namespace === 'host') return { identity: 1, labels: ['reserved:host'] };
    return { identity: 2, labels: ['reserved:world'] };
  }
  const labels = Object.entries(step.namespaceLabels?.[namespace] ?? {});
  return {
    ID: 7,
    identity: 20_000,
    cluster_name: 'prod',
    namespace,
    pod_name: `${workload}-0`,
    workloads: [{ name: workload, kind: 'StatefulSet' }],
    labels: [
      `k8s:app=${workload}`,
      `k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=${namespace}`,
      ...labels.map(([key, value]) => `k8s:io.cilium.k8s.namespace.labels.${key}=${value}`),
      'k8s:io.cilium.k8s.policy.cluster=prod',
      'k8s:io.cilium.k8s.policy.serviceaccount=default',
      `k8s:io.kubernetes.pod.namespace=${namespace}`,
    ],
  };
}

function addressOf(end: string): string {
  if (/^\d/.test(end)) return end;
  let sum = 0;
  for (const character of end) sum = (sum * 31 + character.charCodeAt(0)) % 250;
  return `10.0.${end.length % 250}.${sum}`;
}

function nameOf(ref: string) {
  const name = parseRef(ref);
  if (name === undefined) throw new Error(`no ref: ${ref}`);
  return name;
}

function timeOf(at: string): string {
  return `${DAY}T${at}${at.includes('.') ? '' : '.000000'}Z`;
}
