// Conditions as SQL that is never NULL: what a document does not say is not so.
import type { TableName } from '../../documents/fields.ts';
import type { Condition } from '../catalogue/part.ts';
import { checkedType, isDate, SEARCHED } from './fieldOf.ts';
import { quoted } from './quoted.ts';

/** Takes a value over and gives what stands for it: `$3`. */
export type Bind = (value: string | number) => string;

export function createBinder(): { readonly bind: Bind; readonly params: readonly (string | number)[] } {
  const params: (string | number)[] = [];
  return {
    params,
    bind(value) {
      params.push(value);
      const place = `$${params.length}`;
      // DuckDB takes a bound whole number for a HUGEINT.
      return Number.isInteger(value) ? `CAST(${place} AS BIGINT)` : place;
    },
  };
}

export function whereSql(from: TableName, where: readonly Condition[], bind: Bind): string {
  return joined(from, where, { word: ' AND ', none: 'true' }, bind);
}

export function conditionSql(from: TableName, condition: Condition, bind: Bind): string {
  switch (condition.kind) {
    case 'all':
      return joined(from, condition.of, { word: ' AND ', none: 'true' }, bind);
    case 'any':
      return joined(from, condition.of, { word: ' OR ', none: 'false' }, bind);
    case 'not':
      return `NOT ${conditionSql(from, condition.of, bind)}`;
    default:
      return `coalesce(${leafSql(from, condition, bind)}, false)`;
  }
}

function joined(
  from: TableName,
  of: readonly Condition[],
  { word, none }: { readonly word: string; readonly none: string },
  bind: Bind,
): string {
  return of.length === 0 ? none : `(${of.map((one) => conditionSql(from, one, bind)).join(word)})`;
}

type Leaf = Exclude<Condition, { readonly kind: 'all' | 'any' | 'not' }>;

function leafSql(from: TableName, leaf: Leaf, bind: Bind): string {
  const column = quoted(leaf.field);
  const type = checkedType(from, leaf.field, SEARCHED);
  const isList = type === 'keywords';
  switch (leaf.kind) {
    case 'exists':
      return isList ? `len(${column}) > 0` : `${column} IS NOT NULL`;
    case 'begins': {
      const prefix = bind(leaf.prefix);
      return isList
        ? `len(list_filter(${column}, lambda one: starts_with(one, ${prefix}))) > 0`
        : `starts_with(${column}, ${prefix})`;
    }
    case 'is': {
      if (leaf.values.length === 0) return 'false';
      const values = leaf.values.map(bind).join(', ');
      return isList ? `list_has_any(${column}, [${values}])` : `${column} IN (${values})`;
    }
    case 'range': {
      const bound = (value: number): string =>
        isDate(type) ? `CAST(epoch_ms(${bind(value)}) AS TIMESTAMP_NS)` : bind(value);
      const side = isDate(type) ? `CAST(${column} AS TIMESTAMP_NS)` : column;
      const lower = leaf.from === null ? [] : [`${side} >= ${bound(leaf.from)}`];
      const upper = leaf.until === null ? [] : [`${side} < ${bound(leaf.until)}`];
      return [`${column} IS NOT NULL`, ...lower, ...upper].join(' AND ');
    }
  }
}
