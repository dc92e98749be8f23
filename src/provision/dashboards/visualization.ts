// A classic visualization as a saved object: what every kind of panel is kept as. Newer kinds would shut out 2.x.
import type { JsonObject, JsonValue } from '../../model/json.ts';
import { idOf, inText, type SavedObject, type Said } from './savedObject.ts';
import type { SearchSource } from './searchSource.ts';

export interface VisState {
  readonly type: 'table' | 'metric' | 'histogram' | 'input_control_vis' | 'markdown' | 'vega';
  readonly params: JsonObject;
  readonly aggs: readonly JsonValue[];
}

export function visualization(
  prefix: string,
  { slug, title, description }: Said,
  visState: VisState,
  { meta, references }: SearchSource,
): SavedObject {
  return {
    type: 'visualization',
    id: idOf(prefix, slug),
    attributes: {
      title,
      description,
      visState: inText({ title, ...visState }),
      uiStateJSON: '{}',
      version: 1,
      kibanaSavedObjectMeta: meta,
    },
    references,
  };
}
