// The one record that everything after `normalise` speaks (schemas/event.avsc says the same in Avro):
//
//   Event ── id, cluster, observedAt, origin
//     └─ body ─┬─ FlowVerdict    what the datapath decided for one connection attempt in one direction
//              ├─ PolicyChange   one write (or attempt, or observation) of a policy or of what decides
//              ├─ FeedStatus     what a feed covered, lost, ignored, rejected
//              └─ Watermark      up to when the audit feed of a cluster is believed complete
//
// Events are immutable. Absent strings are '', absent lists [], absent numbers null: one shape each, so
// that the engine keeps them monomorphic and Avro needs no unions on the hot path.

import type { JsonObject, JsonValue } from './json.ts';
import type { LabelSet } from './labels.ts';
import type { TrackedKind } from './refs.ts';
import type { Micros } from './time.ts';
import type { Confidence, Direction, MatchType, Observed, Transport } from './verdict.ts';

/** Where a record was read: a Kafka topic (partition, offset) or a file (partition 0, offset = line, from 1). */
export interface Origin {
  /** Topic, or the file's path as given. */
  readonly source: string;
  readonly partition: number;
  readonly offset: number;
  /** Index of the event among those that the record gave, from 0. */
  readonly index: number;
}

export interface Event<B extends Body = Body> {
  /** Content-derived: equal events have equal ids wherever they were read. */
  readonly id: string;
  /** '' until bound: audit events name no cluster (design.md §1). */
  readonly cluster: string;
  readonly observedAt: Micros;
  /** 0–999. */
  readonly observedAtNanos: number;
  readonly origin: Origin;
  readonly body: B;
}

export type Body = FlowVerdict | PolicyChange | FeedStatus | Watermark;
export type FlowEvent = Event<FlowVerdict>;
export type ChangeEvent = Event<PolicyChange>;

// ── flows ───────────────────────────────────────────────────────────────────────────────────────────

export interface Endpoint {
  /** '' when the endpoint is no pod. */
  readonly namespace: string;
  readonly pod: string;
  /** From Hubble's `workloads`, else derived from the pod name, else ''. */
  readonly workload: string;
  readonly workloadKind: string;
  /** 0 = not given. Node-local numbers (>= 1 << 24) are not comparable between nodes. */
  readonly identity: number;
  /** Sorted. [] = the flow carries none (masked, or no endpoint). */
  readonly labels: LabelSet;
  /** '' when not given. */
  readonly ip: string;
  /** 0 when not given or meaningless (ICMP). */
  readonly port: number;
  /** For peers that are no pods: `world`, `host`, `remote-node`, `kube-apiserver`, …; '' for pods. */
  readonly entity: string;
  /** `source_names` / `destination_names`. */
  readonly dns: readonly string[];
  /** Hubble's `cluster_name`; '' when not given. */
  readonly cluster: string;
}

/** A policy that Hubble itself named. */
export interface ReportedPolicy {
  readonly effect: 'allowed' | 'denied';
  /** `NetworkPolicy`, …; '' when not told. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** From label `k8s:io.cilium.k8s.policy.uid`; '' when not told. */
  readonly uid: string;
  /** The agent's own counter as decimal text; never comparable with a generation. */
  readonly revision: string;
  readonly labels: LabelSet;
}

export interface L7Summary {
  /** `http`, `dns`, `kafka`, … */
  readonly protocol: string;
  /** `REQUEST` | `RESPONSE` | ''. */
  readonly type: string;
  readonly summary: string;
}

export interface FlowVerdict {
  readonly kind: 'FlowVerdict';
  /** Event type 5, or event type 1 where the export lacks type 5 and the setting says to count it. */
  readonly judgement: 'verdict' | 'drop';
  readonly uuid: string;
  readonly observed: Observed;
  readonly direction: Direction;
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly transport: Transport;
  /** null when not ICMP. An ICMP flow without a type in the JSON has type 0 (zero values are left out). */
  readonly icmpType: number | null;
  readonly icmpCode: number | null;
  /** Hubble's `drop_reason_desc`, '' when none. */
  readonly dropReason: string;
  readonly matchType: MatchType;
  /** `DISABLED`, `SPIRE`, …; '' when not given. */
  readonly authType: string;
  readonly reported: readonly ReportedPolicy[];
  readonly policyLog: readonly string[];
  readonly isReply: boolean | null;
  /** Node name without the cluster. */
  readonly node: string;
  readonly l7: L7Summary | null;
  /** Sum of the export's aggregate counts, else 1. */
  readonly weight: number;
}

/** The endpoint whose policy was consulted: destination on ingress, source on egress. */
export function subjectOf(flow: FlowVerdict): Endpoint {
  return flow.direction === 'ingress' ? flow.destination : flow.source;
}

export function peerOf(flow: FlowVerdict): Endpoint {
  return flow.direction === 'ingress' ? flow.source : flow.destination;
}

// ── changes ─────────────────────────────────────────────────────────────────────────────────────────

/**
 * What a record says was done to its object. The normaliser is stateless: it says what one record can
 * say; whether a `write` was a version, a metadata change or a no-op only the timeline knows.
 *
 *   write      create, update, patch of the main resource
 *   status     write of the status subresource
 *   delete     the object is gone (Status with uid, or last finalizer removed, or collection item)
 *   terminate  deletion was asked, finalizers hold the object
 *   collect    a deletecollection whose answer does not list the objects (levels below RequestResponse)
 *              or lists none (objectForm `before`, no object: nothing matched, nothing changed)
 *   observe    the object as a list or snapshot showed it
 *   list       the marker that ends a complete list of one kind; of manifests, what makes up a policy there
 *              (normalise/manifestEvents.ts)
 *   received   a request came in (stage RequestReceived); its outcome is in another record, or lost
 */
export const CHANGE_ACTIONS = [
  'write',
  'status',
  'delete',
  'terminate',
  'collect',
  'observe',
  'list',
  'received',
] as const;
export type ChangeAction = (typeof CHANGE_ACTIONS)[number];

/** `unknown`: Panic, a faked 200 after a closed connection, or stage RequestReceived. */
export const CHANGE_RESULTS = ['success', 'failure', 'dry-run', 'unknown'] as const;
export type ChangeResult = (typeof CHANGE_RESULTS)[number];

export const CHANGE_ORIGINS = ['audit', 'snapshot', 'watch', 'manifests'] as const;
export type ChangeOrigin = (typeof CHANGE_ORIGINS)[number];

/**
 * What `object` is:
 *   stored     as the API server stored it after the write
 *   requested  as the client sent it, defaulted (create/update at level Request)
 *   partial    metadata only (PartialObjectMetadata, Table row): there is a spec, we do not see it
 *   before     as it was before the write (items of a deletecollection)
 *   none       no object known
 */
export const OBJECT_FORMS = ['stored', 'requested', 'partial', 'before', 'none'] as const;
export type ObjectForm = (typeof OBJECT_FORMS)[number];

export const PATCH_FORMATS = ['json', 'merge', 'strategic', 'apply'] as const;
export type PatchFormat = (typeof PATCH_FORMATS)[number];

export interface Patch {
  readonly format: PatchFormat;
  readonly body: JsonValue;
}

export const ACTOR_KINDS = ['human', 'gitops', 'controller', 'system'] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

export interface Actor {
  /** Whom the request was authorised as: the impersonated user where there is one. '' when unknown. */
  readonly user: string;
  readonly groups: readonly string[];
  /** Who really called, when impersonating; else ''. */
  readonly impersonator: string;
  readonly kind: ActorKind;
  /** `exact`: the user name or a group says it; `inferred`: only user agent or field manager do. */
  readonly kindConfidence: 'exact' | 'inferred';
  /** Argo CD, Flux, Helm, kubectl …, when told; else ''. */
  readonly manager: string;
  readonly userAgent: string;
  readonly sourceIps: readonly string[];
  readonly fieldManager: string;
}

export interface PolicyChange {
  readonly kind: 'PolicyChange';
  readonly changeOrigin: ChangeOrigin;
  readonly action: ChangeAction;
  readonly result: ChangeResult;
  /** As in the audit event (`patch`, `deletecollection`, …); `snapshot` for snapshots, `manifest` and `commit` for Git. */
  readonly verb: string;
  readonly target: {
    readonly kind: TrackedKind;
    /** '' for cluster-scoped kinds, and for a list or collect over all namespaces. */
    readonly namespace: string;
    /** '' when the record does not tell (generateName below RequestResponse, collect, list). */
    readonly name: string;
  };
  /** '' when the record does not tell. */
  readonly uid: string;
  /** Decimal text of the version after the write; '' when the record does not tell. */
  readonly resourceVersion: string;
  /** metadata.generation after the write; null when the record does not tell. */
  readonly generation: number | null;
  /** resourceVersion that the request named as its base; ''. */
  readonly baseResourceVersion: string;
  readonly objectForm: ObjectForm;
  /**
   * The object without managedFields and last-applied annotation: apiVersion, kind, metadata, spec, specs,
   * status.conditions; of cilium-config only the `data` keys that decisions read. null when `none`, but for
   * the lists of manifests.
   */
  readonly object: JsonObject | null;
  /** The body of a patch request, also where the object after it is known; null without one. */
  readonly patch: Patch | null;
  /** JSON patches that mutating webhooks applied after `object` / `patch` (audit annotations), in order. */
  readonly webhookPatches: readonly JsonValue[];
  /** Of a collect: label and field selector as in the URI; of a list: ''. */
  readonly selector: string;
  readonly confidence: Confidence;
  /** HTTP code; 0 when none. */
  readonly code: number;
  /** Status message and reason of a failure, cut; ''. */
  readonly message: string;
  readonly truncated: boolean;
  readonly auditId: string;
  readonly requestUri: string;
  readonly requestReceivedAt: Micros | null;
  /** Which API server wrote the record, where an envelope or lease tells; ''. */
  readonly auditSource: string;
  readonly actor: Actor;
  readonly decision: { readonly allowed: boolean | null; readonly reason: string };
  /** `kubernetes.io/change-cause` and the like; ''. */
  readonly changeCause: string;
}

// ── feeds ───────────────────────────────────────────────────────────────────────────────────────────

export interface FeedStatus {
  readonly kind: 'FeedStatus';
  readonly feed: 'flows' | 'audit';
  /** Node of the flows, API server or source of the audit events; ''. */
  readonly reporter: string;
  /** Events that the datapath or Hubble says it lost here. */
  readonly lost: number;
  readonly lostSource: string;
  readonly from: Micros;
  readonly until: Micros;
  /** Count of records by kind, ignored by reason, rejected by reason. Sorted by name. */
  readonly counts: readonly { readonly name: string; readonly count: number }[];
}

export interface Watermark {
  readonly kind: 'Watermark';
  readonly auditSource: string;
  readonly completeUntil: Micros;
  readonly policyOffset: number;
  readonly assumed: boolean;
}
