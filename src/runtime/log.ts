// The log of the workers: JSON lines on standard error, one an event of the worker's own life. Bodies of records
// are never logged: what could not be used is in the dead letters, whose readers are fewer.
import { type DestinationStream, pino } from 'pino';
import { safeFields } from './safeFields.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * `message` is one sentence that stays the same from event to event; what differs is in `fields`. Times are
 * epoch milliseconds, secrets are taken out by the names of their fields, long texts are cut.
 */
export type Logger = (level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>) => void;

/**
 * @param level what is less grave is left out
 * @param bound fields of every line, such as the role
 * @param destination takes whole lines, each ending in a newline
 */
export function createLogger(
  level: LogLevel,
  bound: Readonly<Record<string, unknown>>,
  destination: DestinationStream,
): Logger {
  const log = pino(
    {
      level,
      base: safeFields(bound),
      formatters: { level: (label) => ({ level: label }) },
      serializers: {},
    },
    destination,
  );
  return (level, message, fields = {}) => log[level](safeFields(fields), message);
}

/** The same log with more fields on each line; the line's own fields win. */
export function withFields(logger: Logger, bound: Readonly<Record<string, unknown>>): Logger {
  return (level, message, fields = {}) => logger(level, message, { ...bound, ...fields });
}
