// Times and durations as people read them in a hurry: UTC, the date said once at the top, and again only
// where a time is of another day.

import { formatInstant, type Micros } from '../../model/time.ts';
import { UNBROKEN } from './section.ts';

export interface Clock {
  /** `09:24:59`; of another day than the heading's `2026-11-01 09:24:59`. */
  readonly time: (t: Micros) => string;
  /** `08:05–11:05`, to the minute; one time where both are the same minute. */
  readonly span: (from: Micros, until: Micros) => string;
}

/** @param day any time of the day that the heading names; null: every time is shown with its date. */
export function createClock(day: Micros | null): Clock {
  const today = day === null ? '' : dateOf(day);
  const dated = (t: Micros, length: number): string => {
    const text = formatInstant(t).slice(11, length);
    return dateOf(t) === today ? text : `${dateOf(t)} ${text}`;
  };
  return {
    time: (t) => dated(t, 19),
    span(from, until) {
      const start = dated(from, 16);
      const end = dated(until, 16);
      if (start === end) return start;
      return dateOf(from) === dateOf(until)
        ? `${start}–${formatInstant(until).slice(11, 16)}`
        : `${start} – ${end}`;
    },
  };
}

export function dateOf(t: Micros): string {
  return formatInstant(t).slice(0, 10);
}

/** `2026-11-02 08:00–12:00 UTC`, over several days `2026-11-01 22:00 – 2026-11-02 06:00 UTC`. */
export function rangeText(from: Micros, until: Micros): string {
  const start = minuteOf(from);
  const end = minuteOf(until);
  return dateOf(from) === dateOf(until) ? `${start}–${end.slice(11)} UTC` : `${start} – ${end} UTC`;
}

function minuteOf(t: Micros): string {
  return formatInstant(t).slice(0, 16).replace('T', ' ');
}

/** `0.8 s`, `42 s`, `12 min`, `3 h`, `5 days`. */
export function durationText(ms: number): string {
  const seconds = ms / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)}${UNBROKEN}s`;
  if (seconds < 120) return `${Math.round(seconds)}${UNBROKEN}s`;
  if (seconds < 120 * 60) return `${Math.round(seconds / 60)}${UNBROKEN}min`;
  if (seconds < 48 * 3_600) return `${Math.round(seconds / 3_600)}${UNBROKEN}h`;
  return `${Math.round(seconds / 86_400)}${UNBROKEN}days`;
}
