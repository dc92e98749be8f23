// What `analyze` knows beside the stored documents when it prints its answer: what was read, what could not
// be told and why, and the audited conversations judged again by the policies in force at the end.

import type { IgnoreReason, RejectReason } from '../model/outcome.ts';
import type { PolicyRef, RuleRef } from '../model/refs.ts';
import type { Micros } from '../model/time.ts';
import type { Declared, Direction, Reason, Transport, Undecidable } from '../model/verdict.ts';

/** How much of one feed was read. records = accepted + ignored + rejected. */
export interface FeedAccount {
  readonly files: number;
  readonly records: number;
  /** Records that gave events. */
  readonly accepted: number;
  readonly ignored: ReadonlyMap<IgnoreReason, number>;
  readonly rejected: ReadonlyMap<RejectReason, number>;
  /** Events that the source itself says it lost. */
  readonly lostEvents: number;
}

/** Audited packets of one conversation, judged again by the policies in force at the end of the log. */
export interface AuditedNow {
  readonly cluster: string;
  readonly direction: Direction;
  readonly subjectNamespace: string;
  readonly subjectWorkload: string;
  readonly peerNamespace: string;
  readonly peerWorkload: string;
  /** `world` …; '' for pods. */
  readonly peerEntity: string;
  /** Address of a peer outside; ''. */
  readonly peerIp: string;
  readonly transport: Transport;
  /** 0 for ICMP. */
  readonly port: number;
  readonly count: number;
  readonly firstSeen: Micros;
  readonly lastSeen: Micros;
  /**
   * The subject's last denial by policy was audited, not dropped: as far as its verdicts tell, it is still in
   * audit mode.
   */
  readonly stillInAuditMode: boolean;
  readonly declaredNow: Declared;
  readonly reasonNow: Reason;
  readonly isolatingNow: readonly PolicyRef[];
  readonly decidingNow: readonly RuleRef[];
  readonly undecidableNow: readonly Undecidable[];
}

/** Something about the input that weakens or forbids answers; each says what to do about it. */
export interface Caveat {
  readonly code:
    | 'no-audit-log'
    | 'no-audit-events'
    | 'no-snapshot'
    | 'no-policy-in-snapshot'
    | 'kinds-not-in-snapshot'
    | 'no-verdict-events'
    | 'no-forwarded-flows'
    | 'clusters-do-not-meet'
    | 'cluster-without-audit'
    | 'audit-without-cluster'
    | 'metadata-level'
    | 'masked-labels'
    | 'clocks-apart'
    | 'feeds-do-not-overlap'
    | 'lost-events'
    | 'gaps-in-audit'
    | 'no-time'
    | 'beyond-logs'
    | 'rejected'
    | 'store-limits'
    | 'stopped';
  /** One line: what cannot be told. */
  readonly message: string;
  /** One line: the setting or command that mends it; ''. */
  readonly remedy: string;
}

/** A policy statistic from lines without time (`cilium monitor`). */
export interface MonitorStatistic {
  /** Cilium's own words: `policy-verdict:none INGRESS AUDITED`. */
  readonly words: string;
  readonly policyName: string;
  readonly count: number;
}

/**
 * One bounded cache of a cluster's join.
 *   decisions  what the policies say about a conversation, by state of the policies
 *   histories  all that ever concerned one subject
 */
export interface CacheFigures {
  readonly cluster: string;
  readonly name: 'decisions' | 'histories';
  readonly hits: number;
  readonly misses: number;
  /** Entries that were forgotten because the cache was full. */
  readonly evictions: number;
  /** Entries at the end. */
  readonly entries: number;
}

/** What was read of the manifests that the cluster is compared with. */
export interface ManifestsAccount {
  readonly policies: number;
  /** Of them: those that name no namespace though their kind has one. */
  readonly withoutNamespace: number;
  /** Documents that only their tool could render, and so were not read: `file#document`. */
  readonly templates: readonly string[];
  /** Kustomizations, whose patches and prefixes were not applied. */
  readonly kustomizations: readonly string[];
  /** Documents that cannot be read. */
  readonly problems: number;
  /** Policies in force that have a manifest, but whose body the logs do not hold. */
  readonly uncompared: number;
  /** Where the manifests' Git history was read; shallow: only its newest part was there. */
  readonly history: 'read' | 'shallow' | 'no-git' | 'no-work-tree';
}

export interface Findings {
  readonly clusters: readonly string[];
  readonly flows: FeedAccount;
  /** null when no audit log was given. */
  readonly audit: FeedAccount | null;
  /** Objects read from `--policies`; null when not given. */
  readonly snapshotObjects: number | null;
  /** null when no `--manifests` were given. */
  readonly manifests: ManifestsAccount | null;
  /** In the order of weight: the first goes first in every answer. */
  readonly caveats: readonly Caveat[];
  readonly auditedNow: readonly AuditedNow[];
  /** Audited verdicts whose conversation did not fit into the bounded list. */
  readonly auditedBeyondLimit: number;
  readonly monitor: readonly MonitorStatistic[];
  readonly caches: readonly CacheFigures[];
  /** First and last verdict; null without any. */
  readonly range: { readonly from: Micros; readonly until: Micros } | null;
  readonly tookMs: number;
  /** Paths of what was kept, '' when not asked for. */
  readonly kept: {
    readonly store: string;
    readonly documents: string;
    readonly rejects: string;
    readonly report: string;
  };
  /** The job was stopped before the end of its input. */
  readonly stopped: boolean;
}
