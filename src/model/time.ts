// Time as the program holds it: microseconds since 1970 as a plain number (exact below 2^53), with the
// nanoseconds below one microsecond kept beside it. No clock is read here, no Date is built on the hot path.

/** Microseconds since 1970-01-01T00:00:00Z. */
export type Micros = number;

/** A point in time to the nanosecond. `nanos` is 0–999, the part below one microsecond. */
export interface Instant {
  readonly micros: Micros;
  readonly nanos: number;
}

export const MICROS_PER_MS = 1_000;
export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
export const MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;

/** Stands for "still in force": later than any time that is accepted. */
export const FOREVER: Micros = Number.MAX_SAFE_INTEGER;

/** Event times must lie before: 2200-01-01. What claims more is no clock, and would not fit a nanosecond column. */
const LATEST: Micros = Date.UTC(2200, 0, 1) * 1_000;

const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9})\d*)?(?:[Zz]|([+-])(\d\d):?(\d\d))$/;

/**
 * An RFC 3339 time (protojson writes 0, 3, 6 or 9 fraction digits; Kubernetes 0 or 6).
 * Digits beyond the ninth are cut. A leap second (`:60`) counts as the next second.
 * @returns undefined when the text is no such time, names no real day.
 */
export function parseInstant(text: string): Instant | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const month = Number(match[2]);
  const day = Number(match[3]);
  const millis = Date.UTC(
    Number(match[1]),
    month - 1,
    day,
    Number(match[4]),
    Number(match[5]),
    Number(match[6]),
  );
  if (month < 1 || month > 12 || day < 1 || day > daysIn(Number(match[1]), month)) return undefined;
  if (Number(match[4]) > 23 || Number(match[5]) > 59 || Number(match[6]) > 60) return undefined;
  const fraction = (match[7] ?? '').padEnd(9, '0');
  const sign = match[8] === '-' ? 1 : -1;
  const offset =
    match[8] === undefined ? 0 : sign * (Number(match[9]) * 60 + Number(match[10])) * MICROS_PER_MINUTE;
  return {
    micros: millis * MICROS_PER_MS + Number(fraction.slice(0, 6)) + offset,
    nanos: Number(fraction.slice(6, 9)),
  };
}

/** Whether an event time can be true: from 1970 on, before {@link LATEST}. */
export function isPlausible(t: Micros): boolean {
  return t >= 0 && t < LATEST;
}

/** {@link parseInstant} without the nanoseconds. */
export function parseMicros(text: string): Micros | undefined {
  return parseInstant(text)?.micros;
}

function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** `2026-11-02T09:00:00.010231Z`; with nanos, nine digits. */
export function formatInstant(micros: Micros, nanos = 0): string {
  const minute = Math.floor(micros / MICROS_PER_MINUTE);
  const within = micros - minute * MICROS_PER_MINUTE;
  const seconds = Math.floor(within / MICROS_PER_SECOND);
  const fraction = String(within - seconds * MICROS_PER_SECOND).padStart(6, '0');
  const tail = nanos === 0 ? '' : String(nanos).padStart(3, '0');
  return `${minuteText(minute)}${seconds < 10 ? '0' : ''}${seconds}.${fraction}${tail}Z`;
}

let lastMinute = Number.NaN;
let lastMinuteText = '';

/** `2026-11-02T09:00:`. Remembers the last one: documents are made minute by minute, each with many times. */
function minuteText(minute: number): string {
  if (minute !== lastMinute) {
    lastMinuteText = new Date(minute * (MICROS_PER_MINUTE / MICROS_PER_MS)).toISOString().slice(0, -7);
    lastMinute = minute;
  }
  return lastMinuteText;
}
