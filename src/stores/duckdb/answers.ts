// Answers the parts of saved queries from a store file.
import { number } from '../../model/json.ts';
import { MOST_ROWS, type Part, type PartAnswer } from '../../queries/catalogue/part.ts';
import { sqlOf } from '../../queries/engines/sql.ts';
import type { StoreReader } from './reader.ts';

/** @throws Fault `store-failed` */
export async function answerFromDuckdb(store: Pick<StoreReader, 'query'>, part: Part): Promise<PartAnswer> {
  const { text, params } = sqlOf(part);
  const rows = await store.query(text, params);
  return { rows: rows.slice(0, MOST_ROWS), cut: rows.length > MOST_ROWS };
}

/** When what the file holds ends, in milliseconds, so that "the last 24 hours" has a meaning; 0 for an empty one. */
export async function endOfStore(store: Pick<StoreReader, 'query'>): Promise<number> {
  const [row] = await store.query(`SELECT 1 + max(t) AS t FROM (
    SELECT epoch_ms(max("last_seen")) AS t FROM rollups
    UNION ALL SELECT epoch_ms(max("change.at")) FROM changes WHERE "change.origin" = 'audit'
    UNION ALL SELECT epoch_ms(max("feed.until")) FROM feeds)`);
  return number(row?.['t']) ?? 0;
}
