// Which type a field of a part has, and whether it may be asked in that way. A part that asks otherwise is a
// defect of its query, found by the tests of the catalogue: it throws.
import { type FieldType, type TableName, TABLES } from '../../documents/fields.ts';

const TYPES: Readonly<Record<TableName, ReadonlyMap<string, FieldType>>> = {
  verdicts: typesOf('verdicts'),
  rollups: typesOf('rollups'),
  changes: typesOf('changes'),
  policies: typesOf('policies'),
  feeds: typesOf('feeds'),
};

function typesOf(table: TableName): ReadonlyMap<string, FieldType> {
  return new Map(TABLES[table].map(({ name, type }) => [name, type]));
}

/** @throws RangeError when the table has no such field */
export function fieldType(table: TableName, field: string): FieldType {
  const type = TYPES[table].get(field);
  if (type === undefined) throw new RangeError(`${table} have no field ${field}`);
  return type;
}

/** @throws RangeError when the field is none of these types */
export function checkedType<const T extends FieldType>(
  table: TableName,
  field: string,
  types: readonly T[],
): T {
  const type = fieldType(table, field);
  const found = types.find((one) => one === type);
  if (found === undefined) throw new RangeError(`${field} of ${table} is ${type}, not ${types.join(', ')}`);
  return found;
}

export const DATES = ['date', 'dateNanos'] as const;

export function isDate(type: FieldType): boolean {
  return type === 'date' || type === 'dateNanos';
}

/** Types that can be searched: all but what is only kept. */
export const SEARCHED = [
  'keyword',
  'keywords',
  'ip',
  'long',
  'double',
  'boolean',
  'date',
  'dateNanos',
] as const satisfies readonly FieldType[];
