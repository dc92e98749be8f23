// The answer to one "why": what was seen, what the policies said then and say now, who made it so, what would
// help. Plain data, put together by the command; every way of printing it reads this and nothing else.
//
//   WhyAnswer ─┬─ seen       what the datapath did, in order of time
//              └─ accounts   one for each end whose policies are asked, the one that matters first
//                   ├─ asOf, now   what the policies say at the time asked about, and at the end of the logs
//                   ├─ cause       the change that made it so       (null: none that the logs know)
//                   ├─ ended       the change after which it was otherwise (null: it still is so)
//                   └─ helps       what would let it through again

import type { JsonObject } from '../../model/json.ts';
import type { PolicyRef } from '../../model/refs.ts';
import type { Micros } from '../../model/time.ts';
import type { Declared, Direction, FlowDrift, Observed, Reason, Undecidable } from '../../model/verdict.ts';
import type { Change } from '../../queries/changes.ts';
import type { End } from '../../queries/flows.ts';
import type { Caveat, ManifestsAccount } from '../findings.ts';

export interface WhyAnswer {
  /** As the person asked. */
  readonly asked: {
    readonly source: string;
    readonly destination: string;
    readonly service: string;
    /** null: the last time that needed an answer. */
    readonly at: Micros | null;
  };
  readonly cluster: string;
  /** First and last verdict of any conversation. */
  readonly flows: Range | null;
  /** In order of time. */
  readonly seen: readonly Seen[];
  /** Never empty. */
  readonly accounts: readonly Account[];
  /** What the answer needs and the store does not keep; [] from the logs themselves. */
  readonly limits: readonly StoreLimit[];
  /** Where the Git history of the manifests was read; null where none were given. */
  readonly commits: ManifestsAccount['history'] | null;
  /** What was taken for granted, in sentences. */
  readonly assumed: readonly string[];
  /** What of the input weakens the answer. */
  readonly caveats: readonly Caveat[];
  /** Questions close to this one that have an answer, as arguments of the command. */
  readonly others: readonly Other[];
}

/** What a store does not keep, though the logs or the snapshot tell it. */
export const STORE_LIMITS = [
  'icmp-types',
  'dns-names',
  'pod-addresses',
  'pod-ports',
  'group-labels',
] as const;
export type StoreLimit = (typeof STORE_LIMITS)[number];

export interface Range {
  readonly from: Micros;
  readonly until: Micros;
}

export interface Other {
  /** `shop/cart shop/web 8080`, ready to be pasted into a shell. */
  readonly question: string;
  readonly verdicts: number;
}

/** Verdicts of one direction that share how they were judged, and why. */
export interface Seen {
  readonly direction: Direction;
  readonly subject: End;
  readonly peer: End;
  /** How many pairs of ends are taken together; `subject` and `peer` are one of them. */
  readonly pairs: number;
  readonly observed: Observed;
  readonly declared: Declared;
  readonly reason: Reason;
  readonly undecidable: readonly Undecidable[];
  readonly isolating: readonly PolicyRef[];
  /** Policies of the rules that decided. */
  readonly deciding: readonly PolicyRef[];
  /** Policies that Hubble itself named. */
  readonly reported: readonly PolicyRef[];
  readonly drift: readonly FlowDrift[];
  readonly count: number;
  readonly firstSeen: Micros;
  readonly lastSeen: Micros;
}

export interface Declaration {
  readonly at: Micros;
  readonly declared: Declared;
  readonly reason: Reason;
  readonly undecidable: readonly Undecidable[];
  /** Of each policy that has a part in it, the rule that came nearest and what failed, or what matched. */
  readonly lines: readonly { readonly policy: PolicyRef; readonly text: string }[];
  /** Policies that select the subject in this direction. */
  readonly selecting: readonly PolicyRef[];
}

export interface Cause {
  readonly change: Change;
  /** The declared decision just before it. */
  readonly before: Declared;
  /** From the change to the first verdict that it explains; null where none does. */
  readonly lagMs: number | null;
  /** The change by hand that this one undid. */
  readonly tookBack: Change | null;
}

export interface Account {
  readonly direction: Direction;
  readonly subject: End;
  readonly peer: End;
  /** The verdicts that are explained; null: none was seen, and the policies are asked all the same. */
  readonly sighting: Seen | null;
  readonly asOf: Declaration;
  readonly now: Declaration;
  readonly cause: Cause | null;
  /** The logs reach without gaps to the cause or, without one, as far back as they go. */
  readonly isHistoryComplete: boolean;
  readonly ended: { readonly at: Micros; readonly change: Change | null; readonly after: Declared } | null;
  /** What made it as it is now, where that is neither of the two. */
  readonly latest: { readonly change: Change; readonly after: Declared } | null;
  /** What would let it through now, each tried on the policies; [] where it is through, or nothing small helps. */
  readonly helps: readonly Help[];
}

/**
 *   take-back    the cause undone: its difference reversed, what it deleted created, what it created deleted
 *   leave-open   `enableDefaultDeny` for a policy that only denies
 *   add-rule     one more rule under `spec` of the policy
 *   new-policy   a policy of its own
 */
export interface Help {
  readonly kind: 'take-back' | 'leave-open' | 'add-rule' | 'new-policy';
  readonly ref: PolicyRef;
  /** Who manages the policy by its labels; ''. */
  readonly managedBy: string;
  /** Where the manifests hold it, `file#document`; ''. */
  readonly manifest: string;
  /** Of an edit to take back: `path: now → before`. Else []. */
  readonly lines: readonly string[];
  /** What to write: of a deletion to take back the whole policy; null where `lines` say it, or nothing is to write. */
  readonly fragment: JsonObject | null;
}
