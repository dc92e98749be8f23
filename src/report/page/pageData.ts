// What the generator hands to the script of the page: everything that can be sorted and filtered, as JSON. All
// texts are ready to be shown: escaped where they could deceive, replaced where the report is redacted. The
// script adds up, chooses and orders; it words nothing but figures and times.

/** `startMs` + slot × `slotMs` is where a slot begins; there are `slots` of them. Milliseconds since 1970. */
export interface TimeSlots {
  readonly startMs: number;
  readonly slotMs: number;
  readonly slots: number;
}

/** What decided: a rule, or the default deny that a policy switches on. */
export interface RuleText {
  /** Ref of the policy, for filters. */
  readonly policy: string;
  /** `NP shop/cart`. */
  readonly name: string;
  /** `ingress[0]`, `default deny`. */
  readonly rule: string;
  /** Ref of the rule, for filters. */
  readonly ref: string;
}

/** One way in which a conversation was judged; several summed up where `groups` is above 1. */
export interface FlowRow {
  readonly cluster: string;
  /** `shop/web → shop/cart`. */
  readonly talk: string;
  /** `tcp 8080`. */
  readonly service: string;
  readonly direction: string;
  /** The end whose policies decided: `shop/cart`. */
  readonly end: string;
  /** Its namespace, and the peer's; what it is, where it is no pod. */
  readonly subject: string;
  readonly peer: string;
  readonly observed: string;
  readonly declared: string;
  /** `default deny`. */
  readonly reason: string;
  readonly drift: readonly string[];
  /** '' when the flow went as declared. */
  readonly misfit: string;
  /** Places in `rules`. */
  readonly rules: readonly number[];
  /** Id of a change; ''. */
  readonly cause: string;
  /** Of what is unknown, why. */
  readonly undecidable: readonly string[];
  /** Of what was audited, what ending audit mode now would do: `denied`, or why not; ''. */
  readonly still: string;
  readonly groups: number;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Slots with verdicts, ascending, and how many there were in each. */
  readonly slots: readonly number[];
  readonly counts: readonly number[];
  /** The command that tells more; '' where there is none. */
  readonly why: string;
}

/** What a change did to conversations. */
export interface EffectText {
  /** `broke`, `opened`. */
  readonly word: string;
  readonly count: number;
  /** `STILL BROKEN`, `MENDED 09:24:59`, `MENDS 09:00:00`. */
  readonly state: string;
  /** Who made the change that ended it, or the one that it mends; '' = nobody that is known. */
  readonly by: string;
  readonly tone: string;
  readonly drift: readonly string[];
}

export interface ChangeRow {
  readonly id: string;
  readonly cluster: string;
  readonly atMs: number;
  /** `alice`, `Argo CD`. */
  readonly who: string;
  /** human, gitops, controller, system. */
  readonly kind: string;
  /** `patched`. */
  readonly deed: string;
  /** Ref, for filters. */
  readonly policy: string;
  readonly name: string;
  readonly namespace: string;
  /** `version`, `failure`, `dry-run`, …; for filters. */
  readonly outcome: string;
  /** It altered what is in force; else `result` says what became of it. */
  readonly took: boolean;
  /** `refused (403): …`, `dry run`; ''. */
  readonly result: string;
  /** What it says beside: by hand, the commit, the declared reason. */
  readonly remarks: readonly string[];
  readonly diff: readonly DiffLine[];
  /** Why there is no difference: `spec unchanged`; '' where there is one. */
  readonly unsaid: string;
  /** User agent and addresses of the client. */
  readonly client: string;
  readonly effects: readonly EffectText[];
}

/** `before` and `after` are '' where the line is no comparison. */
export interface DiffLine {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

export interface PageData {
  readonly time: TimeSlots;
  /** `2026-11-02`: times of this day are shown without the date. */
  readonly day: string;
  readonly manyClusters: boolean;
  readonly rules: readonly RuleText[];
  /** Worst first. */
  readonly flows: readonly FlowRow[];
  /** Newest first. */
  readonly changes: readonly ChangeRow[];
  /** Changes that the page does not hold. */
  readonly moreChanges: number;
  /** A Vega specification with the data sets `verdicts` and `changes`, both empty. */
  readonly chart: unknown;
}
