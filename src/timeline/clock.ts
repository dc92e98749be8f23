// Resource versions as a clock: every write of the cluster raises them, so a record that shows a
// resourceVersion but no time (a snapshot read from a file) stands between the writes around it.

import type { Micros } from '../model/time.ts';

/** A write (or a list) whose time and resourceVersion are both known. */
export interface Tick {
  readonly at: Micros;
  readonly revision: number;
}

/** Ticks at which the highest known resourceVersion grew; ascending in both fields. */
export type RevisionClock = readonly Tick[];

/** @param ticks sorted by time. */
export function revisionClock(ticks: readonly Tick[]): RevisionClock {
  const clock: Tick[] = [];
  let highest = -1;
  for (const tick of ticks) {
    if (tick.revision <= highest) continue;
    highest = tick.revision;
    clock.push(tick);
  }
  return clock;
}

/** The latest known time at which `revision` was not yet written; null when no tick lies below it. */
export function notBefore(clock: RevisionClock, revision: number): Micros | null {
  return clock[firstAtLeast(clock, revision) - 1]?.at ?? null;
}

/** The earliest known time at which `revision` had been written; null when no tick reaches it. */
export function writtenBy(clock: RevisionClock, revision: number): Micros | null {
  return clock[firstAtLeast(clock, revision)]?.at ?? null;
}

function firstAtLeast(clock: RevisionClock, revision: number): number {
  let low = 0;
  let high = clock.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((clock[middle]?.revision ?? 0) < revision) low = middle + 1;
    else high = middle;
  }
  return low;
}
