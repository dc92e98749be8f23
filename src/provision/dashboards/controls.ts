// The row of choices on top of a dashboard, and the few words beside it. What is chosen narrows every panel: only fields
// that all documents of the dashboard have may be offered.
import type { TableName } from '../../documents/fields.ts';
import { fieldTitle } from './fieldTitles.ts';
import { indexPatternReference } from './indexPatterns.ts';
import type { SavedObject, Said } from './savedObject.ts';
import { NO_SEARCH_SOURCE } from './searchSource.ts';
import { visualization } from './visualization.ts';

const MOST_SHOWN = 100;

/** @param from where the choices are looked up */
export function controls(
  prefix: string,
  said: Said,
  from: TableName,
  fields: readonly string[],
): SavedObject {
  const named = fields.map((field, index) => ({ field, reference: `control_${index}_index_pattern` }));
  const params = {
    controls: named.map(({ field, reference }) => ({
      id: field,
      fieldName: field,
      label: fieldTitle(field),
      parent: '',
      type: 'list',
      options: { type: 'terms', multiselect: true, dynamicOptions: true, size: MOST_SHOWN, order: 'desc' },
      indexPatternRefName: reference,
    })),
    updateFiltersOnChange: true,
    useTimeFilter: true,
    pinFilters: false,
  };
  return visualization(
    prefix,
    said,
    { type: 'input_control_vis', params, aggs: [] },
    {
      meta: NO_SEARCH_SOURCE.meta,
      references: named.map(({ reference }) => indexPatternReference(prefix, from, reference)),
    },
  );
}

export function guide(prefix: string, said: Said, markdown: string): SavedObject {
  const params = { fontSize: 12, openLinksInNewTab: false, markdown };
  return visualization(prefix, said, { type: 'markdown', params, aggs: [] }, NO_SEARCH_SOURCE);
}
