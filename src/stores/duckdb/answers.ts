// Answers the parts of saved queries from a store file.
import { MOST_ROWS, type Part, type PartAnswer } from '../../queries/catalogue/part.ts';
import { sqlOf } from '../../queries/engines/sql.ts';
import type { StoreReader } from './reader.ts';

/** @throws Fault `store-failed` */
export async function answerFromDuckdb(store: Pick<StoreReader, 'query'>, part: Part): Promise<PartAnswer> {
  const { text, params } = sqlOf(part);
  const rows = await store.query(text, params);
  return { rows: rows.slice(0, MOST_ROWS), cut: rows.length > MOST_ROWS };
}
