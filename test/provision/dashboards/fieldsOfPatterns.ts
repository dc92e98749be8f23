// What the mappings that setup makes say about each field of an index pattern: what a panel may ask of it.
import { at, field, isObject, text } from '../../../src/model/json.ts';
import { OPENSEARCH_DEFAULTS } from '../../../src/stores/opensearch/settings.ts';
import { indexTemplates } from '../../../src/stores/opensearch/templates.ts';
import { inner, list, type ReadObject } from './readObjects.ts';

/** Types of OpenSearch by field; `scripted` for what Dashboards computes. */
export type PatternFields = ReadonlyMap<string, string>;

/** By id of the index pattern. */
export function fieldsOfPatterns(
  objects: readonly ReadObject[],
  indexPrefix: string,
): ReadonlyMap<string, PatternFields> {
  const mapped = new Map(
    indexTemplates({ ...OPENSEARCH_DEFAULTS, indexPrefix }).map(({ body }) => [
      body.index_patterns.join(),
      typesOf(body.template.mappings.properties),
    ]),
  );
  return new Map(
    objects
      .filter(({ type }) => type === 'index-pattern')
      .map((object) => [
        object.id,
        new Map([
          ...(mapped.get(text(field(object.attributes, 'title'))) ?? []),
          ...list(inner(object, 'fields'))
            .filter((one) => field(one, 'scripted') === true)
            .map((one) => [text(field(one, 'name')), 'scripted'] as const),
        ]),
      ]),
  );
}

function typesOf(properties: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (here: unknown, path: readonly string[]): void => {
    if (!isObject(here)) return;
    for (const name of Object.keys(here)) {
      const below = at(here, name, 'properties');
      if (below === undefined) found.set([...path, name].join('.'), text(at(here, name, 'type')));
      else walk(below, [...path, name]);
    }
  };
  walk(properties, []);
  // Second names are of the type of what they stand for: all of them are keywords.
  return new Map([...found].map(([name, type]) => [name, type === 'alias' ? 'keyword' : type]));
}
