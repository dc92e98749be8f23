// Brings the benchmark's documents into the stores that are measured, by the writers of the program itself.
import type { Document } from '../../../src/documents/document.ts';
import { TABLE_NAMES } from '../../../src/documents/fields.ts';
import { openStore, type Store } from '../../../src/stores/duckdb/store.ts';
import { ask, type Patience } from '../../../src/stores/opensearch/patience.ts';
import type { OpenSearchSettings } from '../../../src/stores/opensearch/settings.ts';
import { openDocumentStore } from '../../../src/stores/opensearch/store.ts';
import { ensureTemplates } from '../../../src/stores/opensearch/templateSetup.ts';

const CALM = new AbortController().signal;

/** A bulk while the next documents are made. */
export async function loadOpenSearch(
  patience: Patience,
  settings: OpenSearchSettings,
  batches: Iterable<readonly Document[]>,
): Promise<number> {
  await ensureTemplates({ ...patience, settings, dryRun: false, signal: CALM });
  const store = openDocumentStore(settings, patience.logger);
  let writing: Promise<void> = Promise.resolve();
  let written = 0;
  const write = async (batch: readonly Document[]): Promise<void> => {
    const { refused } = await store.write(batch, CALM);
    if (refused[0] !== undefined) throw new Error(refused[0].reason);
    written += batch.length;
  };
  try {
    for (const batch of batches) {
      await writing;
      writing = write(batch);
    }
    await writing;
  } finally {
    await store.close();
  }
  const indices = `/${settings.indexPrefix}*`;
  // Else the second run of each question would be answered from memory, which new documents empty all the time.
  await ask(
    patience,
    {
      method: 'PUT',
      path: `${indices}/_settings`,
      body: JSON.stringify({ 'index.requests.cache.enable': false }),
    },
    'settings',
    CALM,
  );
  await ask(patience, { method: 'POST', path: `${indices}/_flush` }, 'flush', CALM);
  await ask(patience, { method: 'POST', path: `${indices}/_refresh` }, 'refresh', CALM);
  return written;
}

export async function unloadOpenSearch(
  patience: Patience,
  { indexPrefix }: OpenSearchSettings,
): Promise<void> {
  const paths = [`/${indexPrefix}*`, `/_index_template/${indexPrefix}*`];
  for (const path of paths) await ask(patience, { method: 'DELETE', path, nullOn: [404] }, 'cleaning', CALM);
}

/** As a store that `analyze` keeps, open. */
export async function loadDuckdb(path: string, batches: Iterable<readonly Document[]>): Promise<Store> {
  const store = await openStore({ path });
  for (const batch of batches)
    for (const table of TABLE_NAMES)
      await store.append(
        table,
        batch.filter(({ _index }) => _index.startsWith(`netpol-${table}`)),
      );
  await store.flush();
  return store;
}
