// The documents of a small store made by hand, as the real indices hold them.
import type { Document } from '../../../src/documents/document.ts';
import { TABLE_NAMES, type TableName } from '../../../src/documents/fields.ts';
import type { Scene } from '../scene.ts';

const INDEX: Readonly<Record<TableName, string>> = {
  verdicts: 'netpol-verdicts-2026.11.02',
  rollups: 'netpol-rollups-2026.11',
  changes: 'netpol-changes-2026',
  policies: 'netpol-policies',
  feeds: 'netpol-feeds-2026.11',
};

/** Ids by table and place; an empty list is a field that is not there. */
export function sceneDocuments(scene: Scene): readonly Document[] {
  return TABLE_NAMES.flatMap((table) =>
    (scene[table] ?? []).map((fields, index) => ({
      _id: `${table}-${index}`,
      _index: INDEX[table],
      _version: 1,
      fields: Object.fromEntries(
        Object.entries(fields).filter(([, value]) => !Array.isArray(value) || value.length > 0),
      ),
    })),
  );
}
