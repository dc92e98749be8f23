// The columns of each table, made from the catalogue of document fields: named exactly as the fields, so
// that a person who opens the file with any DuckDB client finds the words of the documentation. `_id`,
// `_index` and `_version` stand before them.
//
//   keyword, ip   VARCHAR      keywords    VARCHAR[]      long     BIGINT     double   DOUBLE
//   date          TIMESTAMP    dateNanos   TIMESTAMP_NS   boolean  BOOLEAN    object   JSON
//
// Times are UTC, without a zone in the type: what the file shows does not depend on the client's zone.

import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBType,
  LIST,
  TIMESTAMP,
  TIMESTAMP_NS,
  VARCHAR,
} from '@duckdb/node-api';
import { type FieldSpec, type FieldType, type TableName, TABLES } from '../../documents/fields.ts';

export interface Column extends FieldSpec {
  /** As it stands in `CREATE TABLE`. */
  readonly sqlType: string;
  /** As the appender's chunks hold it: JSON is text there. */
  readonly chunkType: DuckDBType;
}

const TYPES: Readonly<Record<FieldType, Pick<Column, 'sqlType' | 'chunkType'>>> = {
  keyword: { sqlType: 'VARCHAR', chunkType: VARCHAR },
  keywords: { sqlType: 'VARCHAR[]', chunkType: LIST(VARCHAR) },
  ip: { sqlType: 'VARCHAR', chunkType: VARCHAR },
  long: { sqlType: 'BIGINT', chunkType: BIGINT },
  double: { sqlType: 'DOUBLE', chunkType: DOUBLE },
  boolean: { sqlType: 'BOOLEAN', chunkType: BOOLEAN },
  date: { sqlType: 'TIMESTAMP', chunkType: TIMESTAMP },
  dateNanos: { sqlType: 'TIMESTAMP_NS', chunkType: TIMESTAMP_NS },
  object: { sqlType: 'JSON', chunkType: VARCHAR },
};

const KEYS: readonly FieldSpec[] = [
  { name: '_id', type: 'keyword', doc: 'Identity of the document: one row for each.' },
  { name: '_index', type: 'keyword', doc: 'The OpenSearch index that the document belongs to.' },
  { name: '_version', type: 'long', doc: 'Of two writings of one document the higher version stands.' },
];

/** How many columns stand before the catalogue's: `_id`, `_index`, `_version`, in this order, never null. */
export const KEY_COLUMNS = KEYS.length;

export function columnsOf(table: TableName): readonly Column[] {
  return [...KEYS, ...TABLES[table]].map((field) => ({ ...field, ...TYPES[field.type] }));
}
