// From what the topics are to what is to be done: pure, so that `--dry-run` and the real run cannot differ.
// An existing topic is never altered: what is wrong there was somebody's decision, and mending it can cost data.
// What is said names the topic, the setting, what it is, what it must be, why, and the command that mends it.
import type { TopicSpec, TopicState } from '../../kafka/log.ts';
import type { Rule, WantedTopic } from './wantedTopics.ts';

export interface Found {
  /** null: there is no such topic. */
  readonly state: TopicState | null;
  /** The first retained offset of partition 0. */
  readonly start: number;
}

export type TopicFinding =
  | { readonly finding: 'missing'; readonly topic: string; readonly detail: string; readonly spec: TopicSpec }
  | { readonly finding: 'fine'; readonly topic: string; readonly detail: string }
  | {
      readonly finding: 'wrong' | 'advice';
      readonly topic: string;
      readonly detail: string;
      /** What to do, ready to be typed where it is a command. */
      readonly mend: string;
    };

export interface PlanOptions {
  /** -1: the brokers' default. */
  readonly replication: number;
  /** As commands take it after `--bootstrap-server`. */
  readonly brokers: string;
}

/** @param found by topic; one that is not in it counts as missing */
export function planTopics(
  wanted: readonly WantedTopic[],
  found: ReadonlyMap<string, Found>,
  options: PlanOptions,
): readonly TopicFinding[] {
  return [
    ...wanted.flatMap((topic) => planTopic(topic, found.get(topic.topic), options)),
    ...unfitDeadLetters(wanted, found, options),
  ];
}

function planTopic(
  wanted: WantedTopic,
  found: Found | undefined,
  options: PlanOptions,
): readonly TopicFinding[] {
  const state = found?.state ?? null;
  if (state === null) return [missing(wanted, options)];
  const findings = [
    ...wanted.rules.flatMap((rule) => judge(rule, state, options)),
    ...wrongPartitions(wanted, state, options),
    ...(wanted.role === 'policyChanges' ? lostRecords(state.topic, found?.start ?? 0) : []),
    ...frailReplication(wanted, state, options),
  ];
  if (findings.some(({ finding }) => finding === 'wrong')) return findings;
  return [{ finding: 'fine', topic: state.topic, detail: shape(state) }, ...findings];
}

function missing(wanted: WantedTopic, { replication }: PlanOptions): TopicFinding {
  const config = new Map(wanted.more);
  for (const { setting, wanted: value } of wanted.rules) config.set(setting, value);
  // With one copy in sync alone, what was acknowledged is lost with that one broker.
  if (replication >= 3) config.set('min.insync.replicas', '2');
  const { topic, partitions } = wanted;
  const spec: TopicSpec = { topic, partitions, replicationFactor: replication, config };
  const settings = [...config].map(([setting, value]) => `${setting}=${value}`).join(', ');
  return { finding: 'missing', topic, detail: `${count(partitions, 'partition')}, ${settings}`, spec };
}

function judge(rule: Rule, { topic, config }: TopicState, { brokers }: PlanOptions): readonly TopicFinding[] {
  const { setting, wanted, weight, why } = rule;
  const value = config.get(setting) ?? '';
  if (rule.accepts(value)) return [];
  return [
    {
      finding: weight === 'error' ? 'wrong' : 'advice',
      topic,
      detail: `${setting} is ${value === '' ? 'not told by the broker' : value}, ${weight === 'error' ? 'must be' : 'better'} ${wanted}: ${why}`,
      mend: alter(brokers, topic, `${setting}=${wanted}`),
    },
  ];
}

function wrongPartitions(
  { onePartition }: WantedTopic,
  { topic, partitions }: TopicState,
  { brokers }: PlanOptions,
): readonly TopicFinding[] {
  if (onePartition === null || partitions === 1) return [];
  return [
    {
      finding: 'wrong',
      topic,
      detail: `has ${partitions} partitions, must have 1: ${onePartition.why}, and partitions cannot be taken away`,
      mend: `stop the workers, kafka-topics.sh --bootstrap-server ${brokers} --delete --topic ${topic}, then setup again${onePartition.afterwards}`,
    },
  ];
}

/** Retention or compaction was on for a while, or somebody deleted records. */
function lostRecords(topic: string, start: number): readonly TopicFinding[] {
  if (start <= 0) return [];
  return [
    {
      finding: 'advice',
      topic,
      detail: `begins at offset ${start}: the ${count(start, 'record')} before are gone, and with them what policies were`,
      mend: 'netpol-drift snapshot publishes the policies as they are now',
    },
  ];
}

function frailReplication(
  { role }: WantedTopic,
  { topic, replicationFactor, config }: TopicState,
  { brokers }: PlanOptions,
): readonly TopicFinding[] {
  if (role === 'raw' || replicationFactor < 3 || config.get('min.insync.replicas') !== '1') return [];
  return [
    {
      finding: 'advice',
      topic,
      detail: `min.insync.replicas is 1 of ${replicationFactor}, better 2: what one broker alone acknowledged is lost with it`,
      mend: alter(brokers, topic, 'min.insync.replicas=2'),
    },
  ];
}

/** Every raw record must fit into the dead letters, or the first that cannot be read stops its partition. */
function unfitDeadLetters(
  wanted: readonly WantedTopic[],
  found: ReadonlyMap<string, Found>,
  { brokers }: PlanOptions,
): readonly TopicFinding[] {
  const room = wanted.find(({ role }) => role === 'deadLetters');
  const state = room === undefined ? null : (found.get(room.topic)?.state ?? null);
  const rule = room?.rules.find(({ setting }) => setting === 'max.message.bytes');
  if (room === undefined || rule === undefined) return [];
  const limit = state === null ? Number(rule.wanted) : bytesOf(state);
  const largest = wanted
    .filter(({ role }) => role === 'raw')
    .map(({ topic }) => ({ topic, bytes: bytesOf(found.get(topic)?.state ?? null) }))
    .reduce((one, other) => (other.bytes > one.bytes ? other : one), { topic: '', bytes: 0 });
  if (largest.bytes + HEADER_BYTES <= limit) return [];
  const needed = largest.bytes + HEADER_BYTES;
  return [
    {
      finding: state === null ? 'advice' : 'wrong',
      topic: room.topic,
      detail: `takes records of ${limit} bytes, but ${largest.topic} those of ${largest.bytes}: one of them that cannot be read would stop the normaliser`,
      mend: alter(brokers, room.topic, `max.message.bytes=${needed}`),
    },
  ];
}

const HEADER_BYTES = 1024 * 1024;

function bytesOf(state: TopicState | null): number {
  return Number(state?.config.get('max.message.bytes') ?? 0);
}

function alter(brokers: string, topic: string, setting: string): string {
  return `kafka-configs.sh --bootstrap-server ${brokers} --alter --entity-type topics --entity-name ${topic} --add-config ${setting}`;
}

function shape({ partitions, replicationFactor }: TopicState): string {
  return `${count(partitions, 'partition')}, replication ${replicationFactor}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
