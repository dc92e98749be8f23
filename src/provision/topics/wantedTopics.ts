// What the topics must be like, and why: the rules that the join relies on, as data. Ours are created as
// they must be. The raw topics are the user's own: created where they are missing, otherwise left alone.
import type { Topics } from '../../workers/topics.ts';

/** Whether a value of a setting will do. `wanted` is what `mend` sets, and what a new topic gets. */
export interface Rule {
  readonly setting: string;
  readonly wanted: string;
  readonly accepts: (value: string) => boolean;
  /** `error`: answers would be wrong or lost. `advice`: it works, and could be better. */
  readonly weight: 'error' | 'advice';
  /** What happens otherwise, as a clause. */
  readonly why: string;
}

export interface WantedTopic {
  readonly topic: string;
  readonly role: keyof Topics | 'raw';
  /** For a new topic. */
  readonly partitions: number;
  /** Why no other number of partitions than one will do, and what to do about it; null: any number will. */
  readonly onePartition: OnePartition | null;
  readonly rules: readonly Rule[];
  /** Further settings of a new topic, which nothing relies on. */
  readonly more: ReadonlyMap<string, string>;
}

export interface OnePartition {
  readonly why: string;
  /** After the topic was deleted and made again; '' = nothing more. */
  readonly afterwards: string;
}

export interface TopicOptions {
  readonly topics: Topics;
  readonly flowTopics: readonly string[];
  readonly auditTopics: readonly string[];
  /** Of the events and of raw flows. */
  readonly partitions: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MIB = 1024 * 1024;

/** A raw record of 25 MiB, and its headers. */
const DEAD_LETTER_BYTES = 26 * MIB;
/** A write of a policy may carry the object and a patch of it, each as large as etcd lets it be (1.5 MiB). */
const POLICY_CHANGE_BYTES = 8 * MIB;
/** An audit event of level RequestResponse holds both bodies. */
const AUDIT_BYTES = 4 * MIB;
/** Watermarks per audit partition are the least over those that live: few busy partitions beat many idle ones. */
const AUDIT_PARTITIONS = 3;

export function wantedTopics({
  topics,
  flowTopics,
  auditTopics,
  partitions,
}: TopicOptions): readonly WantedTopic[] {
  const raw = { role: 'raw', onePartition: null, rules: [APPENDED_TIME] } as const;
  return [
    ...flowTopics.map((topic) => ({ ...raw, topic, partitions, more: new Map() })),
    ...auditTopics
      .filter((topic) => !flowTopics.includes(topic))
      .map((topic) => ({
        ...raw,
        topic,
        partitions: Math.min(partitions, AUDIT_PARTITIONS),
        more: new Map([['max.message.bytes', String(AUDIT_BYTES)]]),
      })),
    { topic: topics.events, role: 'events', partitions, onePartition: null, rules: EVENTS, more: new Map() },
    {
      topic: topics.policyChanges,
      role: 'policyChanges',
      partitions: 1,
      onePartition: {
        why: 'its offset is the clock of all versions',
        afterwards:
          '; what it holds is lost then, so where workers have run already rather take another TOPIC_PREFIX and INDEX_PREFIX, and publish the snapshot there',
      },
      rules: POLICY_CHANGES,
      more: new Map(),
    },
    {
      topic: topics.watermarks,
      role: 'watermarks',
      partitions: 1,
      onePartition: {
        why: 'every worker reads all of it, in one order',
        afterwards: '; the workers write it anew',
      },
      rules: WATERMARKS,
      // Small segments are compacted soon: every worker reads the topic whole when it starts.
      more: new Map([['segment.ms', String(HOUR_MS)]]),
    },
    {
      topic: topics.deadLetters,
      role: 'deadLetters',
      partitions: 1,
      onePartition: null,
      rules: DEAD_LETTERS,
      more: new Map(),
    },
  ];
}

const APPENDED_TIME: Rule = {
  setting: 'message.timestamp.type',
  wanted: 'LogAppendTime',
  accepts: (value) => value === 'LogAppendTime',
  weight: 'advice',
  why: 'a shipper with a wrong clock gets its records rejected as time-out-of-range',
};

const EVENTS: readonly Rule[] = [
  {
    ...APPENDED_TIME,
    weight: 'error',
    why: 'blocks are cut by the hour in which the broker took an event; by the time of a producer they are cut anew when it sends again',
  },
  {
    setting: 'cleanup.policy',
    wanted: 'delete',
    accepts: (value) => value === 'delete',
    weight: 'error',
    why: 'compaction keeps one event of each workload and loses the others',
  },
  {
    setting: 'retention.ms',
    wanted: String(7 * DAY_MS),
    accepts: (value) => isAtLeast(value, DAY_MS),
    weight: 'advice',
    why: 'a change that arrives late repairs only what Kafka still holds',
  },
];

const POLICY_CHANGES: readonly Rule[] = [
  {
    setting: 'cleanup.policy',
    wanted: 'delete',
    accepts: (value) => value === 'delete',
    weight: 'error',
    why: 'compaction keeps one change of each cluster and loses the history of the policies',
  },
  ...['retention.ms', 'retention.bytes'].map(
    (setting): Rule => ({
      setting,
      wanted: '-1',
      accepts: (value) => value === '-1',
      weight: 'error',
      why: 'policies older than that are forgotten with every restart, and decisions become wrong',
    }),
  ),
  {
    setting: 'max.message.bytes',
    wanted: String(POLICY_CHANGE_BYTES),
    accepts: (value) => isAtLeast(value, POLICY_CHANGE_BYTES),
    weight: 'advice',
    why: 'the write of a very large policy does not fit and stops the normaliser',
  },
];

const WATERMARKS: readonly Rule[] = [
  {
    setting: 'cleanup.policy',
    wanted: 'compact',
    accepts: (value) => value === 'compact',
    weight: 'error',
    why: 'with retention a quiet audit feed loses its watermark, and without compaction every start takes longer',
  },
];

const DEAD_LETTERS: readonly Rule[] = [
  {
    setting: 'cleanup.policy',
    wanted: 'delete',
    accepts: (value) => value === 'delete',
    weight: 'error',
    why: 'compaction keeps one record of each partition and loses the others',
  },
  {
    setting: 'max.message.bytes',
    wanted: String(DEAD_LETTER_BYTES),
    accepts: (value) => isAtLeast(value, DEAD_LETTER_BYTES),
    weight: 'error',
    why: 'a large record that cannot be read does not fit either, and the normaliser stops at it',
  },
  {
    setting: 'retention.ms',
    wanted: String(3 * DAY_MS),
    accepts: (value) => value !== '-1' && Number(value) <= 30 * DAY_MS,
    weight: 'advice',
    why: 'dead letters are raw audit records, which can hold secrets',
  },
  { ...APPENDED_TIME, why: 'they leave the topic by the time of the producer' },
];

/** -1 is without a limit. */
function isAtLeast(value: string, least: number): boolean {
  return value === '-1' || Number(value) >= least;
}
