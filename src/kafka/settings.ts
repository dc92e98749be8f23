// What a user can say about the connection to Kafka, and the defaults. They suit a cluster of a few brokers of
// which one may die: a leader's session lasts nine seconds and more, so what is tried again lasts longer.

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

export const COMPRESSIONS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** PEM texts; null: Node's own trust store, no client certificate, the broker's host name. */
export interface TlsSettings {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly servername: string | null;
  /** false accepts any certificate: for tests only. */
  readonly rejectUnauthorized: boolean;
}

export interface SaslSettings {
  readonly mechanism: SaslMechanism;
  readonly username: string;
  readonly password: string;
}

export interface KafkaSettings {
  /** `host:port`, at least one. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly tls: TlsSettings | null;
  readonly sasl: SaslSettings | null;
  /** Of batches that are written; whatever comes is read. */
  readonly compression: Compression;
  readonly connectTimeoutMs: number;
  readonly requestTimeoutMs: number;
  /** Tries of what somebody waits for (joining, asking for offsets); reading and sending never give up. */
  readonly attempts: number;
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
  /** How long a broker holds a fetch that finds nothing. */
  readonly fetchWaitMs: number;
  /** How long the others wait for a member in a rebalance; its handlers must return in that time. */
  readonly rebalanceTimeoutMs: number;
  /** How old what is known of the partitions may be: so long does a new partition stay unread. */
  readonly metadataMaxAgeMs: number;
  /** Of one request to write, before compression; a single message may be larger. */
  readonly sendBatchBytes: number;
}

export const KAFKA_DEFAULTS: Omit<KafkaSettings, 'brokers'> = {
  clientId: 'netpol-drift',
  tls: null,
  sasl: null,
  compression: 'lz4',
  connectTimeoutMs: 5_000,
  requestTimeoutMs: 30_000,
  attempts: 12,
  firstRetryMs: 300,
  maxRetryMs: 5_000,
  fetchWaitMs: 500,
  rebalanceTimeoutMs: 60_000,
  metadataMaxAgeMs: 60_000,
  sendBatchBytes: 512 * 1024,
};

export type KafkaLogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where this folder tells what happens to it. Fields never hold credentials. */
export type KafkaLogger = (
  level: KafkaLogLevel,
  message: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;
