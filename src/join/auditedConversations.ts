// Remembers the conversations that audit mode let pass, so that they can be judged again by the policies in
// force at the end: what would still be denied if audit mode ended now. Keeps one example of each, not its
// packets; bounded, and counts what did not fit. Nothing depends on the order in which verdicts are added.
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
   * it is still in audit mode. (The switch itself takes effect per agent, when it restarts.) A denial that
   * was audited, and is let through later without a word, counts as not audited: nobody enforces it any more.
   */
  isStillInAuditMode(event: FlowEvent): boolean;
}

interface LastDenial {
  readonly at: Micros;
  readonly audited: boolean;
}

export function createAuditedConversations(limit: number): AuditedConversations {
  const conversations = new Map<string, AuditedConversation>();
  const lastDenials = createLastDenials(limit);
  const passes = createPasses(limit);
  let beyond = 0;

  function addConversation(event: FlowEvent): void {
    const key = conversationKey(event);
    const known = conversations.get(key);
    if (known === undefined && conversations.size >= limit) {
      beyond += event.body.weight;
      return;
    }
    const at = event.observedAt;
    conversations.set(key, {
      example: known === undefined || event.id < known.example.id ? event : known.example,
      count: (known?.count ?? 0) + event.body.weight,
      firstSeen: Math.min(known?.firstSeen ?? at, at),
      lastSeen: Math.max(known?.lastSeen ?? at, at),
    });
  }

  function isStillInAuditMode(event: FlowEvent): boolean {
    const workload = workloadKey(event);
    const last = lastDenials.of(workload);
    return last?.audited === true && !passes.isPassedSince(workload, last.at);
  }

  return {
    add(verdict) {
      const { event } = verdict;
      const { observed } = event.body;
      if (isPassedDenial(verdict)) passes.notePassed(verdict);
      if (observed !== 'audited' && observed !== 'dropped') return;
      lastDenials.note(event, observed === 'audited');
      if (observed !== 'audited') return;
      passes.noteAudited(verdict);
      addConversation(event);
    },
    list: () =>
      [...conversations.entries()]
        .sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
        .map(([, conversation]) => conversation),
    beyondLimit: () => beyond,
    isStillInAuditMode,
  };
}

/** The last denial of each workload. */
function createLastDenials(limit: number) {
  const denials = new Map<string, LastDenial>();
  return {
    of: (workload: string): LastDenial | undefined => denials.get(workload),
    note(event: FlowEvent, audited: boolean): void {
      const key = workloadKey(event);
      const known = denials.get(key);
      const at = event.observedAt;
      if (known === undefined && denials.size >= limit) return;
      if (known === undefined || at > known.at || (at === known.at && !audited))
        denials.set(key, { at, audited });
    },
  };
}

/** Denials that were audited once, and let through in silence later. */
function createPasses(limit: number) {
  /** When a denial was first audited. */
  const audited = new Map<string, Micros>();
  /** When it was last let through: by workload, then by denial. */
  const passed = new Map<string, Map<string, Micros>>();
  let size = 0;
  return {
    noteAudited(verdict: Enriched): void {
      const key = denialKey(verdict);
      const known = audited.get(key);
      if (known === undefined && audited.size >= limit) return;
      audited.set(key, Math.min(known ?? Infinity, verdict.event.observedAt));
    },
    notePassed(verdict: Enriched): void {
      const workload = workloadKey(verdict.event);
      const ofWorkload = passed.get(workload) ?? new Map<string, Micros>();
      const key = denialKey(verdict);
      const known = ofWorkload.get(key);
      if (known === undefined && size >= limit) return;
      if (known === undefined) size += 1;
      passed.set(workload, ofWorkload.set(key, Math.max(known ?? -Infinity, verdict.event.observedAt)));
    },
    isPassedSince(workload: string, since: Micros): boolean {
      for (const [denial, at] of passed.get(workload) ?? [])
        if (at >= since && (audited.get(denial) ?? Infinity) < at) return true;
      return false;
    },
  };
}

/** The policies deny it, and it was let through; a datapath that acts on an older version explains nothing. */
function isPassedDenial({ event, drift }: Enriched): boolean {
  const { observed } = event.body;
  const isPassed = observed === 'forwarded' || observed === 'redirected';
  return isPassed && drift.includes('not-enforced') && !drift.includes('stale-version');
}

/** Denials with the same key are of one conversation, by the same policies, for the same cause. */
function denialKey({ event, decision, cause }: Enriched): string {
  const { isolating, deciding } = decision;
  return JSON.stringify([conversationKey(event), isolating, deciding, cause?.change.id ?? '']);
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
