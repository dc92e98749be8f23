// One line of either feed → events of a known cluster and a believable time, and what became of each record in
// the line. Puts the two normalisers behind one shape, and does what files need not: everything that leaves here
// names its cluster.
import type { FeedStatus } from '../../model/event.ts';
import type { RejectReason } from '../../model/outcome.ts';
import { type AuditRecord, createAuditNormaliser } from '../../normalise/auditLine.ts';
import type { FlowRecord } from '../../normalise/flowResult.ts';
import { createFlowNormaliser } from '../../normalise/flows.ts';
import type { RecordSite } from '../../normalise/recordSite.ts';
import type { RawEvent } from './address.ts';
import type { ReadRecord } from './chunk.ts';
import { isWithin, type TimeLimits } from './timeLimits.ts';

export interface FeedRead {
  /** In order; their indices ascend from the site's. */
  readonly events: readonly RawEvent[];
  /** Empty only for a part of a cut line. */
  readonly records: readonly ReadRecord[];
  /** The first that was rejected, if one was. */
  readonly rejection: Rejection | null;
}

export interface Rejection {
  readonly name: RejectReason;
  /** One clause for a person. */
  readonly detail: string;
}

type Settled = ReadRecord & (Rejection | { readonly outcome: 'accepted' | 'ignored' });

export interface FeedReader {
  /** Never throws, whatever the bytes are. */
  readonly line: (bytes: Uint8Array, site: RecordSite, limits: TimeLimits) => FeedRead;
  /** Gives up the parts of cut lines whose rest did not come. */
  readonly finish: (site: RecordSite) => FeedRead;
}

export interface FeedReaderOptions {
  readonly dropEvents: 'ignore' | 'count';
  /** The cluster of records that name none; ''. */
  readonly cluster: string;
}

type FeedRecord = FlowRecord | AuditRecord;
interface Result {
  readonly events: readonly RawEvent[];
  readonly records: readonly FeedRecord[];
}

/** Cilium's name for a cluster that nobody named (`cluster-name`). */
const DEFAULT_CLUSTER = 'default';
const OUT_OF_RANGE = 'more than an hour after it came to Kafka, or older than the retention';
const NO_CLUSTER = 'neither header, envelope, topic nor setting names one';
const NO_LIMITS: TimeLimits = { earliest: -Infinity, latest: Infinity };

export function createFeedReader(feed: FeedStatus['feed'], options: FeedReaderOptions): FeedReader {
  const { dropEvents } = options;
  const normalise =
    feed === 'flows'
      ? createFlowNormaliser({ cluster: '', dropEvents })
      : createAuditNormaliser({ cluster: '' });
  return {
    line: (bytes, site, limits) => settled(normalise.record(bytes, site), limits, options.cluster),
    finish: ({ source }) => settled(normalise.finish(source), NO_LIMITS, options.cluster),
  };
}

function settled({ events, records }: Result, limits: TimeLimits, fallback: string): FeedRead {
  const [only] = records;
  // Nearly every line is one record.
  if (only !== undefined && records.length === 1) return settledRecord(only, events, limits, fallback);
  let next = 0;
  return joinReads(
    records.map((record) => {
      const own = events.slice(next, next + eventsOf(record));
      next += own.length;
      return settledRecord(record, own, limits, fallback);
    }),
  );
}

const NO_EVENTS: readonly RawEvent[] = [];

function settledRecord(
  record: FeedRecord,
  own: readonly RawEvent[],
  limits: TimeLimits,
  fallback: string,
): FeedRead {
  const settled = settle(record, own, limits, fallback);
  const records = [settled];
  if (settled.outcome === 'rejected') return { events: NO_EVENTS, records, rejection: settled };
  const { cluster } = settled;
  const isOf = (event: RawEvent): boolean => event.cluster === cluster;
  const events = own.every(isOf) ? own : own.map((event) => ({ ...event, cluster }));
  return { events, records, rejection: null };
}

/** Of several, as one. */
export function joinReads(reads: readonly FeedRead[]): FeedRead {
  return {
    events: reads.flatMap((read) => read.events),
    records: reads.flatMap((read) => read.records),
    rejection: reads.find((read) => read.rejection !== null)?.rejection ?? null,
  };
}

/** How many of the events of a result are this record's. */
function eventsOf(record: FeedRecord): number {
  if (record.outcome !== 'accepted') return 0;
  return 'changes' in record ? record.changes : 1;
}

function settle(record: FeedRecord, own: readonly RawEvent[], limits: TimeLimits, fallback: string): Settled {
  const micros = own[0]?.observedAt ?? record.micros;
  const isPossible = micros === null || isWithin(micros, limits);
  const where = {
    cluster: clusterOf(record, fallback),
    reporter: 'node' in record ? record.node : record.auditSource,
    micros: isPossible ? micros : null,
  };
  switch (record.outcome) {
    case 'rejected':
      return { outcome: 'rejected', name: record.name, detail: record.detail, ...where };
    case 'ignored':
      return { outcome: 'ignored', name: record.name, ...where };
    case 'accepted':
      break;
  }
  if (!isPossible) return { outcome: 'rejected', name: 'time-out-of-range', detail: OUT_OF_RANGE, ...where };
  if (record.name === 'change' && where.cluster === '')
    return { outcome: 'rejected', name: 'no-cluster', detail: NO_CLUSTER, ...where };
  return { outcome: 'accepted', name: record.name, ...where };
}

/** Reports of lost events name only a node; their cluster stays open where several may have one of that name. */
function clusterOf(record: FeedRecord, fallback: string): string {
  const isVerdict = record.name === 'verdict' || record.name === 'drop';
  return record.cluster || fallback || (isVerdict ? DEFAULT_CLUSTER : '');
}
