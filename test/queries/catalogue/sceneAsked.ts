// Saved queries put to a small store made by hand (test/queries/scene.ts).
import type { Document } from '../../../src/documents/document.ts';
import { TABLE_NAMES } from '../../../src/documents/fields.ts';
import type { QueryParameters, Row } from '../../../src/queries/catalogue/savedQuery.ts';
import type { Scene } from '../scene.ts';
import { storeAsked } from './storeAsked.ts';

/** With the fallbacks of the query's own parameters unless given. */
export async function rowsOf(
  scene: Scene,
  name: string,
  given: Partial<QueryParameters> = {},
): Promise<readonly Row[]> {
  const store = await storeAsked(documentsOf(scene));
  try {
    return await store.rows(name, given);
  } finally {
    store.discard();
  }
}

function documentsOf(scene: Scene): readonly Document[] {
  return TABLE_NAMES.flatMap((table) =>
    (scene[table] ?? []).map((fields, index) => ({
      _id: `${table}-${index}`,
      _index: `netpol-${table}`,
      _version: 1,
      fields: Object.fromEntries(
        Object.entries(fields).filter(([, value]) => !Array.isArray(value) || value.length > 0),
      ),
    })),
  );
}
