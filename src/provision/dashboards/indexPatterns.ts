// One index pattern for each kind of document, with all its fields, so that panels work before the first document of a
// kind has come. Fields are those of the catalogue, their second names, and what Dashboards computes.
import { type FieldType, TABLE_NAMES, type TableName, TABLES } from '../../documents/fields.ts';
import type { JsonObject } from '../../model/json.ts';
import { ALIASES, CHANGE } from '../../stores/opensearch/aliases.ts';
import { indexPattern } from '../../stores/opensearch/indexNames.ts';
import { CONVERSATION_FIELD, CONVERSATION_SCRIPT } from './conversationField.ts';
import { idOf, inText, type Reference, type SavedObject } from './savedObject.ts';

/** Dashboards' word and OpenSearch's. */
const TYPES: Readonly<Record<FieldType, readonly [string, string]>> = {
  keyword: ['string', 'keyword'],
  keywords: ['string', 'keyword'],
  ip: ['ip', 'ip'],
  long: ['number', 'long'],
  double: ['number', 'double'],
  boolean: ['boolean', 'boolean'],
  date: ['date', 'date'],
  dateNanos: ['date', 'date_nanos'],
  object: ['object', 'object'],
};

export const CHANGE_IMPACT = 'change-impact';

function indexPatternId(prefix: string, table: TableName): string {
  return idOf(prefix, table);
}

export function indexPatternReference(prefix: string, table: TableName, name: string): Reference {
  return { name, type: 'index-pattern', id: indexPatternId(prefix, table) };
}

export function indexPatterns(prefix: string): readonly SavedObject[] {
  return TABLE_NAMES.map((table) => ({
    type: 'index-pattern',
    id: indexPatternId(prefix, table),
    attributes: {
      title: indexPattern(table, prefix),
      // Policies are as they are now, whatever time is chosen.
      ...(table === 'policies' ? {} : { timeFieldName: '@timestamp' }),
      fields: inText(fieldsOf(table)),
      fieldFormatMap: inText(formatsOf(table, prefix)),
    },
    references: [],
  }));
}

function fieldsOf(table: TableName): readonly JsonObject[] {
  return [
    field('_id', ['string', '_id'], { readFromDocValues: false }),
    field('_index', ['string', '_index'], { readFromDocValues: false }),
    field('_source', ['_source', '_source'], KEPT_ONLY),
    ...TABLES[table].map(({ name, type }) => field(name, TYPES[type], type === 'object' ? KEPT_ONLY : {})),
    ...Object.keys(ALIASES[table]).map((name) => field(name, TYPES.keyword, {})),
    ...(table === 'rollups' ? [CONVERSATION] : []),
  ];
}

const KEPT_ONLY = { searchable: false, aggregatable: false, readFromDocValues: false };

function field(name: string, [type, stored]: readonly [string, string], other: JsonObject): JsonObject {
  const usual = { count: 0, scripted: false, searchable: true, aggregatable: true, readFromDocValues: true };
  return { name, type, esTypes: [stored], ...usual, ...other };
}

const CONVERSATION: JsonObject = {
  name: CONVERSATION_FIELD,
  type: 'string',
  count: 0,
  scripted: true,
  lang: 'painless',
  script: CONVERSATION_SCRIPT,
  searchable: true,
  aggregatable: true,
  readFromDocValues: false,
};

/** Numbers that are names have no thousands separators; a change leads to the dashboard about it. */
function formatsOf(table: TableName, prefix: string): JsonObject {
  const plain = { id: 'number', params: { pattern: '0' } };
  const formats: readonly (readonly [string, JsonObject])[] = [
    ...['destination.port', 'source.port', 'change.code'].map((name) => [name, plain] as const),
    ...['cause.lag_ms', 'latest_change.age_ms'].map((name) => [name, DURATION] as const),
    ...[CHANGE, 'cause.change_id'].map((name) => [name, changeLink(prefix)] as const),
  ];
  const names = new Set([...TABLES[table].map(({ name }) => name), ...Object.keys(ALIASES[table])]);
  return Object.fromEntries(formats.filter(([name]) => names.has(name)));
}

const DURATION: JsonObject = {
  id: 'duration',
  params: { inputFormat: 'milliseconds', outputFormat: 'asSeconds', outputPrecision: 1 },
};

/** In Rison, as the addresses of Dashboards have it. The id is hexadecimal, and needs no quotes. */
function changeLink(prefix: string): JsonObject {
  const dashboard = encodeURIComponent(idOf(prefix, CHANGE_IMPACT));
  const time = '_g=(time:(from:now-30d,to:now))';
  const query = `_a=(query:(language:kuery,query:'${CHANGE}:{{value}}'))`;
  return {
    id: 'url',
    params: {
      type: 'a',
      urlTemplate: `../app/dashboards#/view/${dashboard}?${time}&${query}`,
      labelTemplate: '{{value}}',
    },
  };
}
