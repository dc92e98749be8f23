// Whether so much of what comes cannot be used that something is wrong with the reading or the writing, not with
// single records: a bad release of this program or of what fills a topic, or an index made with other mappings.
// Then the worker stops, before everything has gone to the dead letters and its offsets are committed.

export interface RejectShare<R extends string> {
  /** @param reason null: it could be used, or was rightly passed over */
  readonly add: (reason: R | null) => void;
  /** Of the newest, 0 to 1; 0 when there were none. */
  readonly share: () => number;
  /** Whether that is more than the limit, of enough to say so. */
  readonly isTooHigh: () => boolean;
  /** `7312 of the last 10000 records could not be used: not JSON (not-json, 7000), …`; most frequent first. */
  readonly words: () => string;
}

export interface RejectLimit {
  /** Above it. 1 = never. */
  readonly maxShare: number;
  /** How many of the newest count. */
  readonly window: number;
  /** With fewer, nothing is said. */
  readonly atLeast: number;
}

export interface RejectWords<R> {
  /** What is said of the rejected ones, such as `records could not be used`. */
  readonly verdict: string;
  /** One of the reasons, and how often. */
  readonly reason: (reason: R, times: number) => string;
}

export const REJECT_WINDOW = { window: 10_000, atLeast: 1_000 } as const;

const SHOWN_REASONS = 3;

export function createRejectShare<R extends string>(
  { maxShare, window, atLeast }: RejectLimit,
  words: RejectWords<R>,
): RejectShare<R> {
  const newest: (R | null)[] = [];
  const counts = new Map<R, number>();
  let rejected = 0;
  let next = 0;

  const count = (reason: R | null, by: 1 | -1): void => {
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
        .map(([reason, times]) => words.reason(reason, times));
      return `${rejected} of the last ${newest.length} ${words.verdict}: ${reasons.join('; ')}`;
    },
  };
}
