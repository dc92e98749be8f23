// Reads the time of one exported line after the other. Neighbouring lines share their minute, so that only
// seconds and fraction are computed; the answers are those of model/time.ts.

import { isPlausible, MICROS_PER_SECOND, type Micros, parseInstant } from '../model/time.ts';

/** `2026-11-02T08:00:` */
const MINUTE_LENGTH = 17;

/**
 * Reads `text.slice(start, end)` as an RFC 3339 time, nanoseconds cut off.
 * @returns null when it is none, or not between 1970 and 2200.
 */
export type TimeReader = (text: string, start: number, end: number) => Micros | null;

export function createTimeReader(): TimeReader {
  let minute = '';
  let minuteMicros = 0;
  return (text, start, end) => {
    const within =
      minute !== '' && text.startsWith(minute, start)
        ? secondsAndFraction(text, start + MINUTE_LENGTH, end)
        : -1;
    if (within >= 0) return minuteMicros + within;
    const instant = parseInstant(text.slice(start, end));
    if (instant === undefined || !isPlausible(instant.micros)) return null;
    const fraction = secondsAndFraction(text, start + MINUTE_LENGTH, end);
    if (fraction >= 0) {
      minute = text.slice(start, start + MINUTE_LENGTH);
      minuteMicros = instant.micros - fraction;
    }
    return instant.micros;
  };
}

/** Where the fraction's first digit stands: behind `2026-11-02T08:00:00.` */
const FRACTION_START = 20;

/** The nanoseconds below one microsecond, 0–999, of a text that is an RFC 3339 time. */
export function nanosOf(time: string): number {
  let nanos = 0;
  for (let place = 0; place < 9; place += 1) {
    const digit = time.charCodeAt(FRACTION_START + place) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return place <= 6 ? 0 : nanos * 10 ** (9 - place);
    if (place >= 6) nanos = nanos * 10 + digit;
  }
  return nanos;
}

/** Microseconds of `SS[.f…]Z` with at most nine fraction digits; -1 for any other text. */
function secondsAndFraction(text: string, start: number, end: number): number {
  if (end - start > 13 || text.charCodeAt(end - 1) !== 0x5a) return -1;
  const seconds = digits(text, start, start + 2);
  if (seconds < 0 || seconds > 59) return -1;
  if (end === start + 3) return seconds * MICROS_PER_SECOND;
  const length = end - start - 4;
  if (length < 1 || text.charCodeAt(start + 2) !== 0x2e) return -1;
  const fraction = digits(text, start + 3, end - 1);
  if (fraction < 0) return -1;
  const micros = length <= 6 ? fraction * 10 ** (6 - length) : Math.floor(fraction / 10 ** (length - 6));
  return seconds * MICROS_PER_SECOND + micros;
}

/** The number that the digits stand for; -1 when one is no digit. */
function digits(text: string, start: number, end: number): number {
  let value = 0;
  for (let index = start; index < end; index += 1) {
    const digit = text.charCodeAt(index) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}
