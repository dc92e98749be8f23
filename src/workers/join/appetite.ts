// Which partitions may read on when the open blocks hold too much. A block ends only when a record of the next
// one is read, so stopping all of them could stop for ever: one that is nearest to its end always goes on,
// unless some block has ended already and only waits to be written.

export interface Load {
  /** Blocks of which all records were read. */
  readonly endedBlocks: number;
  /** Records held, joined or waiting. */
  readonly records: number;
}

/** The indices of those that may read. Records read beyond `maxRecords` are bounded by one block. */
export function mayRead(loads: readonly Load[], maxRecords: number): ReadonlySet<number> {
  const held = loads.reduce((sum, { records }) => sum + records, 0);
  if (held < maxRecords) return new Set(loads.keys());
  if (loads.some(({ endedBlocks }) => endedBlocks > 0)) return new Set();
  let fullest = 0;
  for (const [index, { records }] of loads.entries())
    if (records > (loads[fullest]?.records ?? 0)) fullest = index;
  return new Set(loads.length === 0 ? [] : [fullest]);
}
