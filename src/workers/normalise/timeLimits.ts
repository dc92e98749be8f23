// Between which times an event can have happened that came to Kafka at a known time. A time far in the future
// would push watermarks past everything that is still to come; one far in the past has no index to go to.
import { isPlausible, MICROS_PER_HOUR, MICROS_PER_MS, type Micros } from '../../model/time.ts';

export interface TimeLimits {
  /** Both inclusive. */
  readonly earliest: Micros;
  readonly latest: Micros;
}

const MAX_AHEAD_MICROS = MICROS_PER_HOUR;
const MICROS_PER_DAY = 24 * MICROS_PER_HOUR;
const UNLIMITED: TimeLimits = { earliest: 0, latest: Infinity };

/**
 * Counted from the record's own time in Kafka and not from now, so that a record that is read again is judged the
 * same. Where Kafka has no time for it there is no limit.
 * @param retentionDays null: however old
 */
export function timeLimits(retentionDays: number | null): (appendedAtMs: number) => TimeLimits {
  const maxAge = retentionDays === null ? Infinity : retentionDays * MICROS_PER_DAY;
  return (appendedAtMs) => {
    const appendedAt = appendedAtMs * MICROS_PER_MS;
    if (appendedAtMs <= 0 || !isPlausible(appendedAt)) return UNLIMITED;
    return { earliest: appendedAt - maxAge, latest: appendedAt + MAX_AHEAD_MICROS };
  };
}

export function isWithin(time: Micros, { earliest, latest }: TimeLimits): boolean {
  return time >= earliest && time <= latest;
}
