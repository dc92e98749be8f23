// Panels that list documents, one a line: a saved search. A line unfolds to the whole document.
import { idOf, type SavedObject, type Said } from './savedObject.ts';
import { type Documents, searchSource } from './searchSource.ts';

export interface Listed extends Said {
  readonly documents: Documents;
  readonly filterName: string;
  /** Fields, in order. */
  readonly columns: readonly string[];
  /** By `@timestamp`; null where documents have none. */
  readonly order: 'newest first' | 'oldest first' | null;
}

export function savedSearch(prefix: string, listed: Listed): SavedObject {
  const { slug, title, description, columns, order } = listed;
  const { meta, references } = searchSource(prefix, listed.documents, listed.filterName);
  return {
    type: 'search',
    id: idOf(prefix, slug),
    attributes: {
      title,
      description,
      hits: 0,
      columns,
      sort: order === null ? [] : [['@timestamp', order === 'newest first' ? 'desc' : 'asc']],
      version: 1,
      kibanaSavedObjectMeta: meta,
    },
    references,
  };
}
