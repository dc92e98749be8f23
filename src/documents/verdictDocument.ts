// One verdict as a document: for denied, audited and drifting flows. The id ascends with time and holds a
// hash of cluster, node and event id, so that a uuid forged elsewhere overwrites nothing.
import type { Enriched } from '../join/enriched.ts';
import type { JoinStatus } from '../rollup/blockContent.ts';
import { lagMs } from '../rollup/rollup.ts';
import type { Endpoint, FlowEvent } from '../model/event.ts';
import { hashHex } from '../model/hash.ts';
import { formatInstant, MICROS_PER_MS } from '../model/time.ts';
import { conversationFields, type Fields, judgementFields, present } from './conversation.ts';
import type { Document } from './document.ts';
import { verdictVersion } from './versions.ts';

/** How a document was made: how much of the policy log was known, and whether more may come. */
export interface Made {
  readonly policyOffset: number;
  readonly status: JoinStatus;
}

/** Whether a verdict is worth a document of its own: rollups count all, documents show what matters. */
export function isRemarkable(verdict: Enriched): boolean {
  const { observed } = verdict.event.body;
  return observed === 'dropped' || observed === 'audited' || observed === 'error' || verdict.drift.length > 0;
}

export function verdictDocument(verdict: Enriched, made: Made): Document {
  const { event, latest } = verdict;
  const flow = event.body;
  const seen = {
    '@timestamp': formatInstant(event.observedAt, event.observedAtNanos),
    'event.id': event.id,
    'event.outcome': outcomeOf(verdict),
  };
  const around = {
    'observer.name': flow.node,
    'network.protocol': flow.l7?.protocol,
    'source.port': flow.source.port === 0 ? null : flow.source.port,
  };
  const further = {
    'verdict.match_type': flow.matchType,
    'verdict.drop_reason': flow.dropReason,
    'verdict.policy_log': flow.policyLog,
    'icmp.type': flow.icmpType,
    'icmp.code': flow.icmpCode,
    'latest_change.id': latest?.id,
    'latest_change.age_ms':
      latest === null ? null : Math.round((event.observedAt - latest.at) / MICROS_PER_MS),
    'join.status': made.status,
    'join.policy_offset': made.policyOffset,
    weight: flow.weight,
  };
  const fields = present(
    seen,
    conversationFields(verdict),
    around,
    endFields(SOURCE, flow.source),
    endFields(DESTINATION, flow.destination),
    judgementFields(verdict, lagMs(verdict)),
    further,
  );
  return {
    _id: verdictIdOf(event),
    _index: verdictIndexOf(event),
    _version: verdictVersion(made.status, made.policyOffset),
    fields,
  };
}

/** 48 bits of milliseconds, 80 bits of hash, as 32 hex digits. */
export function verdictIdOf({ id, cluster, observedAt, body }: FlowEvent): string {
  const millis = Math.floor(observedAt / MICROS_PER_MS);
  return millis.toString(16).padStart(12, '0') + hashHex(80, [cluster, body.node, id]);
}

/** By the day of the event. */
export function verdictIndexOf({ observedAt }: FlowEvent): string {
  return `netpol-verdicts-${formatInstant(observedAt).slice(0, 10).replaceAll('-', '.')}`;
}

function outcomeOf(verdict: Enriched): string {
  switch (verdict.event.body.observed) {
    case 'forwarded':
    case 'redirected':
    case 'audited':
      return 'success';
    case 'dropped':
      return 'failure';
    case 'error':
      return 'unknown';
  }
}

const SOURCE = endNames('source');
const DESTINATION = endNames('destination');

/** Made once: names that are put together for each document would have to be looked up each time. */
function endNames<E extends 'source' | 'destination'>(end: E) {
  return {
    ip: `${end}.ip`,
    namespace: `${end}.namespace`,
    pod: `${end}.pod`,
    workload: `${end}.workload`,
    kind: `${end}.workload_kind`,
    identity: `${end}.identity`,
    labels: `${end}.labels`,
    entity: `${end}.entity`,
    dns: `${end}.dns`,
  } as const;
}

function endFields(names: ReturnType<typeof endNames>, end: Endpoint): Fields {
  return {
    [names.ip]: end.ip,
    [names.namespace]: end.namespace,
    [names.pod]: end.pod,
    [names.workload]: end.workload,
    [names.kind]: end.workloadKind,
    [names.identity]: end.identity === 0 ? null : end.identity,
    [names.labels]: end.labels,
    [names.entity]: end.entity,
    [names.dns]: end.dns,
  };
}
