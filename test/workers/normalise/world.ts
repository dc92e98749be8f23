// The role `normalise` at work on some log, in memory or real: topics below a name of their own, raw lines in,
// and what stands in our topics out.
import type { Log, LogRecord, TopicPartition } from '../../../src/kafka/log.ts';
import { eventCodec } from '../../../src/codec/eventCodec.ts';
import type { Event } from '../../../src/model/event.ts';
import { isResent, type RawPosition, rawPartition } from '../../../src/rollup/origins.ts';
import type { NormaliseSettings } from '../../../src/workers/normalise/settings.ts';
import { type RunningNormaliser, startNormaliser } from '../../../src/workers/normalise/worker.ts';
import { topicsOf } from '../../../src/workers/topics.ts';
import { currentSchema } from '../../codec/schemas.ts';

const codec = eventCodec(currentSchema(), []);
const SEND_LINES = 200;

export interface World {
  readonly settings: NormaliseSettings;
  readonly flows: string;
  readonly audit: string;
  /** Counted in the metrics, by what was sent. */
  readonly sent: Map<string, number>;
  create(partitions?: Partial<Record<'flows' | 'audit' | 'events', number>>): Promise<void>;
  /** Over the partitions in turn. @returns where each stands */
  produce(topic: string, lines: readonly string[]): Promise<readonly TopicPartition[]>;
  start(log?: Log): Promise<RunningNormaliser>;
  records(topic: string): Promise<readonly LogRecord[]>;
  /** What stands in a topic of events, by partition, in order. */
  events(topic: string): Promise<readonly (readonly Event[])[]>;
  committed(topic: string): Promise<readonly (number | null)[]>;
}

export function worldOn(log: Log, name: string, more: Partial<NormaliseSettings> = {}): World {
  const flows = `${name}hubble.flows`;
  const audit = `${name}k8s.audit`;
  const settings: NormaliseSettings = {
    groupId: `${name}normalise`,
    topics: topicsOf(name),
    rawTopics: [
      { topic: flows, feed: 'flows', cluster: '' },
      { topic: audit, feed: 'audit', cluster: 'shop' },
    ],
    cluster: '',
    dropEvents: 'ignore',
    retentionDays: null,
    auditDisorderMs: 5_000,
    heartbeatMs: 100,
    coverageIntervalMs: 600_000,
    commitMs: 100,
    maxRejectShare: 0.5,
    inHandBytes: 1_000_000,
    stopMs: 8_000,
    sessionTimeoutMs: 10_000,
    fetchMaxBytes: 200_000,
    ...more,
  };
  const { topics } = settings;
  const sent = new Map<string, number>();
  const partitionsOf = async (topic: string): Promise<readonly { start: number; end: number }[]> =>
    log.admin.offsets(topic);

  async function recordsIn(at: TopicPartition): Promise<readonly LogRecord[]> {
    const all: LogRecord[] = [];
    for await (const records of log.range(at, 0, Number.MAX_SAFE_INTEGER)) all.push(...records);
    return all;
  }

  return {
    settings,
    flows,
    audit,
    sent,
    create: (partitions = {}) =>
      log.admin.create(
        [
          { topic: flows, partitions: partitions.flows ?? 2 },
          { topic: audit, partitions: partitions.audit ?? 1 },
          { topic: topics.events, partitions: partitions.events ?? 3 },
          { topic: topics.policyChanges, partitions: 1 },
          { topic: topics.watermarks, partitions: 1 },
          { topic: topics.deadLetters, partitions: 1 },
        ].map((spec) => ({
          ...spec,
          replicationFactor: -1,
          config: configOf(spec.topic, topics.deadLetters),
        })),
      ),
    async produce(topic, lines) {
      const { length } = await partitionsOf(topic);
      const messages = lines.map((line) => ({ key: null, value: Buffer.from(line) }));
      const places = messages.map((_, index) => ({ topic, partition: index % length }));
      for (let partition = 0; partition < length; partition += 1) {
        const own = messages.filter((_, index) => index % length === partition);
        for (let from = 0; from < own.length; from += SEND_LINES)
          await log.sender.send({ topic, partition }, own.slice(from, from + SEND_LINES));
      }
      return places;
    },
    start: (worker = log) =>
      startNormaliser({
        log: worker,
        codec,
        settings,
        nowMs: Date.now,
        logger() {},
        metrics: {
          records() {},
          sent: (kind, count) => sent.set(kind, (sent.get(kind) ?? 0) + count),
          rejectShare() {},
          newest() {},
          lost() {},
          committed() {},
          deadLetters() {},
        },
      }),
    records: async (topic) => {
      const { length } = await partitionsOf(topic);
      const all = await Promise.all(
        Array.from({ length }, (_, partition) => recordsIn({ topic, partition })),
      );
      return all.flat();
    },
    async events(topic) {
      const { length } = await partitionsOf(topic);
      return Promise.all(
        Array.from({ length }, async (_, partition) =>
          (await recordsIn({ topic, partition })).flatMap(({ value }) =>
            value === null ? [] : [codec.decode(value)],
          ),
        ),
      );
    },
    committed: async (topic) =>
      (await log.admin.committed(settings.groupId, topic)).map((one) => one?.offset ?? null),
  };
}

/** What a reader of an events topic keeps: the first of each origin. */
export function withoutCopies(partitions: readonly (readonly Event[])[]): readonly Event[] {
  return partitions.flatMap((events) => {
    const origins = new Map<string, RawPosition>();
    return events.filter((event) => {
      if (isResent(origins, event.origin)) return false;
      origins.set(rawPartition(event.origin), event.origin);
      return true;
    });
  });
}

/** Of the figures of each chunk those that were told last, summed by name over everything. */
export function figuresOf(events: readonly Event[]): ReadonlyMap<string, number> {
  const newest = new Map<string, Event>();
  for (const event of events)
    if (
      event.body.kind === 'FeedStatus' &&
      (newest.get(event.id)?.origin.offset ?? -1) <= event.origin.offset
    )
      newest.set(event.id, event);
  const sums = new Map<string, number>();
  for (const { body } of newest.values())
    for (const { name, count } of body.kind === 'FeedStatus' ? body.counts : [])
      sums.set(name, (sums.get(name) ?? 0) + count);
  return sums;
}

/** A record of twenty megabytes must fit into the dead letters. */
function configOf(topic: string, deadLetters: string): ReadonlyMap<string, string> {
  return topic === deadLetters
    ? new Map([['max.message.bytes', '26214400']])
    : new Map([['max.message.bytes', '22020096']]);
}
