// Saved queries put to a small store made by hand (test/queries/scene.ts).
import type { QueryParameters, Row } from '../../../src/queries/catalogue/savedQuery.ts';
import type { Scene } from '../scene.ts';
import { sceneDocuments } from './sceneDocuments.ts';
import { storeAsked } from './storeAsked.ts';

/** With the fallbacks of the query's own parameters unless given. */
export async function rowsOf(
  scene: Scene,
  name: string,
  given: Partial<QueryParameters> = {},
): Promise<readonly Row[]> {
  const store = await storeAsked(sceneDocuments(scene));
  try {
    return await store.rows(name, given);
  } finally {
    store.discard();
  }
}
