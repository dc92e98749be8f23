// Which documents a panel is about: the conditions of a saved query as one filter, made by the same compiler, so that a
// panel and `netpol-drift query` mean the same ones.
import type { TableName } from '../../documents/fields.ts';
import { isObject, type JsonObject, type JsonValue } from '../../model/json.ts';
import type { Condition } from '../../queries/catalogue/part.ts';
import { queryOf } from '../../queries/engines/searchBody.ts';
import { indexPatternReference } from './indexPatterns.ts';
import { inText, type Reference } from './savedObject.ts';

/** The documents of a part. */
export interface Documents {
  readonly from: TableName;
  readonly where: readonly Condition[];
}

export interface SearchSource {
  /** For `kibanaSavedObjectMeta`. */
  readonly meta: JsonObject;
  readonly references: readonly Reference[];
}

const INDEX = 'kibanaSavedObjectMeta.searchSourceJSON.index';
const FILTER_INDEX = 'kibanaSavedObjectMeta.searchSourceJSON.filter[0].meta.index';

export const NO_QUERY: JsonObject = { query: '', language: 'kuery' };

/** @param said what the filter is called on the panel's editor */
export function searchSource(prefix: string, documents: Documents, said: string): SearchSource {
  const { from, where } = documents;
  const filters = where.length === 0 ? [] : [filterOf(documents, said)];
  return {
    meta: metaOf({ indexRefName: INDEX, query: NO_QUERY, filter: filters }),
    references: [INDEX, ...filters.map(() => FILTER_INDEX)].map((name) =>
      indexPatternReference(prefix, from, name),
    ),
  };
}

/** Of what asks nothing by itself. */
export const NO_SEARCH_SOURCE: SearchSource = {
  meta: metaOf({ query: NO_QUERY, filter: [] }),
  references: [],
};

function metaOf(source: JsonValue): JsonObject {
  return { searchSourceJSON: inText(source) };
}

function filterOf(documents: Documents, said: string): JsonObject {
  const query = jsonOf(queryOf(documents));
  const meta = {
    alias: said,
    disabled: false,
    indexRefName: FILTER_INDEX,
    key: 'query',
    negate: false,
    type: 'custom',
    value: inText(query),
  };
  return { $state: { store: 'appState' }, meta, query };
}

function jsonOf(value: object): JsonObject {
  const plain: unknown = JSON.parse(JSON.stringify(value));
  return isObject(plain) ? plain : {};
}
