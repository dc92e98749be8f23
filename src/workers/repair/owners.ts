// What the owners of the events partitions have committed: up to which record of the policy log every block that
// closes from now on is joined, and which blocks are closed. As of one moment; nothing is kept.
//
//   log      ───[ closed ────][ closed ──][ open ────────][ open ──▶
//                                         ▲
//                                         the last commit: the start of the oldest open block
import type { BlockName } from '../../documents/storedTrace.ts';
import type { Committed, Log } from '../../kafka/log.ts';
import { nextBlock, numberOfBlock } from '../../rollup/blockId.ts';
import { decodeCommit } from '../../rollup/commitMetadata.ts';

export interface Owners {
  /** Every block that closes from now on knows the policy log so far. -1: nothing was promised yet. */
  readonly policyOffset: number;
  /** Partitions that hold it back. */
  readonly behind: readonly string[];
  /** Whether the block is no owner's any more, so that repair alone writes it. */
  isClosed(block: BlockName): Promise<boolean>;
}

export interface OwnersSource {
  readonly log: Log;
  readonly topic: string;
  /** The group of the role `join`. */
  readonly groupId: string;
  readonly blockOffsets: number;
}

interface Partition {
  readonly name: string;
  readonly number: number;
  readonly start: number;
  readonly end: number;
  readonly committed: Committed | null;
}

export async function readOwners(source: OwnersSource): Promise<Owners> {
  const { log, topic, groupId } = source;
  const [committed, offsets] = await Promise.all([
    log.admin.committed(groupId, topic),
    log.admin.offsets(topic),
  ]);
  const partitions = offsets.map(
    (range, number): Partition => ({
      ...range,
      number,
      name: `${topic}/${number}`,
      committed: committed[number] ?? null,
    }),
  );
  const oldestOpen = new Map<string, Promise<number>>();
  return {
    ...promised(partitions),
    async isClosed({ partition, number }) {
      const found = partitions.find(({ name }) => name === partition);
      if (found?.committed == null) return false;
      const open = oldestOpen.get(partition) ?? oldestOpenBlock(source, found, found.committed.offset);
      oldestOpen.set(partition, open);
      return number < (await open);
    },
  };
}

/**
 * A partition without a commit is one whose owner has not said anything yet, be it empty or not; unless nobody has
 * ever owned any, and there is nothing to own.
 */
function promised(partitions: readonly Partition[]): Pick<Owners, 'policyOffset' | 'behind'> {
  if (partitions.every(({ committed, end }) => committed === null && end === 0))
    return { policyOffset: Number.MAX_SAFE_INTEGER, behind: [] };
  const offsets = partitions.map(({ committed }) =>
    committed === null ? -1 : (decodeCommit(committed.metadata)?.policyOffset ?? -1),
  );
  const policyOffset = Math.min(...offsets);
  const behind = partitions.flatMap(({ name }, index) => (offsets[index] === policyOffset ? [name] : []));
  return { policyOffset, behind };
}

/**
 * The number of the oldest block that may still be open: the one of the first record at or after the commit, since
 * commits are at the starts of blocks. Where that record has left the log, nothing tells where in its run the open
 * block began.
 */
async function oldestOpenBlock(
  { log, topic, blockOffsets }: OwnersSource,
  { number, start, end }: Partition,
  offset: number,
): Promise<number> {
  const ofRun = numberOfBlock({ run: Math.floor(offset / blockOffsets), hour: 0 });
  if (start > offset) return ofRun;
  for await (const [first] of log.range({ topic, partition: number }, offset, end))
    if (first !== undefined) return numberOfBlock(nextBlock(null, first, blockOffsets));
  return Number.POSITIVE_INFINITY;
}
