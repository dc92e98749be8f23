// A record that outlives its batch.
import type { LogRecord } from './log.ts';

/** With bytes of its own. */
export function ownRecord({ offset, appendedAtMs, key, value, headers }: LogRecord): LogRecord {
  return {
    offset,
    appendedAtMs,
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
    headers: new Map([...headers].map(([name, content]) => [name, Buffer.from(content)])),
  };
}
