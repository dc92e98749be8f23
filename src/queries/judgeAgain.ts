// The door through which saved queries ask the policies of a time about stored conversations again. What they say
// is for the decision core to tell, which knows policies; queries know documents. So the core is handed in as a
// function, and what passes the door are rows that a store gave.
import type { PolicyRef } from '../model/refs.ts';
import type { Micros } from '../model/time.ts';
import type { Declared, Undecidable } from '../model/verdict.ts';
import type { AuditRange, HistoryRow } from './history.ts';
import type { Talk } from './talks.ts';

/** What a store tells of the policies of one cluster, as far as it matters to what is asked. */
export interface PoliciesHeld {
  readonly cluster: string;
  /** Sorted by policy, then time; all that was in force at the time that is asked about is there. */
  readonly history: readonly HistoryRow[];
  /** What the audit log covered; null without one. */
  readonly audit: AuditRange | null;
  /** A snapshot told of the policies that are older than the audit log. */
  readonly hasSnapshot: boolean;
  /** DNS names that addresses were known by. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

/** Verdicts of a conversation between endpoints with the same labels. */
export interface TalkAsked
  extends Pick<Talk, 'conversation' | 'subjectLabels' | 'peerLabels' | 'observed' | 'count' | 'lastSeen'> {
  /** As rollups have them: they tell whether the labels are all there; ''. */
  readonly subjectHash: string;
  readonly peerHash: string;
}

export interface JudgedAgain {
  readonly declared: Declared;
  /** Why it is unknown; [] where it is not. */
  readonly undecidable: readonly Undecidable[];
  /** Policies that the answer is put down to, sorted. */
  readonly responsible: readonly PolicyRef[];
}

/** One answer for each conversation, in order. All are of the cluster. */
export type JudgeAgain = (
  policies: PoliciesHeld,
  talks: readonly TalkAsked[],
  t: Micros,
) => readonly JudgedAgain[];
