// Times and durations as people read them in a hurry, in UTC.

import { formatInstant, type Micros } from '../../model/time.ts';
import { UNBROKEN } from './section.ts';

/** `2026-11-02`. */
export function dateOf(t: Micros): string {
  return formatInstant(t).slice(0, 10);
}

/** `09:24:59`, cut, not rounded. */
export function timeOf(t: Micros): string {
  return formatInstant(t).slice(11, 19);
}

/** `09:24`. */
export function minuteOf(t: Micros): string {
  return formatInstant(t).slice(11, 16);
}

/** `2026-11-02 08:00–12:00 UTC`, over several days `2026-11-01 22:00 – 2026-11-02 06:00 UTC`. */
export function rangeText(from: Micros, until: Micros): string {
  const start = `${dateOf(from)} ${minuteOf(from)}`;
  return dateOf(from) === dateOf(until)
    ? `${start}–${minuteOf(until)} UTC`
    : `${start} – ${dateOf(until)} ${minuteOf(until)} UTC`;
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
