// Documents in a DuckDB store in memory, to put saved queries to.
import { judgeStored } from '../../../src/cli/query/judgeStored.ts';
import type { Document } from '../../../src/documents/document.ts';
import { TABLE_NAMES } from '../../../src/documents/fields.ts';
import { queryNamed } from '../../../src/queries/catalogue/catalogue.ts';
import { type AnswerPart, runQuery } from '../../../src/queries/catalogue/runQuery.ts';
import type { QueryParameters, Row, Table } from '../../../src/queries/catalogue/savedQuery.ts';
import { answerFromDuckdb } from '../../../src/stores/duckdb/answers.ts';
import { openStore } from '../../../src/stores/duckdb/store.ts';
import { parametersOf } from './someParameters.ts';

export interface AskedStore {
  ask(name: string, given?: Partial<QueryParameters>): Promise<Table>;
  rows(name: string, given?: Partial<QueryParameters>): Promise<readonly Row[]>;
  readonly answerPart: AnswerPart;
  discard(): void;
}

export async function storeAsked(documents: readonly Document[]): Promise<AskedStore> {
  const store = await openStore({ path: null });
  for (const table of TABLE_NAMES)
    await store.append(
      table,
      documents.filter(({ _index }) => _index.startsWith(`netpol-${table}`)),
    );
  const answerPart: AnswerPart = (part) => answerFromDuckdb(store, part);
  const ask: AskedStore['ask'] = async (name, given) => {
    const query = queryNamed(name);
    if (query === undefined) throw new Error(`no query ${name}`);
    return runQuery(query, parametersOf(query, given), { answerPart, judge: judgeStored });
  };
  return {
    ask,
    rows: async (name, given) => (await ask(name, given)).rows,
    answerPart,
    discard: () => store.discard(),
  };
}
