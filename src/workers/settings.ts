// The settings of the workers: out of the environment, checked, and handed to each part as it wants them. Pure: the
// environment comes in as a map, and everything that is wrong with it goes out at once.
import type { RawPerKey } from '../documents/blockDocuments.ts';
import type { JoinSettings } from '../join/enriched.ts';
import type { GateSettings } from '../join/gate.ts';
import { KAFKA_DEFAULTS, type KafkaSettings } from '../kafka/settings.ts';
import type { LogLevel } from '../runtime/log.ts';
import { OPENSEARCH_DEFAULTS, type OpenSearchSettings } from '../stores/opensearch/settings.ts';
import type { JoinWorkerSettings } from './join/settings.ts';
import type { NormaliseSettings } from './normalise/settings.ts';
import type { PolicyLogSettings } from './policyLog/followPolicyLog.ts';
import type { RepairSettings } from './repair/settings.ts';
import { KAFKA, NAMES, OPENSEARCH } from './settings/connections.ts';
import { createSettingsReader, type SettingsReader } from './settings/reading.ts';
import { refuseConnections, refuseTopics, refuseWaiting } from './settings/refusals.ts';
import { DISORDER_MS, FEEDS, GATE, JOIN, POLICY_LOG, SERVING } from './settings/work.ts';
import { type Groups, groupsOf, type Topics, topicsOf } from './topics.ts';

export interface Settings {
  readonly topics: Topics;
  readonly groups: Groups;
  readonly kafka: KafkaSettings;
  readonly openSearch: OpenSearchSettings;
  readonly normalise: NormaliseSettings;
  readonly policyLog: PolicyLogSettings;
  readonly join: JoinWorkerSettings;
  readonly repair: RepairSettings;
  readonly serving: {
    readonly httpAddress: string;
    readonly httpPort: number;
    readonly logLevel: LogLevel;
  };
}

/** For what is under way, and again for leaving: together less than the limit of runtime/shutdown.ts. */
const STOP_MS = 4_500;
const REPAIR_POLL_MS = 1_000;
const REPAIR_SETTLE_MS = 5_000;

/**
 * @param problems what was found wrong with the environment before it came here
 * @throws Fault `settings` that tells everything that is wrong, one line each where it is more than one thing
 */
export function readSettings(
  environment: ReadonlyMap<string, string>,
  problems: readonly string[] = [],
): Settings {
  const reader = createSettingsReader(environment, problems);
  const { read } = reader;
  const topics = topicsOf(read(NAMES.topicPrefix));
  const groups = groupsOf(read(NAMES.groupPrefix));
  const kafka = kafkaSettings(reader);
  const openSearch = openSearchSettings(reader);
  const gate = gateSettings(reader);
  const join = joinSettings(reader);
  const normalise = normaliseSettings(reader, topics, groups);
  const idleTimeoutMs = read(GATE.idleTimeoutMs);
  const policyLog = { topics, join, idleTimeoutMs, skipOffsets: new Set(read(POLICY_LOG.skip)) };
  const shared = {
    groups,
    blockOffsets: read(JOIN.blockOffsets),
    rawPerKey: rawPerKey(reader),
    sessionTimeoutMs: read(KAFKA.sessionTimeoutMs),
    bulkTimeoutMs: openSearch.requestTimeoutMs,
  };
  const settings: Settings = {
    topics,
    groups,
    kafka,
    openSearch,
    normalise,
    policyLog,
    join: {
      ...shared,
      topics,
      rawTopics: normalise.rawTopics.map(({ topic }) => topic),
      join,
      gate,
      flushMs: read(JOIN.flushMs),
      commitMs: read(JOIN.commitMs),
      fetchMaxBytes: read(KAFKA.fetchMaxBytes),
      maxOpenRecords: read(JOIN.maxOpenRecords),
      maxRejectShare: normalise.maxRejectShare,
    },
    repair: { ...shared, policyLog, pollMs: REPAIR_POLL_MS, settleMs: REPAIR_SETTLE_MS },
    serving: {
      httpAddress: read(SERVING.httpAddress),
      httpPort: read(SERVING.httpPort),
      logLevel: read(SERVING.logLevel),
    },
  };
  refuseConnections(reader, kafka, openSearch);
  refuseTopics(reader, settings.join.rawTopics, topics);
  refuseWaiting(reader, gate, idleTimeoutMs);
  reader.check();
  return settings;
}

function kafkaSettings({ read }: SettingsReader): KafkaSettings {
  const mechanism = read(KAFKA.saslMechanism);
  const orNull = (text: string): string | null => (text === '' ? null : text);
  return {
    ...KAFKA_DEFAULTS,
    brokers: read(KAFKA.brokers),
    clientId: read(KAFKA.clientId),
    compression: read(KAFKA.compression),
    tls: read(KAFKA.tls)
      ? {
          ca: orNull(read(KAFKA.ca)),
          cert: orNull(read(KAFKA.cert)),
          key: orNull(read(KAFKA.key)),
          servername: null,
          rejectUnauthorized: true,
        }
      : null,
    sasl:
      mechanism === '' ? null : { mechanism, username: read(KAFKA.username), password: read(KAFKA.password) },
  };
}

function openSearchSettings({ read }: SettingsReader): OpenSearchSettings {
  return {
    ...OPENSEARCH_DEFAULTS,
    urls: read(OPENSEARCH.urls),
    username: read(OPENSEARCH.username),
    password: read(OPENSEARCH.password),
    ca: read(OPENSEARCH.ca),
    indexPrefix: read(OPENSEARCH.indexPrefix),
    bulkBytes: read(OPENSEARCH.bulkBytes),
    concurrency: read(OPENSEARCH.concurrency),
    requestTimeoutMs: read(OPENSEARCH.requestTimeoutMs),
    shards: read(OPENSEARCH.shards),
    replicas: read(OPENSEARCH.replicas),
    retentionDays: {
      verdicts: read(OPENSEARCH.verdictDays),
      rollups: read(OPENSEARCH.rollupDays),
      changes: read(OPENSEARCH.changeDays),
      feeds: read(OPENSEARCH.feedDays),
    },
  };
}

function normaliseSettings({ read }: SettingsReader, topics: Topics, groups: Groups): NormaliseSettings {
  const verdictDays = read(OPENSEARCH.verdictDays);
  return {
    groupId: groups.normalise,
    topics,
    rawTopics: [
      ...read(NAMES.flowTopics).map((raw) => ({ ...raw, feed: 'flows' as const })),
      ...read(NAMES.auditTopics).map((raw) => ({ ...raw, feed: 'audit' as const })),
    ],
    cluster: read(NAMES.cluster),
    dropEvents: read(FEEDS.dropEvents),
    retentionDays: verdictDays === 0 ? null : verdictDays,
    auditDisorderMs: disorderMs(read),
    heartbeatMs: read(FEEDS.heartbeatMs),
    coverageIntervalMs: read(FEEDS.coverageMs),
    commitMs: read(JOIN.commitMs),
    maxRejectShare: read(FEEDS.maxRejectShare),
    inHandBytes: read(FEEDS.inHandBytes),
    stopMs: STOP_MS,
    sessionTimeoutMs: read(KAFKA.sessionTimeoutMs),
    fetchMaxBytes: read(KAFKA.fetchMaxBytes),
  };
}

function gateSettings({ read }: SettingsReader): GateSettings {
  return {
    clockSkewMs: read(JOIN.clockSkewMs),
    maxWaitMs: read(GATE.maxWaitMs),
    disorderMs: disorderMs(read),
    heartbeatMs: read(FEEDS.heartbeatMs),
    bytes: read(GATE.bytes),
    clusters: read(GATE.clusters),
  };
}

function disorderMs(read: SettingsReader['read']): number {
  return read(FEEDS.disorderMs) ?? DISORDER_MS[read(FEEDS.auditBackend)];
}

function joinSettings({ read }: SettingsReader): JoinSettings {
  return {
    propagationMs: read(JOIN.propagationMs),
    clockSkewMs: read(JOIN.clockSkewMs),
    changeDriftHours: read(JOIN.changeDriftHours),
    cacheEntries: read(JOIN.cacheEntries),
  };
}

function rawPerKey({ read }: SettingsReader): RawPerKey {
  const any = read(JOIN.rawPerKey);
  return { any, newlyAllowed: Math.min(any, read(JOIN.newlyAllowedPerKey)) };
}
