// What a look at the two feeds as they were written found: which fields, levels and objects they hold, not
// what these say. The rules of `doctor` draw their findings from it (report/doctor). Counts only: nothing of
// a record itself is kept but the names of clusters, nodes and API servers.

import type { TrackedKind } from './refs.ts';
import type { Micros } from './time.ts';

/** What a policy verdict should carry, and what hangs on it. */
export const VERDICT_FIELDS = {
  time: 'nothing can be joined without it',
  node_name: 'names the cluster and the node',
  verdict: 'what the datapath did',
  traffic_direction: 'whose policy was asked',
  'labels of the subject': 'policies select by them',
  'labels of the peer': 'rules select by them',
  IP: 'rules for address ranges',
  l4: 'rules for ports and protocols',
  uuid: 'tells a record that comes twice',
  workloads: 'the subject’s workload; derived from the pod name without it',
  policy_match_type: 'of allowed flows: which part of a rule matched',
  '*_allowed_by': 'of allowed flows: the policies that Hubble names',
  '*_denied_by': 'of explicit denials: the policies that Hubble names',
  destination_names: 'of connections to the outside: rules for DNS names',
} as const;
export type VerdictField = keyof typeof VERDICT_FIELDS;

/** Of `due` records that should carry something, `present` do. */
export interface Share {
  readonly present: number;
  readonly due: number;
}

/** Both ends inclusive. */
export interface TimeRange {
  readonly from: Micros;
  readonly until: Micros;
}

export interface FlowInspection {
  /** Records in Hubble's shape, of every kind. */
  readonly records: number;
  /** By kind of event (`verdict`, `policy-drop`, `trace`, …); `untyped`: a mask hides it. */
  readonly kinds: ReadonlyMap<string, number>;
  /** Verdicts by Hubble's own word (`FORWARDED`, …). */
  readonly observed: ReadonlyMap<string, number>;
  readonly fields: ReadonlyMap<VerdictField, Share>;
  /** Verdict lines that stand for several flows. */
  readonly aggregated: number;
  /** Events lost as Hubble says, by where it lost them (`HUBBLE_RING_BUFFER`, …). */
  readonly lost: ReadonlyMap<string, number>;
  /** Verdicts whose uuid came before, from another file. */
  readonly copies: number;
  /** Sorted; '' = records that name none. */
  readonly clusters: readonly string[];
  /** Sorted, without the cluster. */
  readonly nodes: readonly string[];
  /** Verdicts of `cilium monitor`, which have no time. */
  readonly monitor: number;
  /** Of the verdicts; null without any that has a time. */
  readonly range: TimeRange | null;
}

export interface AuditInspection {
  readonly events: number;
  /** Successful writes, by kind of object and audit level. */
  readonly levels: ReadonlyMap<TrackedKind, ReadonlyMap<string, number>>;
  /** Events of tracked objects whose bodies the API server or a carrier cut away. */
  readonly truncated: number;
  /** Policy writes at stage RequestReceived. */
  readonly received: number;
  /** Of these, requests whose outcome is not in the log. */
  readonly unanswered: number;
  /** Kinds that a complete list at level RequestResponse showed. */
  readonly listed: readonly TrackedKind[];
  /** API servers that renew their identity lease, sorted. */
  readonly apiServers: readonly string[];
  /** Records came in an EventList, as the webhook backend sends them. */
  readonly batched: boolean;
  /** Sorted; '' = events that name none, as the API server itself writes them. */
  readonly clusters: readonly string[];
  readonly range: TimeRange | null;
  /** The most by which an event is older than one before it in the same file. */
  readonly disorderMs: number;
  /** Policies created, by uid. */
  readonly created: ReadonlyMap<string, Micros>;
}

export interface SnapshotInspection {
  readonly kinds: ReadonlyMap<TrackedKind, number>;
  /** Objects that decide nothing, by what they are called: `Pod`, `NetworkPolicy of projectcalico.org`, `audit event`. */
  readonly others: ReadonlyMap<string, number>;
  readonly policies: number;
  /** Policies with uid and resourceVersion: as a cluster keeps them, not as somebody wrote them. */
  readonly stored: number;
  /** Policies with rules for DNS names (`toFQDNs`). */
  readonly namingDns: number;
  /** By uid. */
  readonly created: ReadonlyMap<string, Micros>;
}

/** A verdict that names a policy before it was created. */
export interface EarlyNaming {
  readonly node: string;
  readonly byMs: number;
}

export interface ClockInspection {
  /** Connections that two nodes judged, each at its own time. */
  readonly judgedTwice: number;
  /** By how much each node's clock is ahead of (+) or behind the others; sorted by node. */
  readonly offsets: readonly { readonly node: string; readonly offsetMs: number }[];
  /** Namings of policies whose creation is known; the earliest of each node that is too early. */
  readonly namings: number;
  readonly early: readonly EarlyNaming[];
}
