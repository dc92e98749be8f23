// A table as JSON lines, for `--documents DIR`: `{"_id","_index","_version",…document}`, sorted by `_id`
// (by UTF-8 bytes), keys in the order of the catalogue, absent values left out. The same documents give the
// same bytes, whatever order they were written in.
//
// DuckDB cannot sort a large table of wide rows within our memory limit. So the ids alone are sorted first,
// cut into ranges, and the rows are read and sorted range by range.

import type { TableName } from '../../documents/fields.ts';
import { text } from '../../model/json.ts';
import { jsonLine } from './jsonLine.ts';
import { quoteName } from './quoting.ts';
import type { StoreReader } from './reader.ts';

/** Of a few kilobytes each: what DuckDB sorts at a time stays far below its memory limit. */
const RANGE_ROWS = 16_384;
/** About what one piece of text holds: few writes, little memory. */
const PIECE_CHARS = 256 * 1024;

/** @returns the lines, each ended by `\n`, in pieces of many whole lines; nothing for an empty table. */
export async function* exportNdjson(
  reader: StoreReader,
  table: TableName,
  rangeRows = RANGE_ROWS,
): AsyncGenerator<string> {
  const sql = `SELECT ${jsonLine(table)} AS line FROM ${quoteName(table)}
    WHERE "_id" >= $1 AND ($2 IS NULL OR "_id" < $2) ORDER BY "_id"`;
  const starts = await rangeStarts(reader, table, rangeRows);
  let piece = '';
  for (const [index, start] of starts.entries()) {
    for await (const row of reader.stream(sql, [start, starts[index + 1] ?? null])) {
      piece += `${text(row['line'])}\n`;
      if (piece.length < PIECE_CHARS) continue;
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}

/** Every `rangeRows`-th id in ascending order, from the first on. */
async function rangeStarts(
  reader: StoreReader,
  table: TableName,
  rangeRows: number,
): Promise<readonly string[]> {
  const starts: string[] = [];
  let rows = 0;
  for await (const row of reader.stream(`SELECT "_id" FROM ${quoteName(table)} ORDER BY "_id"`)) {
    if (rows % rangeRows === 0) starts.push(text(row['_id']));
    rows += 1;
  }
  return starts;
}
