// Documents → one list of values for each column, as DuckDB's data chunks take them. Strict like the
// mappings of OpenSearch: a field that the catalogue lacks, or a value of another type than its field's,
// is a defect of ours and stops the job instead of being dropped or bent.

import {
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampValue,
  type DuckDBValue,
  listValue,
} from '@duckdb/node-api';
import type { Document, FieldValue } from '../../documents/document.ts';
import type { FieldType } from '../../documents/fields.ts';
import { Fault } from '../../model/fault.ts';
import { canonicalJson } from '../../model/json.ts';
import { parseInstant } from '../../model/time.ts';
import { type Column, KEY_COLUMNS } from './columns.ts';

/** Microseconds either side of 1970 that a TIMESTAMP_NS can hold (years 1678 to 2262). */
const NANOS_RANGE_MICROS = 9_223_286_400_000_000;

export interface Layout {
  readonly columns: readonly Column[];
  readonly indexOf: ReadonlyMap<string, number>;
}

export function layoutOf(columns: readonly Column[]): Layout {
  const fields = columns.map((column, index) => [column.name, index] as const).slice(KEY_COLUMNS);
  return { columns, indexOf: new Map(fields) };
}

/**
 * @returns as many lists as the layout has columns, each as long as `documents`; absent fields are null.
 * @throws Fault `store-failed` for a field or a value that the catalogue does not allow.
 */
export function vectorsOf(layout: Layout, documents: readonly Document[]): DuckDBValue[][] {
  const vectors = layout.columns.map(() => Array.from<DuckDBValue>({ length: documents.length }).fill(null));
  const put = (column: number, row: number, value: DuckDBValue): void => {
    const vector = vectors[column];
    if (vector !== undefined) vector[row] = value;
  };
  for (const [row, document] of documents.entries()) {
    put(0, row, document._id);
    put(1, row, document._index);
    put(2, row, BigInt(document._version));
    for (const name of Object.keys(document.fields)) {
      const index = layout.indexOf.get(name);
      const column = index === undefined ? undefined : layout.columns[index];
      const value = document.fields[name];
      if (index === undefined || column === undefined)
        throw misfit(document, `field ${name}, which is not in the catalogue`);
      if (value === undefined || value === null) continue;
      const cell = CELLS[column.type](value);
      if (cell === null) throw misfit(document, `no ${column.type} in its field ${name}`);
      put(index, row, cell);
    }
  }
  return vectors;
}

/** The value as DuckDB holds it; null when it is none of that type. */
const CELLS: Readonly<Record<FieldType, (value: Exclude<FieldValue, null>) => DuckDBValue>> = {
  keyword: textCell,
  ip: textCell,
  keywords: (value) => (isTexts(value) ? listValue(value) : null),
  long: (value) => (typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : null),
  double: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : null),
  boolean: (value) => (typeof value === 'boolean' ? value : null),
  date: (value) => (typeof value === 'string' ? microsCell(value) : null),
  dateNanos: (value) => (typeof value === 'string' ? nanosCell(value) : null),
  object: canonicalJson,
};

function textCell(value: FieldValue): DuckDBValue {
  return typeof value === 'string' ? value : null;
}

function isTexts(value: FieldValue): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function microsCell(text: string): DuckDBTimestampValue | null {
  const instant = parseInstant(text);
  return instant === undefined ? null : new DuckDBTimestampValue(BigInt(instant.micros));
}

function nanosCell(text: string): DuckDBTimestampNanosecondsValue | null {
  const instant = parseInstant(text);
  if (instant === undefined || Math.abs(instant.micros) >= NANOS_RANGE_MICROS) return null;
  return new DuckDBTimestampNanosecondsValue(BigInt(instant.micros) * 1_000n + BigInt(instant.nanos));
}

function misfit(document: Document, what: string): Fault {
  return new Fault(
    'store-failed',
    `document ${document._id} of ${document._index} holds ${what}: this is a defect of netpol-drift, please report it`,
  );
}
