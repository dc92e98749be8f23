// Puts the question to the store that was named: a file that `analyze` kept, or OpenSearch.
import type { Config } from '../../config.ts';
import { Fault } from '../../model/fault.ts';
import { type AnswerPart, runQuery } from '../../queries/catalogue/runQuery.ts';
import type { QueryParameters, Table } from '../../queries/catalogue/savedQuery.ts';
import { SYSTEM_CLOCK } from '../../runtime/clock.ts';
import { answerFromDuckdb, endOfStore } from '../../stores/duckdb/answers.ts';
import { readStore } from '../../stores/duckdb/store.ts';
import { checkAnyIndex } from '../../stores/opensearch/anyIndex.ts';
import { answerFromOpenSearch } from '../../stores/opensearch/answers.ts';
import { openConnection } from '../../stores/opensearch/connection.ts';
import { sayTrouble } from '../publish/sayTrouble.ts';
import { settingsOf } from '../work/settingsOf.ts';
import type { QueryOptions } from './options.ts';
import { withoutUser } from './commandOf.ts';
import { nothingFound } from './nothingFound.ts';
import { parametersFor } from './parameters.ts';

/** OpenSearch is asked again until it answers; after so long a person wants to know. */
const LIMIT_MS = 120_000;
const DAY_MS = 86_400_000;

export interface Asked {
  /** Its caveats begin with the doubts. */
  readonly table: Table;
  /** Where there are no rows: whether there could be any, in sentences. */
  readonly doubts: readonly string[];
  readonly parameters: QueryParameters;
  /** What was asked, as it may be shown: a file, or addresses of OpenSearch without a password. */
  readonly store: string;
}

/** @throws Fault `usage`, `store-failed`, `opensearch-refused`, `opensearch-unavailable`, `settings` */
export async function askStore(options: QueryOptions, config: Config): Promise<Asked> {
  return options.store === '' ? askOpenSearch(options, config) : askFile(options);
}

async function answered(
  { query }: QueryOptions,
  parameters: QueryParameters,
  answerPart: AnswerPart,
): Promise<Pick<Asked, 'table' | 'doubts'>> {
  const table = await runQuery(query, parameters, answerPart);
  if (table.rows.length > 0) return { table, doubts: [] };
  const doubts = await nothingFound(parameters, answerPart);
  return { table: { ...table, caveats: [...doubts, ...table.caveats] }, doubts };
}

async function askFile(options: QueryOptions): Promise<Asked> {
  const store = await readStore(options.store);
  try {
    const parameters = parametersFor(options, await endOfStore(store), null);
    const told = await answered(options, parameters, (part) => answerFromDuckdb(store, part));
    return { ...told, parameters, store: options.store };
  } finally {
    await store.close();
  }
}

async function askOpenSearch(options: QueryOptions, { environment }: Config): Promise<Asked> {
  const told = options.openSearch === '' ? [] : [['OPENSEARCH_URL', options.openSearch] as const];
  const { openSearch } = settingsOf({ environment: new Map([...environment, ...told]) });
  const connection = openConnection(openSearch);
  const reading = {
    connection,
    logger: sayTrouble,
    random: Math.random,
    indexPrefix: openSearch.indexPrefix,
  };
  const signal = AbortSignal.timeout(LIMIT_MS);
  try {
    const parameters = parametersFor(options, SYSTEM_CLOCK.nowMs(), DAY_MS);
    await checkAnyIndex(reading, signal);
    const told = await answered(options, parameters, (part) => answerFromOpenSearch(reading, part, signal));
    const store = `OpenSearch at ${openSearch.urls.map(withoutUser).join(', ')}`;
    return { ...told, parameters, store };
  } catch (cause) {
    if (signal.aborted && cause === signal.reason)
      throw new Fault(
        'opensearch-unavailable',
        `OpenSearch at ${openSearch.urls.join(', ')} does not answer; is OPENSEARCH_URL right?`,
      );
    throw cause;
  } finally {
    await connection.close();
  }
}
