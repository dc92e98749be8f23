// Times several stages against each other. The machine may be busy with other things, so what is taken is the
// processor time of this process (the threads of V8's garbage collector and of zlib included), every round runs
// all stages once, one after the other, and ratios are taken within a round; what is told is the median.

export interface Stage {
  readonly name: string;
  /** How many things one run handles; the same on every run. */
  readonly items: number;
  readonly run: () => void | Promise<void>;
}

export interface Timing {
  readonly name: string;
  readonly items: number;
  /** Of processor time. */
  readonly microsPerItem: number;
  /** Of the fastest round: what it costs when nothing else wants the machine. */
  readonly leastMicrosPerItem: number;
  /** Time of one run by that of the first stage in the same round. */
  readonly ratio: number;
}

/** The first round only warms up and is not counted. */
export async function timeStages(stages: readonly Stage[], rounds: number): Promise<readonly Timing[]> {
  const elapsed: number[][] = stages.map(() => []);
  for (let round = 0; round <= rounds; round += 1)
    for (const [index, stage] of stages.entries()) {
      globalThis.gc?.();
      const begun = process.cpuUsage();
      await stage.run();
      const { user, system } = process.cpuUsage(begun);
      if (round > 0) elapsed[index]?.push(user + system);
    }
  const [floor] = elapsed;
  return stages.map(({ name, items }, index) => {
    const times = elapsed[index] ?? [];
    return {
      name,
      items,
      microsPerItem: median(times) / items,
      leastMicrosPerItem: Math.min(...times) / items,
      ratio: median(times.map((time, round) => time / (floor?.[round] ?? Number.NaN))),
    };
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}
