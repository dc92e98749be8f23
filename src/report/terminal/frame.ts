// What the heading has said, so that no row repeats it: the day, and the cluster when there is only one.

import type { Micros } from '../../model/time.ts';
import { dateOf, minuteOf, timeOf } from './times.ts';
import { visible } from './visible.ts';

export interface Frame {
  /** `09:24:59`; of another day than the heading's `2026-11-01 09:24:59`. */
  readonly time: (t: Micros) => string;
  /** `08:05–11:05`, to the minute; one time where both are the same minute. */
  readonly span: (from: Micros, until: Micros) => string;
  /** `prod-eu1: ` where the heading names several clusters; else ''. */
  readonly place: (cluster: string) => string;
}

/** @param day any time of the day that the heading names; null: every time is shown with its date. */
export function createFrame(day: Micros | null, clusters: readonly string[]): Frame {
  const today = day === null ? '' : dateOf(day);
  const dated = (t: Micros, text: string): string => (dateOf(t) === today ? text : `${dateOf(t)} ${text}`);
  return {
    time: (t) => dated(t, timeOf(t)),
    span(from, until) {
      const start = dated(from, minuteOf(from));
      if (dated(until, minuteOf(until)) === start) return start;
      return dateOf(from) === dateOf(until)
        ? `${start}–${minuteOf(until)}`
        : `${start} – ${dated(until, minuteOf(until))}`;
    },
    place: (cluster) => (clusters.length > 1 ? `${visible(cluster || 'default')}: ` : ''),
  };
}
