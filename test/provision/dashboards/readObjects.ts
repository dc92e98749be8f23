// The saved objects as the file has them: lines of JSON with JSON in their texts, read without the code that wrote them.
import { at, field, isObject, type JsonObject, text } from '../../../src/model/json.ts';

export interface ReadObject {
  readonly type: string;
  readonly id: string;
  readonly attributes: unknown;
  readonly references: readonly { readonly name: string; readonly type: string; readonly id: string }[];
  readonly migrationVersion: unknown;
}

export function readObjects(ndjson: string): readonly ReadObject[] {
  return ndjson
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const value: unknown = JSON.parse(line);
      return {
        type: text(field(value, 'type')),
        id: text(field(value, 'id')),
        attributes: field(value, 'attributes') ?? null,
        references: list(field(value, 'references')).map((one) => ({
          name: text(field(one, 'name')),
          type: text(field(one, 'type')),
          id: text(field(one, 'id')),
        })),
        migrationVersion: field(value, 'migrationVersion'),
      };
    });
}

/** JSON in a text attribute; undefined where it is none. */
export function inner(object: ReadObject, ...path: readonly string[]): unknown {
  return parsed(at(object.attributes, ...path));
}

export function parsed(value: unknown): unknown {
  try {
    return JSON.parse(text(value));
  } catch {
    return undefined;
  }
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export interface Agg {
  readonly id: string;
  readonly type: string;
  readonly schema: string;
  readonly params: JsonObject;
}

export function aggsOf(object: ReadObject): readonly Agg[] {
  return list(field(inner(object, 'visState'), 'aggs')).map((agg) => {
    const params = field(agg, 'params');
    return {
      id: text(field(agg, 'id')),
      type: text(field(agg, 'type')),
      schema: text(field(agg, 'schema')),
      params: isObject(params) ? params : {},
    };
  });
}

function searchSourceOf(object: ReadObject): unknown {
  return inner(object, 'kibanaSavedObjectMeta', 'searchSourceJSON');
}

/** Of a search source. */
export function filtersOf(object: ReadObject): readonly unknown[] {
  return list(field(searchSourceOf(object), 'filter'));
}

/** What a panel asks by default: the id of its index pattern. */
export function patternOf(object: ReadObject): string {
  const name = text(field(searchSourceOf(object), 'indexRefName'));
  return object.references.find((one) => one.name === name)?.id ?? '';
}

export interface VegaSource {
  readonly name: string;
  readonly url: unknown;
}

export function vegaSpecOf(object: ReadObject): unknown {
  const visState = inner(object, 'visState');
  return field(visState, 'type') === 'vega' ? parsed(at(visState, 'params', 'spec')) : undefined;
}

/** Data of a Vega-Lite specification that are asked for, wherever they stand in it. */
export function vegaSources(spec: unknown): readonly VegaSource[] {
  if (Array.isArray(spec)) return spec.flatMap(vegaSources);
  if (!isObject(spec)) return [];
  const url = at(spec, 'data', 'url');
  const own = url === undefined ? [] : [{ name: text(at(spec, 'data', 'name')), url }];
  return [...own, ...Object.keys(spec).flatMap((key) => (key === 'data' ? [] : vegaSources(spec[key])))];
}
