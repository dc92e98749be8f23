// A verdict with everything that the timeline knows about it: what the policies in force say, the change
// that made it so, and where the two logs disagree.

import type { FlowEvent } from '../model/event.ts';
import type { Confidence, Declared, FlowDrift } from '../model/verdict.ts';
import type { Decision } from '../policy/decision.ts';
import type { ChangeRecord } from '../timeline/reader.ts';

/** The policy change at which the declared decision for this very flow last became what it is. */
export interface Cause {
  readonly change: ChangeRecord;
  /** The declared decision just before it. */
  readonly before: Declared;
}

export interface Enriched {
  readonly event: FlowEvent;
  readonly decision: Decision;
  /** `incomplete`: policies may exist that nothing tells of; the decision agrees with what was observed. */
  readonly confidence: Confidence | 'incomplete';
  /** null: the decision has been the same for as long as the timeline reaches. */
  readonly cause: Cause | null;
  /** Whether the timeline reaches back without gaps to the cause, or with none to a snapshot. */
  readonly history: 'complete' | 'partial';
  /** Newest change of any policy that selects or selected the subject in this direction, at or before it. */
  readonly latest: ChangeRecord | null;
  /** Sorted. */
  readonly drift: readonly FlowDrift[];
}

export interface JoinSettings {
  /** How long after a change the datapath may still act on the state before it. */
  readonly propagationMs: number;
  /** How far a node's clock may run behind the API server's. */
  readonly clockSkewMs: number;
  /** How long after audit mode was switched off a denial counts as `newly-enforced`. */
  readonly changeDriftHours: number;
  /** Bound of each cache, in entries. */
  readonly cacheEntries: number;
}

export const JOIN_DEFAULTS: JoinSettings = {
  propagationMs: 30_000,
  clockSkewMs: 2_000,
  changeDriftHours: 24,
  cacheEntries: 100_000,
};
