// Conditions as clauses of an OpenSearch query, none of which gives a score.
import type { TableName } from '../../documents/fields.ts';
import type { Condition } from '../catalogue/part.ts';
import { checkedType, isDate, SEARCHED } from './fieldOf.ts';

/** @throws RangeError for a field that the table does not have */
export function clauseOf(from: TableName, condition: Condition): object {
  switch (condition.kind) {
    case 'all':
      return { bool: { filter: condition.of.map((one) => clauseOf(from, one)) } };
    case 'any':
      return condition.of.length === 0
        ? { match_none: {} }
        : { bool: { should: condition.of.map((one) => clauseOf(from, one)), minimum_should_match: 1 } };
    case 'not':
      return { bool: { must_not: [clauseOf(from, condition.of)] } };
    default:
      return leafClause(from, condition);
  }
}

type Leaf = Exclude<Condition, { readonly kind: 'all' | 'any' | 'not' }>;

function leafClause(from: TableName, leaf: Leaf): object {
  const { field } = leaf;
  const type = checkedType(from, field, SEARCHED);
  switch (leaf.kind) {
    case 'exists':
      return { exists: { field } };
    case 'begins':
      return { prefix: { [field]: { value: leaf.prefix } } };
    case 'is': {
      const [value] = leaf.values;
      return leaf.values.length === 1 ? { term: { [field]: value } } : { terms: { [field]: leaf.values } };
    }
    case 'range':
      return {
        range: {
          [field]: {
            ...(leaf.from === null ? {} : { gte: leaf.from }),
            ...(leaf.until === null ? {} : { lt: leaf.until }),
            ...(isDate(type) ? { format: 'epoch_millis' } : {}),
          },
        },
      };
  }
}
