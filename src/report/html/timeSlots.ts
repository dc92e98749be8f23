// How finely a report counts over time: in slots of a length that people think in, few enough that the page stays
// small and the chart readable.

import { MICROS_PER_MINUTE, MICROS_PER_MS, type Micros } from '../../model/time.ts';
import type { TimeSlots } from '../page/pageData.ts';

const MOST_SLOTS = 96;
const HOUR = 60;
const DAY = 24 * HOUR;
const LENGTHS_MINUTES = [
  1,
  2,
  5,
  10,
  15,
  30,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  7 * DAY,
  28 * DAY,
];

/** Covers both times; slots begin at multiples of their length, so that they agree with the clock. */
export function timeSlots(range: { readonly from: Micros; readonly until: Micros } | null): TimeSlots {
  const { from, until } = range ?? { from: 0, until: 0 };
  const slots = (
    minutes: number,
  ): { readonly start: Micros; readonly length: Micros; readonly count: number } => {
    const length = minutes * MICROS_PER_MINUTE;
    const start = Math.floor(from / length) * length;
    return { start, length, count: Math.floor((until - start) / length) + 1 };
  };
  const days = Math.ceil((until - from) / (MOST_SLOTS * DAY * MICROS_PER_MINUTE));
  const chosen =
    LENGTHS_MINUTES.map(slots).find(({ count }) => count <= MOST_SLOTS) ?? slots((days + 1) * DAY);
  return {
    startMs: chosen.start / MICROS_PER_MS,
    slotMs: chosen.length / MICROS_PER_MS,
    slots: chosen.count,
  };
}
