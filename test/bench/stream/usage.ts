// What a process takes of its machine, as Linux tells it in /proc: all of its threads, and nothing of others.
import { readFileSync } from 'node:fs';

export interface Usage {
  readonly cpuSeconds: number;
  /** Now. */
  readonly residentMegabytes: number;
  /** The most that it ever held. */
  readonly peakMegabytes: number;
}

/** USER_HZ of every Linux that Node runs on. */
const CLOCK_TICKS = 100;
const KIB_PER_MB = 1_000 / 1.024;

export function usageOf({ pid }: { readonly pid: number }): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): number =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN) / KIB_PER_MB;
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS,
    residentMegabytes: megabytes('VmRSS'),
    peakMegabytes: megabytes('VmHWM'),
  };
}
