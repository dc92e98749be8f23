// What of an object decides, without what only says who and when: that is what documents tell before and after a
// change, and what is compared with manifests.
import { field, type JsonObject, type JsonValue } from '../model/json.ts';

/** Spec and specs of a policy, labels of a Namespace, data of a ConfigMap; null: nothing of these is there. */
export function content(object: JsonObject | null): JsonValue | null {
  if (object === null) return null;
  const specs = field(object, 'specs');
  const spec = field(object, 'spec');
  if (specs !== undefined) return spec === undefined ? { specs } : { spec, specs };
  if (spec !== undefined) return spec;
  const data = field(object, 'data');
  if (data !== undefined) return { data };
  const labels = field(field(object, 'metadata'), 'labels');
  return labels === undefined ? null : { labels };
}
