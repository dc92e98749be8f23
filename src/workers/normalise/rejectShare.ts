// Whether so much of a topic cannot be used that something is wrong with the reading, not with the records: a bad
// release of this program or of what fills the topic. Then the worker stops, before all of the topic has gone to
// the dead letters and its offsets are committed.
import { REJECTED, type RejectReason } from '../../model/outcome.ts';

export interface RejectShare {
  /** @param reason null: the record could be used, or was rightly passed over */
  readonly add: (reason: RejectReason | null) => void;
  /** Of the newest records, 0 to 1; 0 when there were none. */
  readonly share: () => number;
  /** Whether that is more than the limit, of enough records to say so. */
  readonly isTooHigh: () => boolean;
  /** `7312 of the last 10000 records could not be used: not JSON (7000), …`; most frequent first. */
  readonly words: () => string;
}

export interface RejectLimit {
  /** Above it. 1 = never. */
  readonly maxShare: number;
  /** How many of the newest records count. */
  readonly window: number;
  /** With fewer, nothing is said. */
  readonly atLeast: number;
}

export const REJECT_WINDOW = { window: 10_000, atLeast: 1_000 } as const;

const SHOWN_REASONS = 3;

export function createRejectShare({ maxShare, window, atLeast }: RejectLimit): RejectShare {
  const newest: (RejectReason | null)[] = [];
  const counts = new Map<RejectReason, number>();
  let rejected = 0;
  let next = 0;

  const count = (reason: RejectReason | null, by: 1 | -1): void => {
    if (reason === null) return;
    rejected += by;
    counts.set(reason, (counts.get(reason) ?? 0) + by);
  };
  const share = (): number => (newest.length === 0 ? 0 : rejected / newest.length);

  return {
    add: (reason) => {
      if (newest.length === window) count(newest[next] ?? null, -1);
      newest[next] = reason;
      next = (next + 1) % window;
      count(reason, 1);
    },
    share,
    isTooHigh: () => newest.length >= atLeast && share() > maxShare,
    words: () => {
      const reasons = [...counts]
        .filter(([, times]) => times > 0)
        .sort(([, a], [, b]) => b - a)
        .slice(0, SHOWN_REASONS)
        .map(([reason, times]) => `${REJECTED[reason]} (${reason}, ${times})`);
      return `${rejected} of the last ${newest.length} records could not be used: ${reasons.join('; ')}`;
    },
  };
}
