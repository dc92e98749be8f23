// What one line of a flows file gave. A line may hold several records (an array, a batch) and each record is
// named once in `records`: accepted, ignored or rejected. Most lines are one ignored record, and then nothing
// but that entry is made.

import type { Event, FeedStatus, FlowVerdict } from '../model/event.ts';
import type { IgnoreReason, Rejected, RejectReason } from '../model/outcome.ts';
import type { Micros } from '../model/time.ts';
import type { AuditHit } from '../sources/audit/hit.ts';
import type { MonitorVerdict } from '../sources/monitor.ts';

/** Kinds of records that become events: policy verdict, policy drop counted as one, report of lost events. */
export const FLOW_KINDS = ['verdict', 'drop', 'loss'] as const;
export type FlowKind = (typeof FLOW_KINDS)[number];

interface Where {
  /** '' when neither the setting nor the data name one. */
  readonly cluster: string;
  /** Node name without the cluster; ''. */
  readonly node: string;
  /** null when the record has no usable time. */
  readonly micros: Micros | null;
}

export type FlowRecord =
  | (Where & { readonly outcome: 'accepted'; readonly name: FlowKind })
  | (Where & { readonly outcome: 'ignored'; readonly name: IgnoreReason })
  /** `detail` says what stands where. */
  | (Where & { readonly outcome: 'rejected'; readonly name: RejectReason; readonly detail: string });

export interface FlowResult {
  /** In the order of the records. */
  readonly events: readonly Event<FlowVerdict | FeedStatus>[];
  /** One for each record. Empty only for a part of a line whose rest is still to come. */
  readonly records: readonly FlowRecord[];
  /** Audit events found among the flows; each is also in `records` as ignored, `other-feed`. */
  readonly audit: readonly AuditHit[];
  /** Verdicts of `cilium monitor`; each is also in `records` as ignored, `no-time`. */
  readonly monitor: readonly MonitorVerdict[];
}

const NO_EVENTS: FlowResult['events'] = [];
const NO_AUDIT: FlowResult['audit'] = [];
const NO_MONITOR: FlowResult['monitor'] = [];

export const NOWHERE: Where = { cluster: '', node: '', micros: null };
export type { Where };

/** The line is a part of a longer one. */
export const HELD: FlowResult = { events: NO_EVENTS, records: [], audit: NO_AUDIT, monitor: NO_MONITOR };

export function onlyRecord(record: FlowRecord): FlowResult {
  return { events: NO_EVENTS, records: [record], audit: NO_AUDIT, monitor: NO_MONITOR };
}

export function acceptedRecord(event: Event<FlowVerdict | FeedStatus>, record: FlowRecord): FlowResult {
  return { events: [event], records: [record], audit: NO_AUDIT, monitor: NO_MONITOR };
}

export function auditRecord(hit: AuditHit, cluster: string): FlowResult {
  const record = { outcome: 'ignored', name: 'other-feed', ...NOWHERE, cluster } as const;
  return { events: NO_EVENTS, records: [record], audit: [hit], monitor: NO_MONITOR };
}

export function monitorRecord(verdict: MonitorVerdict, cluster: string): FlowResult {
  const record = { outcome: 'ignored', name: 'no-time', ...NOWHERE, cluster } as const;
  return { events: NO_EVENTS, records: [record], audit: NO_AUDIT, monitor: [verdict] };
}

export function ignoredRecord(name: IgnoreReason, where: Where): FlowRecord {
  return { outcome: 'ignored', name, cluster: where.cluster, node: where.node, micros: where.micros };
}

export function rejectedRecord(rejection: Rejected, where: Where): FlowRecord {
  const { cluster, node, micros } = where;
  return { outcome: 'rejected', name: rejection.reason, detail: rejection.detail, cluster, node, micros };
}

/** The results of a line's records as one. */
export function joinResults(results: readonly FlowResult[]): FlowResult {
  const [first] = results;
  if (first !== undefined && results.length === 1) return first;
  return {
    events: results.flatMap((result) => result.events),
    records: results.flatMap((result) => result.records),
    audit: results.flatMap((result) => result.audit),
    monitor: results.flatMap((result) => result.monitor),
  };
}
