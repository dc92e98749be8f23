// The time that a person means: RFC 3339 as it stands, a clock time on the day of the logs.
import { Fault } from '../../model/fault.ts';
import { formatInstant, type Micros, parseMicros } from '../../model/time.ts';
import type { Range } from '../../report/why/answer.ts';

const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)(:[0-5]\d)?$/;
const DAY_MICROS = 86_400_000_000;

/**
 * A clock time is UTC, on the last day of the logs on which they cover it; where they never do, on their
 * last day.
 * @throws Fault `usage`
 */
export function timeAsked(text: string, logs: Range | null): Micros {
  const exact = parseMicros(text);
  if (exact !== undefined) return exact;
  const clock = CLOCK.exec(text);
  if (clock === null)
    throw new Fault('usage', `--at ${text}: no time; write 14:05, 14:05:30 or 2026-11-02T14:05:00Z`);
  if (logs === null) throw new Fault('usage', `--at ${text}: there are no verdicts whose day it could mean`);
  const [, hour = '', minute = '', second = ':00'] = clock;
  const time = `${hour.padStart(2, '0')}:${minute}${second}`;
  const onDay = (day: Micros): Micros => parseMicros(`${formatInstant(day).slice(0, 10)}T${time}Z`) ?? day;
  for (let day = logs.until; day > logs.from - DAY_MICROS; day -= DAY_MICROS) {
    const then = onDay(day);
    if (then >= logs.from - 60_000_000 && then <= logs.until + 60_000_000) return then;
  }
  return onDay(logs.until);
}

/** `2026-11-02 08:00–11:59`, for messages. */
export function minuteText({ from, until }: Range): string {
  const start = formatInstant(from).slice(0, 16).replace('T', ' ');
  const end = formatInstant(until).slice(0, 16).replace('T', ' ');
  return start.slice(0, 10) === end.slice(0, 10) ? `${start}–${end.slice(11)}` : `${start} – ${end}`;
}
