// Up to when the audit log of a cluster is believed complete, as far as one raw partition tells: the highest stage
// time seen in it, less the most by which audit events overtake each other. A mark says also how much of the
// policy log must have been read for it to be true; the caller adds that when all before it is acknowledged.
import type { TopicPartition } from '../../kafka/log.ts';
import type { Event, Watermark } from '../../model/event.ts';
import { hashHex } from '../../model/hash.ts';
import { MICROS_PER_MS, type Micros } from '../../model/time.ts';
import { STATUS_INDEX } from './chunk.ts';

export interface AuditMarks {
  /** A record of any kind proves that the log was being written; '' = no cluster is known, nothing is said. */
  readonly see: (cluster: string, at: Micros) => void;
  /**
   * One for each cluster whose mark has risen since the last call.
   * @param policyOffset the last one acknowledged; -1 for none
   * @param offset of the last raw record
   */
  readonly risen: (policyOffset: number, offset: number) => readonly Event<Watermark>[];
  /**
   * At the end of the partition, where nothing has come for a while: nothing is missing up to now. It names no
   * cluster and holds for each one that the partition was ever heard for.
   */
  readonly idle: (policyOffset: number, offset: number, nowMs: number) => Event<Watermark>;
}

/** Names come from the data; for more clusters than this nothing is said, and their flows wait a little longer. */
const MAX_CLUSTERS = 1_000;

/** The source of the marks: `topic/partition`. */
export function createAuditMarks({ topic, partition }: TopicPartition, disorderMs: number): AuditMarks {
  const auditSource = `${topic}/${partition}`;
  const disorder = disorderMs * MICROS_PER_MS;
  const highest = new Map<string, Micros>();
  const risen = new Set<string>();

  const mark = (
    cluster: string,
    completeUntil: Micros,
    offset: number,
    { policyOffset, assumed }: Pick<Watermark, 'policyOffset' | 'assumed'>,
  ): Event<Watermark> => ({
    id: hashHex(128, ['watermark', auditSource, cluster, String(completeUntil), String(assumed)]),
    cluster,
    observedAt: completeUntil,
    observedAtNanos: 0,
    origin: { source: topic, partition, offset, index: STATUS_INDEX },
    body: { kind: 'Watermark', auditSource, completeUntil, policyOffset, assumed },
  });

  return {
    see: (cluster, at) => {
      const known = highest.get(cluster);
      if (cluster === '' || at <= (known ?? -Infinity)) return;
      if (known === undefined && highest.size >= MAX_CLUSTERS) return;
      highest.set(cluster, at);
      risen.add(cluster);
    },
    risen: (policyOffset, offset) => {
      const marks = [...risen].map((cluster) => {
        const completeUntil = Math.max(0, (highest.get(cluster) ?? 0) - disorder);
        return mark(cluster, completeUntil, offset, { policyOffset, assumed: false });
      });
      risen.clear();
      return marks;
    },
    idle: (policyOffset, offset, nowMs) =>
      mark('', nowMs * MICROS_PER_MS - disorder, offset, { policyOffset, assumed: true }),
  };
}

/** The key in the compacted topic. */
export function watermarkKey({ cluster, body }: Event<Watermark>): string {
  return `${cluster}\n${body.auditSource}`;
}
