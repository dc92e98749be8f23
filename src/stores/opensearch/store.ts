// Opens the store of documents in OpenSearch: the writer and the readers behind the one port, over one
// connection.
import { type Clock, SYSTEM_CLOCK } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/log.ts';
import { text } from '../../model/json.ts';
import type { StoredRollup } from '../../documents/blockDocuments.ts';
import type { WriteEvent } from './bulkSender.ts';
import { createBulkWriter } from './bulkWriter.ts';
import { openConnection } from './connection.ts';
import type { DocumentStore } from './documentStore.ts';
import { readHighestOffset } from './highestOffset.ts';
import { type Reading, readPages } from './pages.ts';
import { createReadyCheck, watch } from './readiness.ts';
import { blockSearch, provisionalSearch, spanSearch } from './searches.ts';
import type { OpenSearchSettings } from './settings.ts';
import { readStatuses } from './statuses.ts';

export interface Surroundings {
  readonly clock?: Clock;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly observe?: (event: WriteEvent) => void;
}

export interface OpenSearchStore extends DocumentStore {
  /** Why the last request had no good answer, in one line; null when it had one. Sends nothing. */
  trouble(): string | null;
}

/** Nothing is sent yet. @throws Fault `settings` for a prefix that index names cannot have */
export function openDocumentStore(
  settings: OpenSearchSettings,
  logger: Logger,
  { clock = SYSTEM_CLOCK, random = Math.random, observe = () => {} }: Surroundings = {},
): OpenSearchStore {
  const connection = watch(openConnection(settings));
  const patience = { connection, logger, random };
  const reading: Reading = { ...patience, indexPrefix: settings.indexPrefix };
  const ready = createReadyCheck({ ...patience, settings });

  return {
    write: createBulkWriter({ ...patience, settings, clock, observe, ready }),
    async rollupsOfBlock(partition, number, signal) {
      const found = new Map<string, StoredRollup>();
      for await (const page of readPages(reading, blockSearch(partition, number), signal))
        for (const { _id, _index, fields } of page)
          found.set(_id, { index: _index, timestamp: text(fields['@timestamp']) });
      return found;
    },
    verdictStatuses: (wanted, signal) => readStatuses(reading, wanted, signal),
    rollupsIn: (span, signal) => readPages(reading, spanSearch(span), signal),
    provisionalUpTo: (cluster, until, signal) =>
      readPages(reading, provisionalSearch(cluster, until), signal),
    highestPolicyOffset: (signal) => readHighestOffset(reading, signal),
    trouble: () => connection.trouble(),
    close: () => connection.close(),
  };
}
