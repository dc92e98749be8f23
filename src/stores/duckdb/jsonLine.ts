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

/** RFC 3339 in quotes, without the end: six fraction digits. */
const MICROS = `'"%Y-%m-%dT%H:%M:%S.%f'`;

/** JSON text of a column's value, the same value that cells.ts gives. */
const JSON_TEXT: Readonly<Record<FieldType, (column: string) => string>> = {
  keyword: asJson,
  ip: asJson,
  keywords: asJson,
  long: asJson,
  double: asJson,
  boolean: asJson,
  object: asJson,
  date: (column) => `strftime(${column}, ${MICROS}) || 'Z"'`,
  dateNanos: (column) => `strftime(${column}, ${MICROS}) || ${belowMicros(column)} || 'Z"'`,
};

/** Three more digits, or none where they are 0. By hand: strftime's own %n writes broken text (DuckDB 1.5). */
function belowMicros(column: string): string {
  const nanos = `(epoch_ns(${column}) % 1000 + 1000) % 1000`;
  return `if(${nanos} = 0, '', lpad((${nanos})::VARCHAR, 3, '0'))`;
}

function asJson(column: string): string {
  return `to_json(${column})::VARCHAR`;
}
