// What a raw partition covered, counted once however often workers die. The partition is cut at aligned runs of
// offsets; the tally of the run under way, the chunk, is told again and again while it fills, each time whole,
// under ids that do not change. A new owner counts the chunk again from its start, so whoever tells last tells
// all.
//
//   raw     ──[ chunk ─────────────][ chunk ───────▶
//                ▲ told   ▲ told    ▲    ▲ told
//
// Statuses of one telling are numbered in one fixed order, all of them each time: within an events partition,
// they ascend like any other event, and those of a telling that was cut short follow when it is repeated.
import type { Event, FeedStatus, Origin } from '../../model/event.ts';
import { hashHex } from '../../model/hash.ts';
import type { IgnoreReason, RejectReason } from '../../model/outcome.ts';
import { isPlausible, MICROS_PER_MS, type Micros } from '../../model/time.ts';
import type { FlowKind } from '../../normalise/flowResult.ts';

export const CHUNK_OFFSETS = 2_048;

/** The first index of statuses: no raw record gives as many events. */
export const STATUS_INDEX = 1_000_000;

/** What became of one record, within whatever the Kafka record held. */
export type ReadRecord = ReadWhere &
  (
    | { readonly outcome: 'accepted'; readonly name: FlowKind | 'change' }
    | { readonly outcome: 'ignored'; readonly name: IgnoreReason }
    | { readonly outcome: 'rejected'; readonly name: RejectReason }
  );

interface ReadWhere {
  /** '' when not known. */
  readonly cluster: string;
  /** Node, or API server; '' when not known. */
  readonly reporter: string;
  /** null when the record has no usable time. */
  readonly micros: Micros | null;
}

export interface ChunkPlace {
  readonly topic: string;
  readonly partition: number;
  readonly feed: FeedStatus['feed'];
  /** The first offset that it counts: where the run begins, or the reading of the partition. */
  readonly from: number;
}

export interface Chunk {
  /** @param appendedAtMs of the Kafka record */
  readonly add: (record: ReadRecord, appendedAtMs: number) => void;
  /**
   * One for each cluster and reporter, sorted by them. `counts` names accepted records by kind, the others by
   * outcome and reason (`ignored:trace`). `observedAt` is when the first of them came to Kafka, and never moves.
   * @param lastOffset the last that was counted
   */
  readonly statuses: (lastOffset: number) => readonly Event<FeedStatus>[];
}

interface Tally {
  readonly cluster: string;
  readonly reporter: string;
  readonly counts: Map<string, number>;
  readonly observedAt: Micros;
  from: Micros;
  until: Micros;
}

/** Beyond so many in one chunk, reporters are counted together under ''. */
const MAX_TALLIES = 5_000;

export function openChunk(place: ChunkPlace, maxTallies = MAX_TALLIES): Chunk {
  /** By cluster, then by reporter: made for each record, a key of both would cost more than the counting. */
  const tallies = new Map<string, Map<string, Tally>>();
  let size = 0;
  let last: Tally | undefined;

  const tallyOf = (cluster: string, reporter: string, appendedAtMs: number): Tally => {
    if (last?.cluster === cluster && last.reporter === reporter) return last;
    const ofCluster = tallies.get(cluster) ?? new Map<string, Tally>();
    const known = ofCluster.get(reporter);
    if (known !== undefined) return known;
    if (size >= maxTallies && (cluster !== '' || reporter !== '')) return tallyOf('', '', appendedAtMs);
    const appendedAt = appendedAtMs * MICROS_PER_MS;
    const observedAt = isPlausible(appendedAt) ? appendedAt : 0;
    const tally = { cluster, reporter, counts: new Map(), observedAt, from: Infinity, until: -Infinity };
    tallies.set(cluster, ofCluster.set(reporter, tally));
    size += 1;
    return tally;
  };

  return {
    add: ({ outcome, name, cluster, reporter, micros }, appendedAtMs) => {
      last = tallyOf(cluster, reporter, appendedAtMs);
      const counted = outcome === 'accepted' ? name : countName(outcome, name);
      last.counts.set(counted, (last.counts.get(counted) ?? 0) + 1);
      if (micros === null) return;
      last.from = Math.min(last.from, micros);
      last.until = Math.max(last.until, micros);
    },
    statuses: (lastOffset) =>
      [...tallies.values()]
        .flatMap((ofCluster) => [...ofCluster.values()])
        .sort((a, b) => compare(a.cluster, b.cluster) || compare(a.reporter, b.reporter))
        .map((tally, index) => statusOf(place, tally, lastOffset, STATUS_INDEX + index)),
  };
}

type Unused = Exclude<ReadRecord, { outcome: 'accepted' }>;

const COUNT_NAMES = { ignored: new Map<string, string>(), rejected: new Map<string, string>() };

/** `ignored:trace`, the same text each time: a new one would be hashed anew. */
function countName(outcome: Unused['outcome'], name: Unused['name']): string {
  const names = COUNT_NAMES[outcome];
  const known = names.get(name) ?? `${outcome}:${name}`;
  names.set(name, known);
  return known;
}

function statusOf(place: ChunkPlace, tally: Tally, offset: number, index: number): Event<FeedStatus> {
  const { topic, partition, feed, from } = place;
  const { cluster, reporter, observedAt } = tally;
  const origin: Origin = { source: topic, partition, offset, index };
  const hasTime = tally.from <= tally.until;
  return {
    id: hashHex(128, ['chunk', topic, String(partition), String(from), cluster, reporter]),
    cluster,
    observedAt,
    observedAtNanos: 0,
    origin,
    body: {
      kind: 'FeedStatus',
      feed,
      reporter,
      lost: 0,
      lostSource: '',
      from: hasTime ? tally.from : observedAt,
      until: hasTime ? tally.until : observedAt,
      counts: [...tally.counts].sort(([a], [b]) => compare(a, b)).map(([name, count]) => ({ name, count })),
    },
  };
}

/** By UTF-16 code units, as everywhere. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
