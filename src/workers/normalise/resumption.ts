// Where a new owner of a raw partition begins. What is committed is the start of the open chunk, because the chunk
// must be counted whole; the text beside it says up to where everything else was acknowledged, so that nothing is
// sent twice that need not be.
//
//   raw     ──[ chunk ──────────────────────▶
//             ▲ from, committed    ▲ sentBefore, in the metadata
//             └─ counted again ────┴─ counted and sent ───▶
import type { Assigned, Committed } from '../../kafka/log.ts';
import { Fault } from '../../model/fault.ts';

export interface Beginning {
  /** The first record that counts; records before it are passed over. */
  readonly from: number;
  /** Records before it were sent on by whoever had the partition before. */
  readonly sentBefore: number;
  /** Records that left Kafka before anybody had read them. */
  readonly missed: number;
}

const FORMAT = '1';
const RADIX = 36;

export function committedAt(from: number, sentBefore: number): Committed {
  return { offset: from, metadata: `${FORMAT};${sentBefore.toString(RADIX)}` };
}

/**
 * @throws Fault `topic-wrong` when the partition now ends before what was read of it: the topic was made anew, and
 *   since copies of events are told by their raw offsets, all of it would pass for copies
 */
export function beginningAt({ topic, partition, position, committed, end }: Assigned): Beginning {
  if (committed === null) return { from: position, sentBefore: position, missed: 0 };
  const sentBefore = Math.max(committed.offset, sentBeforeOf(committed.metadata));
  if (end < sentBefore)
    throw new Fault(
      'topic-wrong',
      `${topic}/${partition} ends at ${end} and was read up to ${sentBefore}: the topic was made anew. Its offsets tell new events from copies: give the new topic another name, or begin again with other prefixes for topics, groups and indices`,
    );
  if (position <= committed.offset) return { from: committed.offset, sentBefore, missed: 0 };
  // The head of the chunk has left Kafka: what was told of it stands, and the rest is counted by itself.
  const from = Math.max(position, sentBefore);
  return { from, sentBefore: from, missed: from - sentBefore };
}

/** 0 when another program wrote it. */
function sentBeforeOf(metadata: string): number {
  const [format, offset, ...more] = metadata.split(';');
  if (format !== FORMAT || offset === undefined || more.length > 0 || !/^[0-9a-z]{1,11}$/.test(offset))
    return 0;
  const value = Number.parseInt(offset, RADIX);
  return Number.isSafeInteger(value) ? value : 0;
}
