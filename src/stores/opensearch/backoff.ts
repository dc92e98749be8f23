// How long to wait before a request is tried again: full jitter, so that many workers that failed together do
// not come back together.

const BASE_MS = 100;
const CAP_MS = 30_000;

/**
 * @param attempt tries so far, from 1
 * @param random uniform in [0, 1)
 * @returns milliseconds in [0, min(30 s, 100 ms × 2^attempt))
 */
export function backoffMs(attempt: number, random: () => number): number {
  return random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt);
}
