// How many bulk requests may be in flight: one more for each round that went well, half as many when
// OpenSearch says that it is busy. A round that began before the last halving does not halve again: its
// trouble has been answered already.

export interface Concurrency {
  /** May be a fraction; whole requests count. At least 1, at most `max`. */
  readonly limit: number;
  readonly max: number;
  /** How many times it was halved. */
  readonly halvings: number;
}

export function fullConcurrency(max: number): Concurrency {
  return { limit: max, max, halvings: 0 };
}

/** @param begunAt `halvings` when the request was sent */
export function afterRequest(now: Concurrency, busy: boolean, begunAt: number): Concurrency {
  if (!busy) return { ...now, limit: Math.min(now.max, now.limit + 1 / now.limit) };
  if (begunAt < now.halvings) return now;
  return { ...now, limit: Math.max(1, now.limit / 2), halvings: now.halvings + 1 };
}
