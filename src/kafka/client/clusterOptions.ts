// Our settings in the words of kafkajs, and its log lines in ours. Also the place where its known defects are
// mended before the first connection exists.
import type { KafkaConfig, LogEntry, SASLOptions } from 'kafkajs';
import { createLogger } from 'kafkajs/src/loggers/index.js';
import socketFactory from 'kafkajs/src/network/socketFactory.js';
import type { KafkaLogger, KafkaSettings, SaslSettings, TlsSettings } from '../settings.ts';
import { mendIdleTimers } from './idleTimers.ts';
import { mendDoubleConnects } from './oneSocket.ts';

/** kafkajs's own numbers, of a log level and an isolation level. */
const INFO = 4;
export const READ_UNCOMMITTED = 0;
export const READ_COMMITTED = 1;

/** kafkajs tries a few times by itself, inside a request; the patience for more is ours. */
const RETRIES = 3;

/** For the public clients of kafkajs. */
export function clientConfig(settings: KafkaSettings, log: KafkaLogger): KafkaConfig {
  mendIdleTimers();
  mendDoubleConnects();
  const { sasl, tls, clientId, brokers } = settings;
  return {
    clientId,
    brokers: [...brokers],
    ...(tls === null ? {} : { ssl: tlsOptions(tls) }),
    ...(sasl === null ? {} : { sasl: saslOptions(sasl) }),
    connectionTimeout: settings.connectTimeoutMs,
    requestTimeout: settings.requestTimeoutMs,
    retry: { retries: RETRIES, initialRetryTime: settings.firstRetryMs, maxRetryTime: settings.maxRetryMs },
    logLevel: INFO,
    logCreator: () => (entry: LogEntry) => tell(entry, log),
  };
}

/** For its cluster, which has the same and a few more. */
export function clusterOptions(settings: KafkaSettings, log: KafkaLogger): Readonly<Record<string, unknown>> {
  const config = clientConfig(settings, log);
  return {
    ...config,
    logger: createLogger({ level: INFO, logCreator: config.logCreator }),
    socketFactory: socketFactory(),
    enforceRequestTimeout: true,
    allowAutoTopicCreation: false,
    metadataMaxAge: settings.metadataMaxAgeMs,
    isolationLevel: READ_COMMITTED,
  };
}

/** What kafkajs calls an error is one try of several, or an answer that we know what to do with. */
function tell(entry: LogEntry, log: KafkaLogger): void {
  const { timestamp: _, logger: _logger, message, ...fields } = entry.log;
  log('debug', `kafkajs ${entry.namespace}: ${message}`, fields);
}

function tlsOptions(tls: TlsSettings): NonNullable<Exclude<KafkaConfig['ssl'], boolean>> {
  const { ca, cert, key, servername, rejectUnauthorized } = tls;
  return {
    rejectUnauthorized,
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
    ...(servername === null ? {} : { servername }),
  };
}

function saslOptions({ mechanism, username, password }: SaslSettings): SASLOptions {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}
