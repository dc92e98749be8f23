// One block found again among the records of its run, and the verdicts of it that its owner had accepted. The
// owner knew the last origins before the block, we may not; but how many verdicts it accepted stands in the
// version of every rollup of the block, and that is enough:
//
//   known before the block   nothing ⊂ a little ⊂ … ⊂ what the owner knew
//   accepted                 a superset of what the owner accepted, shrinking
//
// for the last origin is a running maximum, and starting it lower can only accept more. As soon as as many are
// accepted as the owner had, they are the same.
import type { Event, FlowEvent, FlowVerdict, FeedStatus } from '../../model/event.ts';
import { type BlockId, nextBlock, numberOfBlock } from '../../rollup/blockId.ts';
import type { LogRecord } from '../../rollup/openBlocks.ts';
import { isResent, type Origins, rawPartition, type RawPosition } from '../../rollup/origins.ts';

export interface BlockScan {
  /** Takes the next record of the run. @returns false: the block is over, no further record matters */
  take(record: LogRecord): boolean;
  /** Whether records of the run before the block were seen, so that the block is known to begin where it does. */
  hasHead(): boolean;
  /** @param before the last origins before the run, as far as they are known */
  verdicts(before: Origins): readonly FlowEvent[];
}

export function createBlockScan(number: number, blockOffsets: number): BlockScan {
  const earlier = createLastOrigins();
  const own: Event<FlowVerdict | FeedStatus>[] = [];
  let block: BlockId | null = null;
  let seenEarlier = false;
  return {
    take(record) {
      block = nextBlock(block, record, blockOffsets);
      const here = numberOfBlock(block);
      if (here > number) return false;
      if (here === number) own.push(record.event);
      else {
        seenEarlier = true;
        earlier.note(record.event);
      }
      return true;
    },
    hasHead: () => seenEarlier,
    verdicts(before) {
      const last = new Map(latest(before, earlier.origins));
      return own.filter((event): event is FlowEvent => {
        if (isResent(last, event.origin)) return false;
        last.set(rawPartition(event.origin), event.origin);
        return event.body.kind === 'FlowVerdict';
      });
    },
  };
}

/** The last origins of records that come in any order. */
export function createLastOrigins() {
  const origins = new Map<string, RawPosition>();
  return {
    origins,
    note({ origin }: Event): void {
      if (!isResent(origins, origin)) origins.set(rawPartition(origin), origin);
    },
  };
}

/** Of each raw partition the later of two positions. */
export function latest(one: Origins, other: Origins): Origins {
  const both = new Map(one);
  for (const [raw, position] of other) {
    const known = both.get(raw);
    if (known === undefined || isBefore(known, position)) both.set(raw, position);
  }
  return both;
}

function isBefore(one: RawPosition, other: RawPosition): boolean {
  return one.offset < other.offset || (one.offset === other.offset && one.index < other.index);
}
