// How a panel counts: groups and figures as the classic visualizations of Dashboards have them ("aggs" of a visState).
// Ids are places in the list, from 1 on, since groups name the figure that they are ordered by.
import { type TableName, TABLES } from '../../documents/fields.ts';
import type { JsonObject } from '../../model/json.ts';
import { ALIASES } from '../../stores/opensearch/aliases.ts';
import { CONVERSATION_FIELD } from './conversationField.ts';
import { fieldTitle } from './fieldTitles.ts';

export type Figure =
  | { readonly kind: 'count'; readonly title: string }
  | { readonly kind: 'sum' | 'min' | 'max'; readonly field: string; readonly title: string };

export type Grouping =
  /** The groups with the most of the first figure, `size` of them. */
  | {
      readonly kind: 'terms';
      readonly field: string;
      readonly size: number;
      /** These alone, of a list that may hold others. */
      readonly only?: readonly string[];
    }
  /** Steps of time, as fine as fits the time that is chosen. */
  | { readonly kind: 'time'; readonly field: string }
  /** In the query language of Lucene, by title. */
  | { readonly kind: 'filters'; readonly filters: Readonly<Record<string, string>> };

/** What the place of a group is called differs between kinds of visualization. */
export interface PlacedGrouping {
  readonly schema: 'bucket' | 'group' | 'segment';
  readonly grouping: Grouping;
}

/** @param figures at least one */
export function aggregations(
  from: TableName,
  figures: readonly Figure[],
  groupings: readonly PlacedGrouping[],
): readonly JsonObject[] {
  const metrics = figures.map((figure) => ({
    type: figure.kind,
    schema: 'metric',
    params: { customLabel: figure.title, ...(figure.kind === 'count' ? {} : { field: figure.field }) },
  }));
  const groups = groupings.map(({ schema, grouping }) => ({ schema, ...groupOf(from, grouping) }));
  return [...metrics, ...groups].map((agg, index) => ({ id: String(index + 1), enabled: true, ...agg }));
}

function groupOf(
  from: TableName,
  grouping: Grouping,
): { readonly type: string; readonly params: JsonObject } {
  switch (grouping.kind) {
    case 'terms':
      return { type: 'terms', params: termsOf(from, grouping) };
    case 'time':
      return {
        type: 'date_histogram',
        params: {
          field: grouping.field,
          interval: 'auto',
          drop_partials: false,
          min_doc_count: 1,
          extended_bounds: {},
          customLabel: fieldTitle(grouping.field),
        },
      };
    case 'filters':
      return {
        type: 'filters',
        params: {
          filters: Object.entries(grouping.filters).map(([label, query]) => ({
            label,
            input: { language: 'lucene', query },
          })),
        },
      };
  }
}

function termsOf(
  from: TableName,
  { field, size, only = [] }: Extract<Grouping, { kind: 'terms' }>,
): JsonObject {
  return {
    field,
    size,
    order: 'desc',
    orderBy: '1',
    otherBucket: false,
    otherBucketLabel: 'other',
    // Dashboards can do it for texts alone.
    missingBucket: only.length === 0 && isText(from, field),
    missingBucketLabel: '–',
    customLabel: fieldTitle(field),
    ...(only.length === 0 ? {} : { include: only.join('|') }),
  };
}

function isText(from: TableName, field: string): boolean {
  if (field === CONVERSATION_FIELD) return false;
  const type = TABLES[from].find(({ name }) => name === field)?.type;
  return type === 'keyword' || type === 'keywords' || field in ALIASES[from];
}
