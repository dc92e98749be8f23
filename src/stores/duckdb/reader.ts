// Asking a store: SQL with bound parameters in, plain rows out. Reading never changes a store, and sees
// only what was committed: no document twice, no document of an unfinished flush.

import {
  DuckDBConnection,
  type DuckDBInstance,
  type DuckDBResult,
  type DuckDBValue,
  listValue,
} from '@duckdb/node-api';
import { plainCell, type Row } from './cells.ts';
import { failed } from './faults.ts';

export type Param = string | number | boolean | null | readonly string[];
/** By position (`$1`, from index 0) or by name (`$since`). Values are bound, never spliced into the text. */
export type Params = readonly Param[] | Readonly<Record<string, Param>>;

export interface StoreReader {
  /**
   * All rows of the answer, in its order: meant for answers of bounded size.
   * @throws Fault `store-failed`
   */
  query(sql: string, params?: Params): Promise<readonly Row[]>;
  /**
   * The rows one after another; at most a few thousand are in memory at a time.
   * @throws Fault `store-failed`
   */
  stream(sql: string, params?: Params): AsyncIterable<Row>;
  /** Releases the file. */
  close(): Promise<void>;
}

/** All rows of a stream, in its order. */
export async function collected(rows: AsyncIterable<Row>): Promise<readonly Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** Each answer has a connection of its own, so that several may be read at a time. */
export async function* streamRows(
  instance: DuckDBInstance,
  path: string | null,
  sql: string,
  params: Params,
): AsyncGenerator<Row> {
  let connection: DuckDBConnection | undefined;
  try {
    connection = await instance.connect();
    const result = await connection.stream(sql, bound(params));
    yield* rowsOf(result);
  } catch (cause) {
    throw failed(path, 'answering a query', cause);
  } finally {
    connection?.closeSync();
  }
}

async function* rowsOf(result: DuckDBResult): AsyncGenerator<Row> {
  const names = result.columnNames();
  const types = result.columnTypes();
  for await (const chunk of result) {
    for (const values of chunk.getRows()) {
      yield Object.fromEntries(
        names.map((name, index) => {
          const type = types[index];
          return [name, type === undefined ? null : plainCell(values[index] ?? null, type)];
        }),
      );
    }
  }
}

function bound(params: Params): DuckDBValue[] | Record<string, DuckDBValue> {
  if (isList(params)) return params.map(boundValue);
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, boundValue(value)]));
}

function isList(params: Params): params is readonly Param[] {
  return Array.isArray(params);
}

/** Whole numbers are bound as BIGINT, so that they fit a LIMIT as well as a comparison. */
function boundValue(param: Param): DuckDBValue {
  if (typeof param === 'number') return Number.isSafeInteger(param) ? BigInt(param) : param;
  return typeof param === 'object' && param !== null ? listValue(param) : param;
}
