// A part as SQL for DuckDB. Values are bound, never part of the text; names come out of the catalogue of fields
// and are quoted. Documents are cross-joined with the elements of their lists, so that the figures are those
// that OpenSearch counts for lists, too.
import type { TableName } from '../../documents/fields.ts';
import {
  type Group,
  KEY_FIELDS,
  type Listing,
  type Measure,
  MOST_ROWS,
  type Part,
} from '../catalogue/part.ts';
import type { Tally } from '../catalogue/part.ts';
import { checkedType, DATES, fieldType, isDate } from './fieldOf.ts';
import { createBinder, type Bind, conditionSql, whereSql } from './sqlConditions.ts';
import { quoted } from './quoted.ts';

export interface Sql {
  readonly text: string;
  /** By position, `$1` first. */
  readonly params: readonly (string | number)[];
}

/** Gives one row more than {@link MOST_ROWS} when there are more. @throws RangeError for a field that is none */
export function sqlOf(part: Part): Sql {
  return part.kind === 'tally' ? tallySql(part) : listingSql(part);
}

function tallySql({ from, where, by, measures }: Tally): Sql {
  const { bind, params } = createBinder();
  const groups = Object.entries(by).map(([name, group], index) => groupSql(from, group, { name, index }));
  const cells = Object.entries(measures).map(
    ([name, measure]) => `${measureSql(from, measure, bind)} AS ${quoted(name)}`,
  );
  const places = groups.map((_, index) => index + 1);
  const text = [
    `SELECT ${[...groups.map(({ cell }) => cell), ...cells].join(', ')}`,
    `FROM ${[quoted(from), ...groups.flatMap(({ joined }) => joined)].join(', ')}`,
    `WHERE ${whereSql(from, where, bind)}`,
    `GROUP BY ${places.join(', ')}`,
    `ORDER BY ${places.map((place) => `${place} NULLS FIRST`).join(', ')}`,
    `LIMIT ${MOST_ROWS + 1}`,
  ].join('\n');
  return { text, params };
}

function groupSql(
  from: TableName,
  group: Group,
  { name, index }: { readonly name: string; readonly index: number },
): { readonly cell: string; readonly joined: readonly string[] } {
  const column = quoted(group.field);
  const as = ` AS ${quoted(name)}`;
  if ('each' in group) {
    checkedType(from, group.field, ['keywords']);
    const elements = `CASE WHEN len(${column}) > 0 THEN list_distinct(${column}) ELSE CAST([NULL] AS VARCHAR[]) END`;
    return { cell: `e${index}.v${as}`, joined: [`unnest(${elements}) AS e${index}(v)`] };
  }
  if ('stepMs' in group) {
    checkedType(from, group.field, DATES);
    return { cell: `epoch_ms(${column}) // ${group.stepMs} * ${group.stepMs}${as}`, joined: [] };
  }
  const type = checkedType(from, group.field, ['keyword', 'ip', 'long', ...DATES]);
  return { cell: (isDate(type) ? `epoch_ms(${column})` : column) + as, joined: [] };
}

function measureSql(from: TableName, measure: Measure, bind: Bind): string {
  const filter =
    measure.where === undefined ? '' : ` FILTER (WHERE ${conditionSql(from, measure.where, bind)})`;
  if (measure.kind === 'documents') return `count(*)${filter}`;
  const column = quoted(measure.field);
  switch (measure.kind) {
    case 'sum':
      checkedType(from, measure.field, ['long']);
      return `CAST(coalesce(sum(${column})${filter}, 0) AS BIGINT)`;
    case 'min':
    case 'max': {
      const value = isDate(checkedType(from, measure.field, ['long', ...DATES]))
        ? `epoch_ms(${column})`
        : column;
      return `${measure.kind}(${value})${filter}`;
    }
    case 'some': {
      const isList = checkedType(from, measure.field, ['keyword', 'keywords']) === 'keywords';
      const all = `list(${column})${filter}`;
      const distinct = `list_sort(list_distinct(${isList ? `flatten(${all})` : all}))`;
      return `coalesce(list_slice(${distinct}, 1, ${measure.most}), CAST([] AS VARCHAR[]))`;
    }
  }
}

function listingSql({ from, where, fields, sort }: Listing): Sql {
  const { bind, params } = createBinder();
  const cells = fields.map((field) => {
    const column = quoted(field);
    return isDate(fieldType(from, field)) ? `epoch_ms(${column}) AS ${column}` : column;
  });
  const keys = [...sort, ...KEY_FIELDS[from].map((field) => ({ field, order: 'asc' as const }))];
  const order = keys.map(({ field, order }) => {
    const column = quoted(field);
    const value = isDate(checkedType(from, field, ['keyword', 'long', 'date']))
      ? `epoch_ms(${quoted(from)}.${column})`
      : column;
    return `${value} ${order} NULLS LAST`;
  });
  const text = [
    `SELECT ${cells.join(', ')}`,
    `FROM ${quoted(from)}`,
    `WHERE ${whereSql(from, where, bind)}`,
    `ORDER BY ${order.join(', ')}`,
    `LIMIT ${MOST_ROWS + 1}`,
  ].join('\n');
  return { text, params };
}
