// The same documents in both real engines: a DuckDB store in memory, and OpenSearch below a prefix of its own.
import { afterAll, beforeAll } from 'vitest';
import type { Document } from '../../src/documents/document.ts';
import { TABLE_NAMES } from '../../src/documents/fields.ts';
import type { AnswerPart } from '../../src/queries/catalogue/runQuery.ts';
import { answerFromDuckdb } from '../../src/stores/duckdb/answers.ts';
import { openStore, type Store } from '../../src/stores/duckdb/store.ts';
import { answerFromOpenSearch } from '../../src/stores/opensearch/answers.ts';
import { openDocumentStore } from '../../src/stores/opensearch/store.ts';
import { CALM, serverForTests } from '../stores/opensearch/realServer.ts';

export interface BothEngines {
  /** Replaces whatever was there. */
  load(documents: readonly Document[]): Promise<void>;
  readonly duckdb: AnswerPart;
  readonly openSearch: AnswerPart;
  /** Likewise, by pages of so many rows. */
  readonly inPages: (size: number) => AnswerPart;
  /** That tells a command where OpenSearch is. */
  readonly environment: Readonly<Record<string, string>>;
}

/** For the tests of a `describe` on a server. */
export function bothEngines(): BothEngines {
  const server = serverForTests();
  const { indexPrefix } = server.settings;
  const writer = openDocumentStore(server.settings, () => {});
  let store: Store | undefined;
  const opened = (): Store => {
    if (store === undefined) throw new Error('nothing is loaded yet');
    return store;
  };
  beforeAll(async () => {
    store = await openStore({ path: null });
  });
  afterAll(async () => {
    store?.discard();
    await writer.close();
  });
  return {
    environment: { OPENSEARCH_URL: server.settings.urls.join(','), INDEX_PREFIX: indexPrefix },
    async load(documents) {
      store?.discard();
      store = await openStore({ path: null });
      for (const table of TABLE_NAMES)
        await store.append(
          table,
          documents.filter(({ _index }) => _index.startsWith(`netpol-${table}`)),
        );
      await server.ask('DELETE', `/${indexPrefix}*`);
      const { refused } = await writer.write(documents, CALM);
      if (refused.length > 0) throw new Error(refused.map(({ reason }) => reason).join('\n'));
      await server.ask('POST', `/${indexPrefix}*/_refresh`);
    },
    duckdb: (part) => answerFromDuckdb(opened(), part),
    openSearch: (part) => answerFromOpenSearch({ ...server, indexPrefix }, part, CALM),
    inPages: (size) => (part) =>
      answerFromOpenSearch({ ...server, indexPrefix }, part, CALM, { after: null, size }),
  };
}
