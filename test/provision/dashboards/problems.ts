// What would only show in Dashboards: an object that points at nothing, a field that is not there or of a type that the
// panel cannot count, panels that lie on each other. Each problem is one line.
import { at, canonicalJson, field, isObject, number, text } from '../../../src/model/json.ts';
import { fieldsOfPatterns, type PatternFields } from './fieldsOfPatterns.ts';
import {
  aggsOf,
  filtersOf,
  inner,
  list,
  patternOf,
  type ReadObject,
  readObjects,
  vegaSources,
  vegaSpecOf,
} from './readObjects.ts';

const JSON_TEXTS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  dashboard: [['panelsJSON'], ['optionsJSON'], ['kibanaSavedObjectMeta', 'searchSourceJSON']],
  'index-pattern': [['fields'], ['fieldFormatMap']],
  search: [['kibanaSavedObjectMeta', 'searchSourceJSON']],
  visualization: [['visState'], ['uiStateJSON'], ['kibanaSavedObjectMeta', 'searchSourceJSON']],
};

/** Those of OpenSearch-Dashboards 3.6; a change here wants a look at the oldest version that is still to be served. */
const MIGRATIONS: Readonly<Record<string, string>> = {
  dashboard: '7.9.3',
  'index-pattern': '7.6.0',
  search: '7.9.3',
  visualization: '7.10.0',
};

const COUNTED: Readonly<Record<string, readonly string[]>> = {
  terms: ['keyword', 'long', 'date', 'date_nanos', 'ip', 'scripted'],
  date_histogram: ['date', 'date_nanos'],
  sum: ['long', 'double'],
  min: ['long', 'double', 'date', 'date_nanos'],
  max: ['long', 'double', 'date', 'date_nanos'],
};

/** Clauses that name a field. */
const LEAVES = ['term', 'terms', 'prefix', 'range'];

export function problemsOf(ndjson: string, indexPrefix: string): readonly string[] {
  const objects = readObjects(ndjson);
  const patterns = fieldsOfPatterns(objects, indexPrefix);
  return [
    ...order(ndjson, objects),
    ...objects.flatMap((object) =>
      [
        ...jsonTexts(object),
        ...references(object, objects),
        ...versions(object),
        ...panels(object),
        ...fields(object, patterns),
        ...links(object, objects),
        ...vega(object, objects, patterns),
      ].map((problem) => `${object.type} ${object.id}: ${problem}`),
    ),
  ];
}

function order(ndjson: string, objects: readonly ReadObject[]): readonly string[] {
  const keys = objects.map(({ type, id }) => `${type} ${id}`);
  const lines = ndjson.split('\n').slice(0, -1);
  return [
    ...keys.filter((key, index) => keys.indexOf(key) !== index).map((key) => `${key}: is there twice`),
    ...(canonicalJson(keys) === canonicalJson(keys.toSorted()) ? [] : ['lines are not sorted']),
    ...lines.flatMap((line, index) =>
      line === canonicalJson(JSON.parse(line)) ? [] : [`line ${index + 1}: keys are not sorted`],
    ),
  ];
}

function jsonTexts(object: ReadObject): readonly string[] {
  return (JSON_TEXTS[object.type] ?? [])
    .filter((path) => inner(object, ...path) === undefined)
    .map((path) => `${path.join('.')} is no JSON`);
}

/** What is named is there, and what is there is named. */
function references(object: ReadObject, objects: readonly ReadObject[]): readonly string[] {
  const named = new Set((JSON_TEXTS[object.type] ?? []).flatMap((path) => refNames(inner(object, ...path))));
  const given = new Set(object.references.map(({ name }) => name));
  return [
    ...[...named].filter((name) => !given.has(name)).map((name) => `${name} refers to nothing`),
    ...[...given].filter((name) => !named.has(name)).map((name) => `nothing asks for ${name}`),
    ...object.references
      .filter(({ type, id }) => !objects.some((one) => one.type === type && one.id === id))
      .map(({ type, id }) => `${type} ${id} is not in the file`),
  ];
}

function refNames(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(refNames);
  if (!isObject(value)) return [];
  return Object.keys(value).flatMap((key) =>
    key.endsWith('RefName') ? [text(value[key])] : refNames(value[key]),
  );
}

function versions({ type, migrationVersion }: ReadObject): readonly string[] {
  const is = text(field(migrationVersion, type));
  return is === MIGRATIONS[type] ? [] : [`migrated to ${is}, not ${String(MIGRATIONS[type])}`];
}

function panels(object: ReadObject): readonly string[] {
  if (object.type !== 'dashboard') {
    const title = text(field(object.attributes, 'title'));
    return object.type === 'index-pattern' || title.endsWith('?') ? [] : ['its title is no question'];
  }
  const boxes = list(inner(object, 'panelsJSON')).map((panel) => {
    const side = (name: string): number => number(at(panel, 'gridData', name)) ?? -1;
    return { x: side('x'), y: side('y'), right: side('x') + side('w'), bottom: side('y') + side('h') };
  });
  return boxes.flatMap((box, index) => [
    ...(box.x < 0 || box.y < 0 || box.right > 48 ? [`panel ${index} lies outside of the grid`] : []),
    ...boxes
      .slice(0, index)
      .flatMap((other, place) =>
        box.x < other.right && other.x < box.right && box.y < other.bottom && other.y < box.bottom
          ? [`panels ${place} and ${index} lie on each other`]
          : [],
      ),
  ]);
}

function fields(object: ReadObject, patterns: ReadonlyMap<string, PatternFields>): readonly string[] {
  if (object.type === 'dashboard') return [];
  const known = patterns.get(object.type === 'index-pattern' ? object.id : patternOf(object));
  return [
    ...controls(object, patterns),
    ...(known === undefined
      ? []
      : [
          ...aggregated(object, known),
          ...listed(object, known),
          ...offered(object, known),
          ...filtersOf(object).flatMap((filter) => unknownFields(field(filter, 'query'), known)),
        ]),
  ];
}

function aggregated(object: ReadObject, known: PatternFields): readonly string[] {
  const aggs = aggsOf(object);
  const metrics = new Set(aggs.filter(({ schema }) => schema === 'metric').map(({ id }) => id));
  return aggs.flatMap(({ type, params }) => {
    if (type === 'count') return [];
    if (type === 'filters')
      return list(field(params, 'filters')).flatMap((one) =>
        [...text(at(one, 'input', 'query')).matchAll(/([\w.@]+):/g)].flatMap(([, name = '']) =>
          known.has(name) ? [] : [`${name} is no field`],
        ),
      );
    const name = text(params['field']);
    const is = known.get(name);
    if (is === undefined) return [`${name} is no field`];
    return [
      ...(COUNTED[type]?.includes(is) === true ? [] : [`${type} of ${name}, which is ${is}`]),
      ...(type === 'terms' && !metrics.has(text(params['orderBy']))
        ? [`${name} is ordered by no figure`]
        : []),
      ...(params['missingBucket'] === true && is !== 'keyword'
        ? [`${name} is ${is}: no bucket for missing ones`]
        : []),
    ];
  });
}

function listed(object: ReadObject, known: PatternFields): readonly string[] {
  if (object.type !== 'search') return [];
  const sorted = list(field(object.attributes, 'sort')).map((one) => text(list(one)[0]));
  return [...list(field(object.attributes, 'columns')).map(text), ...sorted].flatMap((name) =>
    known.has(name) ? [] : [`${name} is no field`],
  );
}

/** An index pattern offers what is there, as it is. */
function offered(object: ReadObject, known: PatternFields): readonly string[] {
  if (object.type !== 'index-pattern') return [];
  const time = text(field(object.attributes, 'timeFieldName'));
  const named = list(inner(object, 'fields')).filter((one) => !text(field(one, 'name')).startsWith('_'));
  const names = new Set(named.map((one) => text(field(one, 'name'))));
  const formatted = Object.keys(Object(inner(object, 'fieldFormatMap')));
  return [
    ...named.flatMap((one) => {
      const name = text(field(one, 'name'));
      const type = field(one, 'scripted') === true ? 'scripted' : text(list(field(one, 'esTypes'))[0]);
      return known.get(name) === type ? [] : [`${name} is said to be ${type}`];
    }),
    ...[...known.keys()].filter((name) => !names.has(name)).map((name) => `${name} is not offered`),
    ...formatted.filter((name) => !names.has(name)).map((name) => `${name} has a format and is not there`),
    ...(time === '' || (known.get(time) ?? '').startsWith('date') ? [] : [`${time} is no time`]),
  ];
}

/** What a value of a field leads to. */
function links(object: ReadObject, objects: readonly ReadObject[]): readonly string[] {
  if (object.type !== 'index-pattern') return [];
  const formats: readonly unknown[] = Object.values(Object(inner(object, 'fieldFormatMap')));
  return formats
    .flatMap((format) => [...text(at(format, 'params', 'urlTemplate')).matchAll(/#\/view\/([^?]*)/g)])
    .map(([, id = '']) => decodeURIComponent(id))
    .filter((id) => !objects.some((one) => one.type === 'dashboard' && one.id === id))
    .map((id) => `links to dashboard ${id}, which is not in the file`);
}

function controls(object: ReadObject, patterns: ReadonlyMap<string, PatternFields>): readonly string[] {
  return list(at(inner(object, 'visState'), 'params', 'controls')).flatMap((control) => {
    const name = text(field(control, 'fieldName'));
    const pattern = object.references.find(
      (one) => one.name === text(field(control, 'indexPatternRefName')),
    )?.id;
    const is = patterns.get(pattern ?? '')?.get(name);
    return is === 'keyword' ? [] : [`a choice by ${name}, which is ${is ?? 'no field'}`];
  });
}

/** Of a query in OpenSearch's own language. */
function unknownFields(clause: unknown, known: PatternFields): readonly string[] {
  if (Array.isArray(clause)) return clause.flatMap((one) => unknownFields(one, known));
  if (!isObject(clause)) return [];
  return Object.keys(clause).flatMap((key) => {
    const below = clause[key];
    if (key === 'exists' || key === 'sum')
      return known.has(text(field(below, 'field'))) ? [] : [`${text(field(below, 'field'))} is no field`];
    if (LEAVES.includes(key))
      return Object.keys(Object(below)).flatMap((name) => (known.has(name) ? [] : [`${name} is no field`]));
    return unknownFields(below, known);
  });
}

function vega(
  object: ReadObject,
  objects: readonly ReadObject[],
  patterns: ReadonlyMap<string, PatternFields>,
): readonly string[] {
  const visState = inner(object, 'visState');
  if (field(visState, 'type') !== 'vega') return [];
  const spec = vegaSpecOf(object);
  if (spec === undefined) return ['its specification is no JSON'];
  const sources = vegaSources(spec);
  const names = sources.map(({ name }) => name);
  return [
    // Answers are handed out by name.
    ...(names.includes('') || new Set(names).size < names.length
      ? ['its sources need names of their own']
      : []),
    ...(sources.length === 0 ? ['it asks for nothing'] : []),
    ...sources.flatMap(({ url }) => {
      const title = text(field(url, 'index'));
      const pattern = objects.find(
        (one) => one.type === 'index-pattern' && field(one.attributes, 'title') === title,
      );
      const known = patterns.get(pattern?.id ?? '');
      return known === undefined
        ? [`${title} is no index pattern`]
        : unknownFields(field(url, 'body'), known);
    }),
  ];
}
