// What an owner commits beside the position of its partition, as the text that Kafka keeps with an offset:
// the policy offset that it has reached, and the last origins before the position, so that a new owner knows
// which events are copies. Brokers cut it off at `offset.metadata.max.bytes` (4,096) by refusing the commit.
//
//   1;3f;raw.flows~a1,a3.2,,b0;raw.flows-eu~,4
//   │ │  │         └ per partition from 0, base 36: offset[.index]; empty: none seen; *n: n empty ones
//   │ │  └ topics, sorted
//   │ └ policy offset + 1, base 36
//   └ format
import { type Origins, rawPartition, type RawPosition } from './origins.ts';

export const METADATA_BYTES = 4_096;

export interface CommitMetadata {
  /** -1: no record of the policy log is known. */
  readonly policyOffset: number;
  readonly origins: Origins;
}

const FORMAT = '1';
const RADIX = 36;
/** Kafka's limit for partitions of one topic is far below; a forged text must not make us count for ever. */
const MAX_PARTITIONS = 100_000;
/** Offset below 2^53, index below 36^3, and what stands between. */
const WORST_PARTITION_BYTES = 11 + 1 + 3 + 1;

/** @returns null when it does not fit into `maxBytes`. */
export function encodeCommit(commit: CommitMetadata, maxBytes: number = METADATA_BYTES): string | null {
  const topics = new Map<string, Map<number, RawPosition>>();
  for (const [raw, position] of commit.origins) {
    const slash = raw.lastIndexOf('/');
    const topic = raw.slice(0, slash);
    const partitions = topics.get(topic) ?? new Map<number, RawPosition>();
    topics.set(topic, partitions.set(Number(raw.slice(slash + 1)), position));
  }
  const parts = [...topics]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([topic, partitions]) => `${topic}~${partitionsText(partitions)}`);
  const text = [FORMAT, (commit.policyOffset + 1).toString(RADIX), ...parts].join(';');
  return text.length <= maxBytes ? text : null;
}

/** @returns null when the text is not of {@link encodeCommit}: of another program, or cut. */
export function decodeCommit(text: string): CommitMetadata | null {
  const [format, offset, ...topics] = text.split(';');
  const policyOffset = integer(offset ?? '');
  if (format !== FORMAT || policyOffset === null) return null;
  const origins = new Map<string, RawPosition>();
  for (const topic of topics) {
    const [source, list, ...more] = topic.split('~');
    const partitions = list === undefined || more.length > 0 ? null : positions(list);
    if (source === undefined || source === '' || partitions === null) return null;
    for (const [partition, position] of partitions)
      origins.set(rawPartition({ source, partition }), position);
  }
  return { policyOffset: policyOffset - 1, origins };
}

/**
 * The most that the metadata of one events partition can take, given the raw topics and how many partitions
 * each has. Start is refused when that is more than the broker allows: a commit must never fail later.
 */
export function worstCommitBytes(
  topics: readonly { readonly topic: string; readonly partitions: number }[],
): number {
  const head = FORMAT.length + 1 + 11;
  return topics.reduce(
    (bytes, { topic, partitions }) => bytes + topic.length + 2 + partitions * WORST_PARTITION_BYTES,
    head,
  );
}

function partitionsText(partitions: ReadonlyMap<number, RawPosition>): string {
  const items: string[] = [];
  let next = 0;
  for (const [partition, { offset, index }] of [...partitions].sort(([a], [b]) => a - b)) {
    const gap = partition - next;
    if (gap > 2) items.push(`*${gap.toString(RADIX)}`);
    else items.push(...Array.from({ length: gap }, () => ''));
    items.push(offset.toString(RADIX) + (index === 0 ? '' : `.${index.toString(RADIX)}`));
    next = partition + 1;
  }
  return items.join(',');
}

function positions(list: string): readonly (readonly [number, RawPosition])[] | null {
  const found: (readonly [number, RawPosition])[] = [];
  let partition = 0;
  for (const item of list.split(',')) {
    const gap = item === '' ? 1 : item.startsWith('*') ? integer(item.slice(1)) : 0;
    if (gap === null || partition + gap > MAX_PARTITIONS) return null;
    partition += gap;
    if (gap > 0) continue;
    const [offsetText, indexText] = item.split('.');
    const offset = integer(offsetText ?? '');
    const index = indexText === undefined ? 0 : integer(indexText);
    if (offset === null || index === null) return null;
    found.push([partition, { offset, index }]);
    partition += 1;
  }
  return found;
}

function integer(text: string): number | null {
  if (!/^[0-9a-z]{1,11}$/.test(text)) return null;
  const value = Number.parseInt(text, RADIX);
  return Number.isSafeInteger(value) ? value : null;
}
