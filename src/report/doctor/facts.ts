// What the rules of `doctor` are given, and what one of them says: a cause, with the one thing that mends it.
// A rule never reads input and never prints.

import type {
  AuditInspection,
  ClockInspection,
  FlowInspection,
  SnapshotInspection,
} from '../../model/inspection.ts';
import type { PolicyRef } from '../../model/refs.ts';
import type { FeedAccount } from '../findings.ts';
import type { Limits } from './answers.ts';

/** null: the option was not given. */
export interface DoctorFacts {
  readonly flows: FlowInspection | null;
  readonly audit: AuditInspection | null;
  readonly snapshot: SnapshotInspection | null;
  /** What was passed as the snapshot, as a person named it; ''. */
  readonly snapshotName: string;
  /** Policies that the logs name as being older than themselves. */
  readonly named: readonly PolicyRef[];
  readonly clocks: ClockInspection;
  readonly accounts: { readonly flows: FeedAccount; readonly audit: FeedAccount };
  /** `--cluster`; '' = as the data say. */
  readonly cluster: string;
}

export const CAUSES = [
  'no-flows',
  'wrong-feed',
  'no-time',
  'no-verdict-events',
  'masked-event-type',
  'masked-fields',
  'masked-labels',
  'no-attribution',
  'no-dns-names',
  'no-forwarded-flows',
  'no-audited-flows',
  'no-audit-log',
  'no-policy-writes',
  'metadata-level',
  'request-level',
  'metadata-level-beside',
  'truncated-bodies',
  'lost-answers',
  'no-received-stage',
  'no-snapshot',
  'no-policy-in-snapshot',
  'kinds-not-in-snapshot',
  'manifests-only',
  'clusters-do-not-meet',
  'audit-without-cluster',
  'feeds-do-not-overlap',
  'clocks-apart',
  'aggregated-flows',
  'exported-twice',
  'lost-events',
  'no-proof-of-life',
  'out-of-order',
  'rejected',
] as const;
export type CauseCode = (typeof CAUSES)[number];

export interface Cause {
  readonly code: CauseCode;
  /** A few words for a table. Safe to print. */
  readonly clause: string;
  /** A sentence: what is so, and what cannot be told for it. Safe to print. */
  readonly why: string;
  /** The one setting, option or command that mends it. Safe to print. */
  readonly remedy: string;
  readonly limits: Limits;
}

export type Rule = (facts: DoctorFacts) => readonly Cause[];
