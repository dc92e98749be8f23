import { describe, expect, test } from 'vitest';
import { TABLE_NAMES, TABLES } from '../../../src/documents/fields.ts';
import { at, canonicalJson, isObject, type JsonValue } from '../../../src/model/json.ts';
import { hashHex } from '../../../src/model/hash.ts';
import { ALIASES } from '../../../src/stores/opensearch/aliases.ts';
import { lifecyclePolicies } from '../../../src/stores/opensearch/lifecycle.ts';
import { mappingsOf } from '../../../src/stores/opensearch/mapping.ts';
import { OPENSEARCH_DEFAULTS } from '../../../src/stores/opensearch/settings.ts';
import {
  indexTemplates,
  TEMPLATE_VERSION,
  templateDifferences,
} from '../../../src/stores/opensearch/templates.ts';

const TEMPLATES = indexTemplates(OPENSEARCH_DEFAULTS);

/** What each version says. A line of a released version is never altered: a new one is added. */
const CONTENTS = new Map([[1, 'bfcecce35d5a3e4d']]);

describe('the mappings', () => {
  test.each(
    TEMPLATES.map((template) => [template.table, template] as const),
  )('of %s name the fields of the catalogue, second names for some, and no others', (table, template) => {
    const { mappings } = template.body.template;
    expect(mappings.dynamic).toBe('strict');
    const names = [...TABLES[table].map(({ name }) => name), ...Object.keys(ALIASES[table])];
    expect(leaves(mappings.properties).toSorted()).toEqual(names.toSorted());
    expect(names).toEqual(expect.arrayContaining(Object.values(ALIASES[table])));
  });

  test('hold second names beside what they stand for, and no name twice', () => {
    const table = [{ name: 'a.b', type: 'long', doc: '' }] as const;
    expect(mappingsOf(table, { 'a.c': 'a.b' }).properties).toEqual({
      a: { properties: { b: { type: 'long' }, c: { type: 'alias', path: 'a.b' } } },
    });
    expect(() => mappingsOf(table, { 'a.b': 'a.b' })).toThrow(RangeError);
  });

  test('turn dotted names into nested properties', () => {
    expect(
      mappingsOf([
        { name: 'source.ip', type: 'ip', doc: '' },
        { name: 'source.pod', type: 'keyword', doc: '' },
        { name: 'policy.spec', type: 'object', doc: '' },
      ]).properties,
    ).toEqual({
      policy: { properties: { spec: { type: 'object', enabled: false } } },
      source: {
        properties: {
          ip: { type: 'ip', ignore_malformed: true },
          pod: { type: 'keyword', ignore_above: 8_191 },
        },
      },
    });
  });

  test.each([
    [['a', 'a.b']],
    [['a.b', 'a']],
    [['a.b', 'a.b']],
    [['a.b.c', 'a.b']],
  ])('cannot be made of %j', (names) => {
    expect(() => mappingsOf(names.map((name) => ({ name, type: 'long', doc: '' })))).toThrow(RangeError);
  });
});

describe('the index templates', () => {
  test('have a version of their own for each thing that they say', () => {
    const content = hashHex(64, [canonicalJson(JSON.parse(JSON.stringify(TEMPLATES)))]);
    expect(CONTENTS.get(TEMPLATE_VERSION), 'once released: count TEMPLATE_VERSION up and add a line').toBe(
      content,
    );
  });

  test('have one shard and as many replicas as there is room for, unless told', () => {
    const told = indexTemplates({ ...OPENSEARCH_DEFAULTS, shards: 6, replicas: 2 });
    const settings = (template: unknown) => at(template, 'body', 'template', 'settings');
    expect(settings(TEMPLATES[0])).toMatchObject({
      'index.number_of_shards': 1,
      'index.auto_expand_replicas': '0-1',
    });
    expect(settings(told[0])).toMatchObject({ 'index.number_of_shards': 6, 'index.number_of_replicas': 2 });
    expect(settings(told[0])).not.toHaveProperty(['index.auto_expand_replicas']);
  });

  test('sort by time what has a time', () => {
    const sorted = TEMPLATES.filter(({ body }) => 'index.sort.field' in body.template.settings);
    expect(sorted.map(({ table }) => table)).toEqual(TABLE_NAMES.filter((table) => table !== 'policies'));
  });
});

describe('a stored template', () => {
  test('is as wanted when only its form differs: settings nested and as text', () => {
    const wanted = {
      template: { settings: { 'index.number_of_shards': 1, 'index.sort.field': ['@timestamp'] } },
    };
    const stored = {
      template: { settings: { index: { number_of_shards: '1', sort: { field: ['@timestamp'] } } } },
      composed_of: [],
    };
    expect(templateDifferences(stored, wanted)).toEqual([]);
  });

  test('is told of by path where it differs, lacks something or has too much', () => {
    const stored = {
      priority: 1,
      template: { mappings: { properties: { a: { type: 'text' }, z: { type: 'long' } } } },
    };
    const wanted = {
      priority: 200,
      template: { mappings: { properties: { a: { type: 'keyword' }, b: { type: 'ip' } } } },
    };
    expect(templateDifferences(stored, wanted)).toEqual([
      'priority: 1 → 200',
      'template.mappings.properties.a.type: text → keyword',
      'template.mappings.properties.b.type: (nothing) → ip',
      'template.mappings.properties.z.type: long → (nothing)',
    ]);
  });
});

describe('lifecycle policies', () => {
  test('keep an index for its days after the last moment that it covers, counted from its first', () => {
    const retentionDays = { verdicts: 30, rollups: 90, changes: 0, feeds: 7 };
    const policies = lifecyclePolicies({ indexPrefix: 'mine-', retentionDays });
    expect(policies.map(({ name, body }) => [name, ages(body)])).toEqual([
      ['mine-verdicts-retention', ['31d']],
      ['mine-rollups-retention', ['121d']],
      ['mine-feeds-retention', ['38d']],
    ]);
  });
});

function ages(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(ages);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === 'min_index_age' && typeof item === 'string' ? [item] : ages(item),
  );
}

function leaves(properties: object, path: readonly string[] = []): readonly string[] {
  return Object.entries(properties).flatMap(([name, property]: [string, JsonValue]) => {
    const inner = at(property, 'properties');
    return isObject(inner) ? leaves(inner, [...path, name]) : [[...path, name].join('.')];
  });
}
