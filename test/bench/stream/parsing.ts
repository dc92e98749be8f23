// The floor: what `JSON.parse` of the same lines costs on this machine, as busy as it is. Taken in slices while the
// worker runs, so that both are slowed alike by whatever else runs.
const SLICE_LINES = 10_000;

export interface ParsingClock {
  /** Parses one slice; the first ones warm up and do not count. */
  slice(): void;
  /** Median over the slices, of processor time. */
  microsPerLine(): number;
}

const WARM_UP_SLICES = 3;

/** @param lines more than one slice, all of the traffic's mix */
export function createParsingClock(lines: readonly string[]): ParsingClock {
  const times: number[] = [];
  let next = 0;
  const slice = (): void => {
    if (next + SLICE_LINES > lines.length) next = 0;
    const own = lines.slice(next, next + SLICE_LINES);
    next += SLICE_LINES;
    const begun = process.cpuUsage();
    for (const line of own) JSON.parse(line);
    const { user, system } = process.cpuUsage(begun);
    times.push((user + system) / own.length);
  };
  for (let warm = 0; warm < WARM_UP_SLICES; warm += 1) slice();
  times.length = 0;
  return {
    slice,
    microsPerLine() {
      const sorted = times.toSorted((a, b) => a - b);
      return sorted[sorted.length >>> 1] ?? Number.NaN;
    },
  };
}
