// Puts the question to the store that was named: a file that `analyze` kept, or OpenSearch.
import type { Config } from '../../config.ts';
import { type AnswerPart, runQuery } from '../../queries/catalogue/runQuery.ts';
import type { QueryParameters, Table } from '../../queries/catalogue/savedQuery.ts';
import { SYSTEM_CLOCK } from '../../runtime/clock.ts';
import { answerFromDuckdb, endOfStore } from '../../stores/duckdb/answers.ts';
import { readStore } from '../../stores/duckdb/store.ts';
import type { QueryOptions } from './options.ts';
import { judgeStored } from './judgeStored.ts';
import { nothingFound, onlyOlder } from './nothingFound.ts';
import { withOpenSearch } from './openSearch.ts';
import { parametersFor } from './parameters.ts';

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
  const table = await runQuery(query, parameters, { answerPart, judge: judgeStored });
  if (table.rows.length > 0) return { table, doubts: [] };
  const doubts = [
    ...(await nothingFound(parameters, answerPart)),
    ...(await onlyOlder(query, parameters, answerPart)),
  ];
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

async function askOpenSearch(options: QueryOptions, config: Config): Promise<Asked> {
  return withOpenSearch(options.openSearch, config, async (answerPart, store) => {
    const parameters = parametersFor(options, SYSTEM_CLOCK.nowMs(), DAY_MS);
    return { ...(await answered(options, parameters, answerPart)), parameters, store };
  });
}
