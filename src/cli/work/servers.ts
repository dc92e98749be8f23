// Before a role begins: Kafka and OpenSearch must answer, and the topics must be there. What can heal is waited
// for, however long, and said; what cannot ends the start with the command that mends it.
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../kafka/log.ts';
import { Fault } from '../../model/fault.ts';
import { DEFAULT_MAX_MESSAGE_BYTES } from '../../workers/messageBytes.ts';
import type { Settings } from '../../workers/settings.ts';
import type { Foundations } from './foundations.ts';

const RETRY_MS = 5_000;

export interface TopicLimits {
  /** What the dead-letter topic takes as one message. */
  readonly letterBytes: number;
}

/**
 * @throws Fault `topic-missing` with every topic that is missing, `kafka-refused`; the signal's reason
 */
export async function awaitKafka(
  { log, logger, settings }: Pick<Foundations, 'log' | 'logger' | 'settings'>,
  stop: AbortSignal,
): Promise<TopicLimits> {
  for (;;) {
    stop.throwIfAborted();
    try {
      return await checkTopics(log, settings);
    } catch (cause) {
      if (!(cause instanceof Fault) || !cause.retryable || stop.aborted) throw cause;
      const what = `waiting for Kafka at ${settings.kafka.brokers.join(', ')}`;
      logger('warn', what, { cause: cause.message, retryMs: RETRY_MS });
      await pauseUnless(stop);
    }
  }
}

async function checkTopics(log: Log, { topics, normalise }: Settings): Promise<TopicLimits> {
  const names = [...normalise.rawTopics.map(({ topic }) => topic), ...Object.values<string>({ ...topics })];
  const missing: string[] = [];
  for (const topic of names) if (!(await isThere(log, topic))) missing.push(topic);
  if (missing.length > 0)
    throw new Fault(
      'topic-missing',
      `Kafka has no topic ${missing.join(', ')}: run netpol-drift setup with the same settings`,
    );
  const letters = await log.admin.describe(topics.deadLetters);
  const limit = letters?.config.get('max.message.bytes') ?? '';
  return { letterBytes: /^\d{1,10}$/.test(limit) ? Number(limit) : DEFAULT_MAX_MESSAGE_BYTES };
}

async function isThere(log: Log, topic: string): Promise<boolean> {
  try {
    return (await log.admin.partitions(topic)) > 0;
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'topic-missing') return false;
    throw cause;
  }
}

/** The store itself asks again and says so. @throws Fault `opensearch-refused`; the signal's reason */
export async function awaitOpenSearch(
  { store }: Pick<Foundations, 'store'>,
  stop: AbortSignal,
): Promise<void> {
  await store.highestPolicyOffset(stop);
}

async function pauseUnless(stop: AbortSignal): Promise<void> {
  try {
    await pause(RETRY_MS, undefined, { signal: stop });
  } catch {
    stop.throwIfAborted();
  }
}
