// What the roles of one process share: settings, clock, log, metrics, the connections to Kafka and OpenSearch.
import type { EventCodec } from '../../codec/eventCodec.ts';
import { connectKafka } from '../../kafka/client/connect.ts';
import type { Log } from '../../kafka/log.ts';
import { SYSTEM_CLOCK } from '../../runtime/clock.ts';
import { type Logger, withFields } from '../../runtime/log.ts';
import type { Metrics } from '../../runtime/metrics/metrics.ts';
import { type OpenSearchStore, openDocumentStore } from '../../stores/opensearch/store.ts';
import { createPolicyRecords, type PolicyRecords } from '../../workers/policyLog/policyRecords.ts';
import type { Settings } from '../../workers/settings.ts';
import { readEventCodec } from '../eventCodec.ts';
import { storeFigures } from './figures/storeFigures.ts';

export interface Foundations {
  readonly settings: Settings;
  readonly nowMs: () => number;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly codec: EventCodec;
  readonly policyRecords: PolicyRecords;
  readonly log: Log;
  readonly store: OpenSearchStore;
}

/** Nothing is connected yet. @throws Fault `settings` */
export function layFoundations(settings: Settings, logger: Logger, metrics: Metrics): Foundations {
  const { kafka, openSearch } = settings;
  const observe = storeFigures(metrics, openSearch.concurrency);
  const codec = readEventCodec();
  return {
    settings,
    nowMs: SYSTEM_CLOCK.nowMs,
    logger,
    metrics,
    codec,
    policyRecords: createPolicyRecords(codec),
    log: connectKafka(kafka, withFields(logger, { of: 'kafka' })),
    store: openDocumentStore(openSearch, withFields(logger, { of: 'opensearch' }), { observe }),
  };
}

/** Leaves the other where one fails. */
export async function closeFoundations({ log, store }: Foundations): Promise<void> {
  await Promise.allSettled([log.close(), store.close()]);
}
