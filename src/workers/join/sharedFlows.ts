// What occurs again and again in the events of open blocks is kept once: texts, label lists, ends of connections, what
// Hubble reported. Open blocks hold events by the hundred thousand. Events are never altered, so nobody can tell.
import type { Endpoint, FlowEvent, FlowVerdict, ReportedPolicy } from '../../model/event.ts';

/** Texts that are remembered, and of all else as many; beyond it, remembering starts over. */
const MAX_KEPT = 200_000;
const NONE = [] as const;

/** The same event, made of what is kept. */
export function createSharedFlows(): (event: FlowEvent) => FlowEvent {
  const text = createTexts();
  const lists = createLists(text);
  const end = createEnds(text, lists);
  const reports = new Map<string, readonly ReportedPolicy[]>();

  function reported(policies: readonly ReportedPolicy[]): readonly ReportedPolicy[] {
    if (policies.length === 0) return NONE;
    const key = JSON.stringify(policies);
    return reports.get(key) ?? keep(reports, key, policies);
  }

  // Each field by name: of an object spread from another of so many, engines make a table three times its size.
  const flow = (body: FlowVerdict, id: string): FlowVerdict => ({
    kind: body.kind,
    judgement: body.judgement,
    uuid: body.uuid === id ? id : body.uuid,
    observed: body.observed,
    direction: body.direction,
    source: end(body.source),
    destination: end(body.destination),
    transport: body.transport,
    icmpType: body.icmpType,
    icmpCode: body.icmpCode,
    dropReason: text(body.dropReason),
    matchType: body.matchType,
    authType: text(body.authType),
    reported: reported(body.reported),
    policyLog: lists(body.policyLog),
    isReply: body.isReply,
    node: text(body.node),
    l7: body.l7,
    weight: body.weight,
  });

  return ({ id, cluster, observedAt, observedAtNanos, origin, body }) => ({
    id,
    cluster: text(cluster),
    observedAt,
    observedAtNanos,
    origin: { ...origin, source: text(origin.source) },
    body: flow(body, id),
  });
}

type Texts = (value: string) => string;
type Lists = (values: readonly string[]) => readonly string[];

function createTexts(): Texts {
  const known = new Map<string, string>();
  return (value) => known.get(value) ?? keep(known, value, value);
}

function createLists(text: Texts): Lists {
  const known = new Map<string, readonly string[]>();
  return (values) => {
    if (values.length === 0) return NONE;
    const key = JSON.stringify(values);
    return known.get(key) ?? keep(known, key, values.map(text));
  };
}

/** The same pod talks again and again, only its port changes: what is remembered leaves that out. */
function createEnds(text: Texts, lists: Lists): (value: Endpoint) => Endpoint {
  const known = new Map<string, Endpoint>();
  return (value) => {
    const { namespace, pod, ip, port, identity, entity, cluster, labels } = value;
    const key = `${namespace}/${pod}/${ip}/${identity}/${entity}/${cluster}/${labels.length}`;
    const before = known.get(key);
    if (before !== undefined && isSame(before, value))
      return before.port === port ? before : { ...before, port };
    return keep(known, key, {
      namespace: text(namespace),
      pod: text(pod),
      workload: text(value.workload),
      workloadKind: text(value.workloadKind),
      identity,
      labels: lists(labels),
      ip: text(ip),
      port,
      entity: text(entity),
      dns: lists(value.dns),
      cluster: text(cluster),
    });
  };
}

/** But for the port, and what the key of both says. */
function isSame(one: Endpoint, other: Endpoint): boolean {
  return (
    one.workload === other.workload &&
    one.workloadKind === other.workloadKind &&
    one.labels.every((label, index) => label === other.labels[index]) &&
    one.dns.length === other.dns.length &&
    one.dns.every((name, index) => name === other.dns[index])
  );
}

function keep<T>(known: Map<string, T>, key: string, value: T): T {
  if (known.size >= MAX_KEPT) known.clear();
  known.set(key, value);
  return value;
}
