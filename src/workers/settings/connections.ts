// The settings that say where Kafka and OpenSearch are, how to speak to them, and how our topics, groups and
// indices are called.
import { COMPRESSIONS, KAFKA_DEFAULTS, SASL_MECHANISMS } from '../../kafka/settings.ts';
import { OPENSEARCH_DEFAULTS } from '../../stores/opensearch/settings.ts';
import { GROUP_PREFIX, TOPIC_PREFIX } from '../topics.ts';
import { flag, list, oneOf, secret, type Setting, text, whole, wholeOr } from './setting.ts';

const TOPIC_LIKE = /^[A-Za-z0-9._-]{1,200}$/;
const BROKER_LIKE = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+):\d{1,5}$/;
const MIB = 1024 * 1024;

export interface RawTopic {
  readonly topic: string;
  /** '' = the records say it. */
  readonly cluster: string;
}

export const KAFKA = {
  brokers: list('KAFKA_BROKERS', 'localhost:9092', {
    doc: 'Where Kafka is; a few brokers are enough, the others are found through them.',
    expects: 'host:port, several separated by commas',
    item: (each) => (BROKER_LIKE.test(each) ? each : undefined),
  }),
  clientId: text('KAFKA_CLIENT_ID', KAFKA_DEFAULTS.clientId, {
    doc: "How the workers are called in Kafka's logs and quotas.",
  }),
  tls: flag('KAFKA_TLS', false, 'Whether to speak TLS.'),
  ca: secret('KAFKA_CA', "Certificate authorities of the brokers (PEM); without it, Node's own."),
  cert: secret('KAFKA_CERT', 'Client certificate (PEM), where brokers ask for one.'),
  key: secret('KAFKA_KEY', 'Its private key (PEM).'),
  saslMechanism: oneOf('KAFKA_SASL_MECHANISM', '', SASL_MECHANISMS, 'How to log in; not set: no log-in.'),
  username: text('KAFKA_USERNAME', '', { doc: 'User of the log-in.' }),
  password: secret('KAFKA_PASSWORD', 'Password of the log-in.'),
  compression: oneOf(
    'KAFKA_COMPRESSION',
    KAFKA_DEFAULTS.compression,
    COMPRESSIONS,
    'How what we write is compressed; anything can be read.',
  ),
  sessionTimeoutMs: whole(
    'SESSION_TIMEOUT_MS',
    30_000,
    { from: 6_000, to: 300_000, unit: 'milliseconds' },
    'After so long without a sign of life the partitions of a worker go to the others.',
  ),
  fetchMaxBytes: whole(
    'FETCH_MAX_BYTES',
    8 * MIB,
    { from: 64 * 1024, to: 256 * MIB, unit: 'bytes' },
    'At most so much is asked of a broker at once.',
  ),
} as const;

export const NAMES = {
  topicPrefix: text('TOPIC_PREFIX', TOPIC_PREFIX, {
    doc: 'What the names of our topics begin with.',
    expects: 'letters, digits, dots, underscores, dashes',
    like: TOPIC_LIKE,
  }),
  groupPrefix: text('GROUP_PREFIX', GROUP_PREFIX, {
    doc: 'What the names of our consumer groups begin with.',
    expects: 'letters, digits, dots, underscores, dashes',
    like: TOPIC_LIKE,
  }),
  flowTopics: rawTopics('FLOW_TOPICS', 'hubble.flows', "Topics of Hubble's flow export"),
  auditTopics: rawTopics('AUDIT_TOPICS', 'k8s.audit', 'Topics of the audit log'),
  cluster: text('CLUSTER', '', {
    doc: 'Cluster of the records that name none, neither in a header nor in themselves.',
    expects: 'a name of at most 200 printable characters',
    like: /^[^\p{Cc}]{1,200}$/u,
  }),
} as const;

function rawTopics(name: string, fallback: string, what: string): Setting<readonly RawTopic[]> {
  return list(name, fallback, {
    doc: `${what}; with =CLUSTER after the name, the cluster of all their records.`,
    expects: 'topic or topic=cluster, several separated by commas',
    item(each) {
      const [topic = '', ...rest] = each.split('=');
      return TOPIC_LIKE.test(topic) ? { topic, cluster: rest.join('=').trim() } : undefined;
    },
  });
}

const DAYS = { from: 0, to: 36_500, unit: 'days' };

export const OPENSEARCH = {
  urls: list('OPENSEARCH_URL', OPENSEARCH_DEFAULTS.urls.join(','), {
    doc: 'Where OpenSearch is: nodes, or a load balancer.',
    expects: 'http(s)://host:port without credentials, several separated by commas',
    item: urlOf,
  }),
  username: text('OPENSEARCH_USERNAME', '', { doc: 'User; not set: no log-in.' }),
  password: secret('OPENSEARCH_PASSWORD', 'Password of the user.'),
  ca: secret('OPENSEARCH_CA', "Certificate authorities of OpenSearch (PEM); without it, Node's own."),
  indexPrefix: text('INDEX_PREFIX', OPENSEARCH_DEFAULTS.indexPrefix, {
    doc: 'What the names of our indices and templates begin with.',
    expects: 'lower case letters, digits, dots, underscores, dashes; the first a letter or digit',
    like: /^[a-z0-9][a-z0-9._-]{0,60}$/,
  }),
  verdictDays: whole(
    'RETENTION_DAYS_VERDICTS',
    OPENSEARCH_DEFAULTS.retentionDays.verdicts,
    DAYS,
    'How long verdict documents are kept; 0: for ever. Flows older than that are rejected.',
  ),
  rollupDays: whole(
    'RETENTION_DAYS_ROLLUPS',
    OPENSEARCH_DEFAULTS.retentionDays.rollups,
    DAYS,
    'How long rollups are kept; 0: for ever.',
  ),
  changeDays: whole(
    'RETENTION_DAYS_CHANGES',
    OPENSEARCH_DEFAULTS.retentionDays.changes,
    DAYS,
    'How long change documents are kept; 0: for ever.',
  ),
  feedDays: whole(
    'RETENTION_DAYS_FEEDS',
    OPENSEARCH_DEFAULTS.retentionDays.feeds,
    DAYS,
    'How long coverage figures are kept; 0: for ever.',
  ),
  bulkBytes: whole(
    'BULK_BYTES',
    OPENSEARCH_DEFAULTS.bulkBytes,
    { from: 64 * 1024, to: 90 * MIB, unit: 'bytes' },
    'About the size of one bulk request.',
  ),
  concurrency: whole(
    'BULK_CONCURRENCY',
    OPENSEARCH_DEFAULTS.concurrency,
    { from: 1, to: 64, unit: '' },
    'Bulk requests on their way at most; fewer while OpenSearch pushes back.',
  ),
  requestTimeoutMs: whole(
    'OPENSEARCH_TIMEOUT_MS',
    OPENSEARCH_DEFAULTS.requestTimeoutMs,
    { from: 1_000, to: 600_000, unit: 'milliseconds' },
    'After so long a request counts as lost and is sent again.',
  ),
  shards: whole(
    'OPENSEARCH_SHARDS',
    OPENSEARCH_DEFAULTS.shards,
    { from: 1, to: 1_024, unit: '' },
    'Primary shards of each new index.',
  ),
  replicas: wholeOr(
    'OPENSEARCH_REPLICAS',
    'auto' as const,
    { from: 0, to: 10, unit: '' },
    'Copies of each new index; not set: one where there is a second node.',
  ),
} as const;

function urlOf(given: string): string | undefined {
  const url = URL.parse(given);
  const isPlain =
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  return isPlain ? given : undefined;
}
