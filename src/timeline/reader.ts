// What the join may ask of a cluster's timeline. Reader and writer are different types: whoever holds a
// reader cannot change history, and a reader's answers change only when `revision` grows.
//
//   policy shop/cart   ──[ v1 ─────────)[ v2 ────)[ gap ??? )[ v4 ───────────▶
//                      from            └ change   until      └ body known again
//
// Validity is [from, until): a change at exactly a verdict's time counts as in force. Between the
// tombstone of one incarnation and the creation of the next no version covers the time.

import type { ChangeEvent } from '../model/event.ts';
import type { JsonObject } from '../model/json.ts';
import type { LabelSet } from '../model/labels.ts';
import type { PolicyRef, TrackedKind } from '../model/refs.ts';
import type { Micros } from '../model/time.ts';
import type { Confidence } from '../model/verdict.ts';
import type { CompiledPolicy } from '../policy/compiled.ts';

/**
 * What a change turned out to be.
 *   version      starts a version (a new metadata.generation with a body or without one)
 *   tombstone    ends an incarnation
 *   metadata     labels, annotations, finalizers only
 *   status       status subresource
 *   terminating  deletion asked for, held by finalizers
 *   no-op        the same resourceVersion came back; or a delete repeated; or a collection of nothing
 *   failure      refused (code >= 400)
 *   dry-run      asked with dryRun
 *   gap          a write that the log lost, betrayed by a jump in generation or a request without outcome
 */
export const CHANGE_OUTCOMES = [
  'version',
  'tombstone',
  'metadata',
  'status',
  'terminating',
  'no-op',
  'failure',
  'dry-run',
  'gap',
] as const;
export type ChangeOutcome = (typeof CHANGE_OUTCOMES)[number];

/** One write or attempt after the timeline has judged it: the source of a change document. */
export interface ChangeRecord {
  /** design.md §4 change.id. */
  readonly id: string;
  readonly outcome: ChangeOutcome;
  readonly ref: PolicyRef;
  readonly kind: TrackedKind;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly generation: number | null;
  readonly resourceVersion: string;
  readonly at: Micros;
  /** Of versions: the end of validity, FOREVER while in force. Of others: equal to `at`. */
  readonly until: Micros;
  readonly confidence: Confidence;
  /**
   * The record it comes from; null where only its traces are known: a gap that a jump of generation betrays,
   * a delete that a complete list betrays, what an etcd restore did.
   */
  readonly event: ChangeEvent | null;
  /** The object before and after, as far as known (spec and metadata that matter). */
  readonly before: JsonObject | null;
  readonly after: JsonObject | null;
  /** 0 for the first etcd history of the cluster, + 1 after each restore. */
  readonly restoreEpoch: number;
}

/** One spec of one incarnation of a policy, and when it was in force. */
export interface PolicyVersion {
  readonly ref: PolicyRef;
  readonly uid: string;
  /** null when no record tells. */
  readonly generation: number | null;
  readonly from: Micros;
  readonly until: Micros;
  /**
   * From here on evidence (a write, a gap-free log, the creation time of a generation 1) proves that the
   * version held; in [from, provenFrom) it is only assumed, because nothing tells of another.
   */
  readonly provenFrom: Micros;
  /** null: the body is unknown (missing-policy-body); it may select whatever its kind and namespace allow. */
  readonly policy: CompiledPolicy | null;
  /** The body is known and cannot be valid: it exists and protects nothing. `policy` is null then, too. */
  readonly invalid: boolean;
  readonly object: JsonObject | null;
  readonly confidence: Confidence;
  /** What began it; null when it was in force before anything we know (snapshot only). */
  readonly change: ChangeRecord | null;
  /** What ended it: the next version's change, the tombstone, the gap; null while in force. */
  readonly end: ChangeRecord | null;
}

/** A stretch of time for which the set of policies is known to be complete. */
export interface Stretch {
  readonly from: Micros;
  readonly until: Micros;
}

/** A value that holds over [from, until); `change` began it (null: known from a snapshot or a flow). */
export interface Held<T> {
  readonly from: Micros;
  readonly until: Micros;
  /** null = deleted, or not known any more. */
  readonly value: T | null;
  readonly change: ChangeRecord | null;
}

export interface CidrGroup {
  readonly name: string;
  readonly labels: LabelSet;
  readonly cidrs: readonly string[];
}

/** The keys of cilium-config that decisions read; undefined where the timeline does not know. */
export interface CiliumConfig {
  readonly policyAuditMode?: boolean | undefined;
  readonly enablePolicy?: 'default' | 'always' | 'never' | undefined;
  readonly policyCidrMatchMode?: readonly ('nodes' | 'pods')[] | undefined;
  readonly policyDefaultLocalCluster?: boolean | undefined;
}

/** Current state of a policy at the end of what is known, for policy documents. */
export interface PolicyState {
  readonly ref: PolicyRef;
  /** The last version; its `until` is FOREVER while it is in force. */
  readonly version: PolicyVersion | null;
  /** The last change of any outcome that altered the object (version, metadata, tombstone, …). */
  readonly lastChange: ChangeRecord | null;
  readonly deletedAt: Micros | null;
  /** Cilium's verdict on the spec (status.conditions Valid); null when not told. */
  readonly valid: { readonly value: boolean; readonly message: string; readonly since: Micros } | null;
}

export interface TimelineReader {
  readonly cluster: string;
  /** Grows with every write that can alter an answer. */
  readonly revision: number;
  /**
   * All versions over all time that could select a subject in this namespace: the policies of the
   * namespace and the cluster-scoped ones. Sorted by ref, then `from`; versions of one ref never overlap.
   * '' gives the cluster-scoped ones only.
   */
  versionsFor(namespace: string): readonly PolicyVersion[];
  /** All versions of an incarnation, by uid, sorted by `from`. [] when the uid is not known. */
  versionsOfUid(uid: string): readonly PolicyVersion[];
  /** Versions of a Namespace's own labels (`k8s:key=value`), sorted by `from`; [] when never seen. */
  namespaceLabels(namespace: string): readonly Held<LabelSet>[];
  /** Every namespace whose Namespace object was ever seen, sorted. */
  namespaceNames(): readonly string[];
  /** Versions of a CiliumCIDRGroup; [] when never seen. */
  cidrGroup(name: string): readonly Held<CidrGroup>[];
  /** Every group name ever seen, sorted. */
  cidrGroupNames(): readonly string[];
  /** Versions of the cilium-config keys, sorted by `from`. */
  config(): readonly Held<CiliumConfig>[];
  /** The complete stretch that holds t (a complete snapshot, and the audit log around it); null = none. */
  completeAround(t: Micros): Stretch | null;
  /** First and last time of the audit records, those that change nothing included where told; null without any. */
  auditRange(): { readonly from: Micros; readonly until: Micros } | null;
  /** Whether any complete snapshot was seen. */
  hasSnapshot(): boolean;
  /**
   * All judged changes, sorted by (at, ref, id). Each audit record gives exactly one, except:
   *   a request received    none while its outcome may still come; the outcome's own where that came
   *   a collection          one for each object that it met, where its record does not list them
   *   what a list shows     one (a version) where it began a version or gave it its body, else none
   *   the end of a list     none
   * Besides, changes whose `event` is null.
   */
  changes(): readonly ChangeRecord[];
  /** All policies ever known, sorted by ref. */
  policies(): readonly PolicyState[];
}
