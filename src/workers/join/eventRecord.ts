// A record of the events topic, read: an event that belongs there, or what is wrong with it. Strings and label
// lists that occur again and again are kept once, since open blocks hold tens of thousands of events.
import type { EventCodec } from '../../codec/eventCodec.ts';
import type { LogRecord } from '../../kafka/log.ts';
import type { Endpoint, Event, FeedStatus, FlowVerdict } from '../../model/event.ts';
import { Fault } from '../../model/fault.ts';

export type EventsRecord =
  | { readonly outcome: 'event'; readonly event: Event<FlowVerdict | FeedStatus> }
  /** A tombstone: nothing of ours. */
  | { readonly outcome: 'empty' }
  | { readonly outcome: 'unusable'; readonly reason: string; readonly detail: string };

/** Texts that are remembered; beyond it, remembering starts over. */
const MAX_TEXTS = 200_000;

export function createEventReader(codec: EventCodec): (record: LogRecord) => EventsRecord {
  const once = createOnce();

  return ({ value }) => {
    if (value === null) return { outcome: 'empty' };
    try {
      const event = codec.decode(value);
      if (event.body.kind === 'FlowVerdict')
        return { outcome: 'event', event: { ...event, body: once.flow(event.body) } };
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

  function text(value: string): string {
    const known = texts.get(value);
    if (known !== undefined) return known;
    if (texts.size >= MAX_TEXTS) texts = new Map();
    texts.set(value, value);
    return value;
  }

  function list(values: readonly string[]): readonly string[] {
    const key = JSON.stringify(values);
    const known = lists.get(key);
    if (known !== undefined) return known;
    if (lists.size >= MAX_TEXTS) lists = new Map();
    const made = values.map(text);
    lists.set(key, made);
    return made;
  }

  /** The same pod talks again and again, only its port changes. */
  function end(value: Endpoint): Endpoint {
    const { namespace, pod, ip, port, identity, entity, cluster, labels } = value;
    const key = `${namespace}/${pod}/${ip}/${port}/${identity}/${entity}/${cluster}/${labels.length}`;
    const known = ends.get(key);
    const same = known !== undefined && isSame(known, value);
    if (same) return known;
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

  return {
    flow: (flow: FlowVerdict): FlowVerdict => ({
      ...flow,
      source: end(flow.source),
      destination: end(flow.destination),
      node: text(flow.node),
      dropReason: text(flow.dropReason),
    }),
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
