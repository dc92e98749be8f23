// A record of the events topic, read: an event that belongs there, or what is wrong with it. Strings and label
// lists that occur again and again are kept once, since open blocks hold tens of thousands of events.
import type { EventCodec } from '../../codec/eventCodec.ts';
import type { LogRecord } from '../../kafka/log.ts';
import type {
  Endpoint,
  Event,
  FeedStatus,
  FlowEvent,
  FlowVerdict,
  ReportedPolicy,
} from '../../model/event.ts';
import { Fault } from '../../model/fault.ts';

export type EventsRecord =
  | { readonly outcome: 'event'; readonly event: Event<FlowVerdict | FeedStatus> }
  /** A tombstone: nothing of ours. */
  | { readonly outcome: 'empty' }
  | { readonly outcome: 'unusable'; readonly reason: string; readonly detail: string };

/** Texts that are remembered; beyond it, remembering starts over. */
const MAX_TEXTS = 200_000;
const NONE = [] as const;

export function createEventReader(codec: EventCodec): (record: LogRecord) => EventsRecord {
  const once = createOnce();

  return ({ value }) => {
    if (value === null) return { outcome: 'empty' };
    try {
      const event = codec.decode(value);
      if (event.body.kind === 'FlowVerdict')
        return { outcome: 'event', event: once.event(event, event.body) };
      if (event.body.kind === 'FeedStatus')
        return { outcome: 'event', event: { ...event, body: event.body } };
      return { outcome: 'unusable', reason: 'wrong-kind', detail: `a ${event.body.kind} among the flows` };
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      return { outcome: 'unusable', reason: cause.code, detail: cause.message };
    }
  };
}

function createOnce() {
  let texts = new Map<string, string>();
  let lists = new Map<string, readonly string[]>();
  let ends = new Map<string, Endpoint>();
  let reports = new Map<string, readonly ReportedPolicy[]>();

  function text(value: string): string {
    const known = texts.get(value);
    if (known !== undefined) return known;
    if (texts.size >= MAX_TEXTS) texts = new Map();
    texts.set(value, value);
    return value;
  }

  function list(values: readonly string[]): readonly string[] {
    if (values.length === 0) return NONE;
    const key = JSON.stringify(values);
    const known = lists.get(key);
    if (known !== undefined) return known;
    if (lists.size >= MAX_TEXTS) lists = new Map();
    const made = values.map(text);
    lists.set(key, made);
    return made;
  }

  function reported(policies: readonly ReportedPolicy[]): readonly ReportedPolicy[] {
    if (policies.length === 0) return NONE;
    const key = JSON.stringify(policies);
    const known = reports.get(key);
    if (known !== undefined) return known;
    if (reports.size >= MAX_TEXTS) reports = new Map();
    reports.set(key, policies);
    return policies;
  }

  /** The same pod talks again and again, only its port changes: what is remembered leaves that out. */
  function end(value: Endpoint): Endpoint {
    const { namespace, pod, ip, port, identity, entity, cluster, labels } = value;
    const key = `${namespace}/${pod}/${ip}/${identity}/${entity}/${cluster}/${labels.length}`;
    const known = ends.get(key);
    if (known !== undefined && isSame(known, value)) return known.port === port ? known : { ...known, port };
    if (ends.size >= MAX_TEXTS) ends = new Map();
    const made = {
      namespace: text(namespace),
      pod: text(pod),
      workload: text(value.workload),
      workloadKind: text(value.workloadKind),
      identity,
      labels: list(labels),
      ip: text(ip),
      port,
      entity: text(entity),
      dns: list(value.dns),
      cluster: text(cluster),
    };
    ends.set(key, made);
    return made;
  }

  // Each field by name: of an object spread from another of so many, engines make a table three times its size.
  function flow(body: FlowVerdict, id: string): FlowVerdict {
    return {
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
      policyLog: list(body.policyLog),
      isReply: body.isReply,
      node: text(body.node),
      l7: body.l7,
      weight: body.weight,
    };
  }

  return {
    event({ id, cluster, observedAt, observedAtNanos, origin }: Event, body: FlowVerdict): FlowEvent {
      return {
        id,
        cluster: text(cluster),
        observedAt,
        observedAtNanos,
        origin: { ...origin, source: text(origin.source) },
        body: flow(body, id),
      };
    },
  };
}

function isSame(one: Endpoint, other: Endpoint): boolean {
  return (
    one.workload === other.workload &&
    one.workloadKind === other.workloadKind &&
    one.labels.every((label, index) => label === other.labels[index]) &&
    one.dns.length === other.dns.length &&
    one.dns.every((name, index) => name === other.dns[index])
  );
}
