// The time that a person means: RFC 3339 as it stands, a date as its first moment, a clock time on the day of the logs.
import { Fault } from '../../model/fault.ts';
import { formatInstant, type Micros, MICROS_PER_MINUTE, parseMicros } from '../../model/time.ts';
import type { Caveat } from '../../report/findings.ts';
import type { Range } from '../../report/why/answer.ts';

const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)(:[0-5]\d)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const DAY_MICROS = 86_400_000_000;

/**
 * A clock time is UTC, on the last day of the logs on which they cover it; where they never do, on their
 * last day.
 * @throws Fault `usage`
 */
export function timeAsked(text: string, logs: Range | null): Micros {
  const exact = parseMicros(DATE.test(text) ? `${text}T00:00:00Z` : text);
  if (exact !== undefined) return exact;
  const clock = CLOCK.exec(text);
  if (clock === null)
    throw new Fault(
      'usage',
      `--at ${text}: no time; write 14:05, 14:05:30, 2026-11-02 or 2026-11-02T14:05:00Z`,
    );
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

/** [] for a time that the logs cover, give or take a minute, or where there are no logs to compare it with. */
export function beyondLogs(at: Micros, logs: Range | null): readonly Caveat[] {
  if (logs === null) return [];
  const { from, until } = logs;
  if (at >= from - MICROS_PER_MINUTE && at <= until + MICROS_PER_MINUTE) return [];
  const asked = minuteOf(at);
  return [
    {
      code: 'beyond-logs',
      message:
        at > until
          ? `${asked} was asked about, and the logs end at ${minuteOf(until)}: what changed since is not known`
          : `${asked} was asked about, and the logs begin at ${minuteOf(from)}: what was in force before is not known`,
      remedy: `ask about a time of ${minuteText(logs)}, or pass logs of that time`,
    },
  ];
}

/** `2026-11-02 08:00–11:59`, for messages. */
export function minuteText({ from, until }: Range): string {
  const start = minuteOf(from);
  const end = minuteOf(until);
  return start.slice(0, 10) === end.slice(0, 10) ? `${start}–${end.slice(11)}` : `${start} – ${end}`;
}

function minuteOf(t: Micros): string {
  return formatInstant(t).slice(0, 16).replace('T', ' ');
}
