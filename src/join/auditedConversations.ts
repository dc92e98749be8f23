// Remembers the conversations that audit mode let pass, so that they can be judged again by the policies in
// force at the end: what would still be denied if audit mode ended now. Keeps one example of each, not its
// packets; bounded, and counts what did not fit.
import { type Endpoint, type FlowEvent, peerOf, subjectOf } from '../model/event.ts';
import type { Micros } from '../model/time.ts';
import type { Enriched } from './enriched.ts';

export interface AuditedConversation {
  /** One of its verdicts; the one with the least id, so that the order of arrival cannot show. */
  readonly example: FlowEvent;
  /** Audited packets, by weight. */
  readonly count: number;
  readonly firstSeen: Micros;
  readonly lastSeen: Micros;
}

export interface AuditedConversations {
  add(verdict: Enriched): void;
  /** Sorted by count, most first. */
  list(): readonly AuditedConversation[];
  /** Audited packets whose conversation did not fit. */
  beyondLimit(): number;
  /**
   * Whether the last denial by policy of this verdict's subject workload was audited: as far as verdicts tell,
   * it is still in audit mode. (The switch itself takes effect per agent, when it restarts.)
   */
  isStillInAuditMode(event: FlowEvent): boolean;
}

interface LastDenial {
  readonly at: Micros;
  readonly audited: boolean;
}

export function createAuditedConversations(limit: number): AuditedConversations {
  const conversations = new Map<string, AuditedConversation>();
  const denials = new Map<string, LastDenial>();
  let beyond = 0;

  function noteDenial(event: FlowEvent): void {
    const key = workloadKey(event);
    const known = denials.get(key);
    const audited = event.body.observed === 'audited';
    if (known === undefined && denials.size >= limit) return;
    if (known === undefined || event.observedAt > known.at || (event.observedAt === known.at && !audited))
      denials.set(key, { at: event.observedAt, audited });
  }

  return {
    add({ event }) {
      const { observed, weight } = event.body;
      if (observed !== 'audited' && observed !== 'dropped') return;
      noteDenial(event);
      if (observed !== 'audited') return;
      const key = conversationKey(event);
      const known = conversations.get(key);
      if (known === undefined && conversations.size >= limit) {
        beyond += weight;
        return;
      }
      const at = event.observedAt;
      conversations.set(key, {
        example: known === undefined || event.id < known.example.id ? event : known.example,
        count: (known?.count ?? 0) + weight,
        firstSeen: Math.min(known?.firstSeen ?? at, at),
        lastSeen: Math.max(known?.lastSeen ?? at, at),
      });
    },
    list: () =>
      [...conversations.entries()]
        .sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
        .map(([, conversation]) => conversation),
    beyondLimit: () => beyond,
    isStillInAuditMode: (event) => denials.get(workloadKey(event))?.audited ?? false,
  };
}

function workloadKey(event: FlowEvent): string {
  const subject = subjectOf(event.body);
  return `${event.cluster}|${endName(subject)}`;
}

function conversationKey(event: FlowEvent): string {
  const flow = event.body;
  const subject = subjectOf(flow);
  const peer = peerOf(flow);
  const outside = peer.namespace === '' ? peer.ip : '';
  return [
    event.cluster,
    flow.direction,
    flow.transport,
    flow.destination.port,
    flow.icmpType ?? '',
    endName(subject),
    subject.labels.join(','),
    endName(peer),
    peer.entity,
    outside,
    peer.labels.join(','),
  ].join('|');
}

function endName(end: Endpoint): string {
  return `${end.namespace}/${end.workload === '' ? end.pod : end.workload}`;
}
