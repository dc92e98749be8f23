// The steps of a story as the JSON lines that a real API server or Hubble would have written.
import { kindFacts, parseRef } from '../../src/model/refs.ts';
import type { JsonObject } from '../../src/model/json.ts';

export interface WriteStep {
  readonly at: string;
  readonly write: string;
  /** What the log says of its cluster; none unless given. */
  readonly cluster?: string;
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
  /** Only the request was logged; what became of it was not. */
  readonly received?: true;
  /** A patch at level Request: the log holds what was sent, not what came of it. */
  readonly patch?: JsonObject;
  /** The client asked for the metadata only, so the answer holds no spec. */
  readonly partial?: true;
  /** The object as the answer shows it is marked for deletion, held by this finalizer; '' = by none any more. */
  readonly finalizer?: string;
  /** Of a deletecollection: the refs of what it deleted. */
  readonly items?: readonly string[];
  readonly impersonator?: string;
}

export interface FlowStep {
  readonly at: string;
  readonly flow: string;
  /** `prod` unless given. */
  readonly cluster?: string;
  readonly names?: readonly string[];
  readonly namespaceLabels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly expect: Readonly<Record<string, unknown>>;
}

/** A record of something else, which says that the API server was logging then. */
export interface LoggingStep {
  readonly at: string;
  readonly logging: true;
  readonly cluster?: string;
}

const DAY = '2026-11-02';

export function objectOf(step: Omit<WriteStep, 'at'>, created: string): JsonObject {
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
    ...(step.finalizer === undefined ? {} : { deletionTimestamp: `${DAY}T09:00:00Z` }),
    ...((step.finalizer ?? '') === '' ? {} : { finalizers: [step.finalizer ?? ''] }),
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

export function auditLine(step: WriteStep, index: number): JsonObject {
  const name = nameOf(step.write);
  const { group, resource } = kindFacts(name.kind);
  const verb = step.verb ?? 'update';
  const time = timeOf(step.at);
  const place = name.namespace === '' ? '' : `/namespaces/${name.namespace}`;
  const root = group === '' ? '/api/v1' : `/apis/${group}/${group === 'cilium.io' ? 'v2' : 'v1'}`;
  const user = { username: step.by ?? 'alice', groups: ['system:authenticated'] };
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: levelOf(step),
    auditID: `audit-${index}`,
    stage: step.received === true ? 'RequestReceived' : 'ResponseComplete',
    requestURI: `${root}${place}/${resource}/${name.name}${step.dryRun === true ? '?dryRun=All' : ''}`,
    verb,
    ...(step.impersonator === undefined
      ? { user }
      : { user: { ...user, username: step.impersonator }, impersonatedUser: user }),
    sourceIPs: ['192.0.2.1'],
    userAgent: step.agent ?? 'kubectl/v1.35.1',
    objectRef: {
      resource,
      ...(step.status === undefined ? {} : { subresource: 'status' }),
      namespace: name.namespace,
      name: verb === 'deletecollection' ? '' : name.name,
      apiGroup: group,
      apiVersion: 'v1',
    },
    ...(step.received === true ? {} : answerOf(step, index)),
    requestReceivedTimestamp: time,
    stageTimestamp: time,
  };
}

function levelOf(step: WriteStep): string {
  if (step.patch !== undefined) return 'Request';
  return step.body === false ? 'Metadata' : 'RequestResponse';
}

function answerOf(step: WriteStep, index: number): JsonObject {
  const name = nameOf(step.write);
  const verb = step.verb ?? 'update';
  const code = step.code ?? (verb === 'create' ? 201 : 200);
  const uid = step.uid ?? `uid-of-${step.write}`;
  const isGone = verb === 'delete' && code < 300 && step.finalizer === undefined;
  const status = isGone ? { status: 'Success', details: { name: name.name, uid } } : {};
  const responseStatus = { metadata: {}, code, ...status };
  if (step.patch !== undefined) return { responseStatus, requestObject: step.patch };
  if (step.body === false || isGone || code >= 400) return { responseStatus };
  const created = verb === 'create' ? timeOf(step.at) : '2026-10-01T00:00:00Z';
  const object = (write: string): JsonObject =>
    objectOf({ ...step, write, uid: step.uid ?? `uid-of-${write}`, rv: step.rv ?? 1000 + index }, created);
  if (step.partial === true) {
    const { metadata } = object(step.write);
    return {
      responseStatus,
      responseObject: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata },
    };
  }
  if (verb !== 'deletecollection') return { responseStatus, responseObject: object(step.write) };
  const items = (step.items ?? []).map(object);
  return { responseStatus, responseObject: { kind: `${name.kind}List`, apiVersion: 'v1', items } };
}

export function leaseLine({ at }: LoggingStep, index: number): JsonObject {
  const time = timeOf(at);
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: `lease-${index}`,
    stage: 'ResponseComplete',
    requestURI: '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/apiserver-1',
    verb: 'update',
    user: { username: 'system:apiserver' },
    objectRef: {
      resource: 'leases',
      namespace: 'kube-system',
      name: 'apiserver-1',
      apiGroup: 'coordination.k8s.io',
    },
    responseStatus: { metadata: {}, code: 200 },
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
export function flowLine(step: FlowStep, index: number): JsonObject {
  const match = /^(\S+) -> (\S+) (tcp|udp) (\d+) (\w+)( egress)?$/.exec(step.flow);
  if (match === null) throw new Error(`no flow: ${step.flow}`);
  const [, source = '', destination = '', transport = '', port = '', verdict = '', egress] = match;
  const l4 = { source_port: 40_000 + index, destination_port: Number(port), flags: { SYN: true } };
  const time = timeOf(step.at);
  const { cluster = 'prod', names: named = [] } = step;
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
      node_name: `${cluster}/node-1`,
      event_type: { type: 5 },
      traffic_direction: egress === undefined ? 'INGRESS' : 'EGRESS',
      ...reportedBy(named, verdict, egress !== undefined),
    },
    node_name: `${cluster}/node-1`,
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
  const { cluster = 'prod', namespaceLabels = {} } = step;
  const labels = Object.entries(namespaceLabels[namespace] ?? {});
  return {
    ID: 7,
    identity: 20_000,
    cluster_name: cluster,
    namespace,
    pod_name: `${workload}-0`,
    workloads: [{ name: workload, kind: 'StatefulSet' }],
    labels: [
      `k8s:app=${workload}`,
      `k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=${namespace}`,
      ...labels.map(([key, value]) => `k8s:io.cilium.k8s.namespace.labels.${key}=${value}`),
      `k8s:io.cilium.k8s.policy.cluster=${cluster}`,
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
