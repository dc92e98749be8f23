// The SQL that makes the tables of a new store and keeps one row for each document in them. Text only:
// nothing is run here.

import type { TableName } from '../../documents/fields.ts';
import { columnsOf, KEY_COLUMNS } from './columns.ts';
import { quoteName, quoteText } from './quoting.ts';

/** The statements that make one empty table, its columns' meaning beside them as comments. */
export function createTable(table: TableName): readonly string[] {
  const columns = columnsOf(table);
  const lines = columns.map(
    (column, index) => `${quoteName(column.name)} ${column.sqlType}${index < KEY_COLUMNS ? ' NOT NULL' : ''}`,
  );
  return [
    `CREATE TABLE ${quoteName(table)} (\n  ${lines.join(',\n  ')}\n)`,
    ...columns.map(
      (column) =>
        `COMMENT ON COLUMN ${quoteName(table)}.${quoteName(column.name)} IS ${quoteText(column.doc)}`,
    ),
  ];
}

/**
 * Takes out every row that another row of the same `_id` supersedes: the highest `_version` stands, among
 * equal ones the row appended last (OpenSearch's `version_type: external_gte`). Row ids ascend in the order
 * of appending. Only ids that occur twice are ranked, so the memory needed is that of one pass over the ids.
 */
export function deleteSuperseded(table: TableName): string {
  const name = quoteName(table);
  return `DELETE FROM ${name} WHERE rowid IN (
  SELECT rowid FROM ${name}
  WHERE "_id" IN (SELECT "_id" FROM ${name} GROUP BY "_id" HAVING count(*) > 1)
  QUALIFY row_number() OVER (PARTITION BY "_id" ORDER BY "_version" DESC, rowid DESC) > 1
)`;
}
