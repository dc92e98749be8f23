// Values as DuckDB gives them → plain JSON values, the same that documents hold: times as RFC 3339 text,
// integers as numbers, lists as arrays, JSON columns parsed.

import {
  DuckDBDecimalValue,
  DuckDBListType,
  DuckDBListValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { JsonValue } from '../../model/json.ts';
import { formatInstant } from '../../model/time.ts';

/** One row of an answer: a value under each column's name, null where DuckDB says NULL. */
export type Row = Readonly<Record<string, JsonValue>>;

/**
 * Integers are exact below 2^53. Times have six fraction digits, nine where nanoseconds are not 0. Types
 * that no document holds (dates, intervals, …) become DuckDB's own text.
 */
export function plainCell(value: DuckDBValue, type: DuckDBType): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return type.alias === 'JSON' ? parsed(value) : value;
  if (value instanceof DuckDBListValue) {
    const itemType = type instanceof DuckDBListType ? type.valueType : type;
    return value.items.map((item) => plainCell(item, itemType));
  }
  if (value instanceof DuckDBStructValue) return plainStruct(value, type);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  const nanos = nanosOf(value);
  if (nanos === undefined) return String(value);
  const below = ((nanos % 1_000n) + 1_000n) % 1_000n;
  return formatInstant(Number((nanos - below) / 1_000n), Number(below));
}

function nanosOf(value: DuckDBValue): bigint | undefined {
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue)
    return value.micros * 1_000n;
  if (value instanceof DuckDBTimestampNanosecondsValue) return value.nanos;
  if (value instanceof DuckDBTimestampMillisecondsValue) return value.millis * 1_000_000n;
  if (value instanceof DuckDBTimestampSecondsValue) return value.seconds * 1_000_000_000n;
  return undefined;
}

function plainStruct(value: DuckDBStructValue, type: DuckDBType): JsonValue {
  const typed = type instanceof DuckDBStructType ? type : undefined;
  return Object.fromEntries(
    Object.entries(value.entries).map(([name, item], index) => [
      name,
      plainCell(item, typed?.entryTypes[index] ?? type),
    ]),
  );
}

function parsed(text: string): JsonValue {
  const value: JsonValue = JSON.parse(text);
  return value;
}
