// The SQL that turns one row into its line of JSON: `{"_id","_index","_version",…document}`, keys in the
// order of the catalogue, NULLs left out. DuckDB does it faster, and on all its threads, than we could.

import type { FieldType, TableName } from '../../documents/fields.ts';
import { columnsOf } from './columns.ts';
import { quoteName, quoteText } from './quoting.ts';

/** An expression over the table's columns; its value is the line without its end. */
export function jsonLine(table: TableName): string {
  const members = columnsOf(table).map((column) => {
    const key = quoteText(`${JSON.stringify(column.name)}:`);
    return `${key} || ${JSON_TEXT[column.type](quoteName(column.name))}`;
  });
  // concat_ws passes over NULL, and what is put together with NULL is NULL.
  return `'{' || concat_ws(',',\n  ${members.join(',\n  ')}) || '}'`;
}

const SECONDS = '"%Y-%m-%dT%H:%M:%S.';

/** JSON text of a column's value, the same value that cells.ts gives. */
const JSON_TEXT: Readonly<Record<FieldType, (column: string) => string>> = {
  keyword: asJson,
  ip: asJson,
  keywords: asJson,
  long: asJson,
  double: asJson,
  boolean: asJson,
  object: asJson,
  date: (column) => `strftime(${column}, '${SECONDS}%fZ"')`,
  dateNanos: (column) =>
    `strftime(${column}, CASE WHEN epoch_ns(${column}) % 1000 = 0 THEN '${SECONDS}%fZ"' ELSE '${SECONDS}%nZ"' END)`,
};

function asJson(column: string): string {
  return `to_json(${column})::VARCHAR`;
}
