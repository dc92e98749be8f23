// The example cluster at another time and under another name: what the replay sends. Pure text work on whole
// lines: every RFC 3339 time in quotes is moved by the same number of seconds, so distances stay as they were.
import { at, field, text } from '../src/model/json.ts';
import { formatInstant, MICROS_PER_SECOND, type Micros, parseInstant } from '../src/model/time.ts';

/** The name of the example cluster in its own files. */
const CLUSTER = 'prod-eu1';
const TIME = /"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?Z"/g;

export interface Restaging {
  readonly cluster: string;
  /** Added to every time; may be negative. */
  readonly seconds: number;
}

/** A fraction of a second stays as it stands, to the last digit. */
export function restaged(json: string, { cluster, seconds }: Restaging): string {
  return json
    .replaceAll(TIME, (whole: string, second: string, fraction: string | undefined) => {
      const moved = parseInstant(`${second}Z`);
      if (moved === undefined) return whole;
      const time = formatInstant(moved.micros + seconds * MICROS_PER_SECOND);
      return `"${time.slice(0, second.length)}${fraction ?? ''}Z"`;
    })
    .replaceAll(CLUSTER, cluster);
}

/** When the record of a line came to be: a flow's time, or the audit event's stage; null for lines without. */
export function timeOf(line: string): Micros | null {
  const value: unknown = JSON.parse(line);
  const time =
    text(at(value, 'flow', 'time')) || text(field(value, 'stageTimestamp')) || text(field(value, 'time'));
  return parseInstant(time)?.micros ?? null;
}
