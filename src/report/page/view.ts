// What the reader has chosen: which flows, which time, which words, in which order. It lives in the address bar
// and nowhere else, so that a link shows another person the same, and "back" undoes. Nothing here touches the page.

import { type Filter, FILTER_KEYS, type FilterKey } from './filter.ts';

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

export interface View {
  readonly filter: Filter;
  /** Milliseconds since 1970; null: from the start, to the end. */
  readonly fromMs: number | null;
  readonly untilMs: number | null;
  /** Words that a row must hold, in any case. */
  readonly words: string;
  /** By table. */
  readonly sorts: ReadonlyMap<string, Sort>;
  /** The section to show; ''. */
  readonly show: string;
}

export const EVERYTHING: View = {
  filter: {},
  fromMs: null,
  untilMs: null,
  words: '',
  sorts: new Map(),
  show: '',
};

const SORT = 'sort.';

/** The address without its `#`; '' for {@link EVERYTHING}. Equal views give equal texts. */
export function formatView(view: View): string {
  const params = new URLSearchParams();
  for (const key of FILTER_KEYS) for (const value of view.filter[key] ?? []) params.append(key, value);
  if (view.fromMs !== null) params.append('from', timeText(view.fromMs));
  if (view.untilMs !== null) params.append('until', timeText(view.untilMs));
  if (view.words !== '') params.append('words', view.words);
  for (const [table, { column, descending }] of view.sorts)
    params.append(SORT + table, (descending ? '-' : '') + column);
  if (view.show !== '') params.append('show', view.show);
  return params.toString();
}

/** What is not understood is passed over: an address can be typed by anybody. */
export function parseView(hash: string): View {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  const filter: Partial<Record<FilterKey, readonly string[]>> = {};
  for (const key of FILTER_KEYS) {
    const values = [...new Set(params.getAll(key))];
    if (values.length > 0) filter[key] = values;
  }
  const sorts = new Map<string, Sort>();
  for (const [key, value] of params)
    if (key.startsWith(SORT))
      sorts.set(key.slice(SORT.length), {
        column: value.replace(/^-/, ''),
        descending: value.startsWith('-'),
      });
  return {
    filter,
    fromMs: timeOf(params.get('from')),
    untilMs: timeOf(params.get('until')),
    words: params.get('words') ?? '',
    sorts,
    show: params.get('show') ?? '',
  };
}

/** Whether anything is left out. */
export function isNarrowed({ filter, fromMs, untilMs, words }: View): boolean {
  return Object.keys(filter).length > 0 || fromMs !== null || untilMs !== null || words !== '';
}

/** `2026-11-02T09:05:00Z`: what a person can read in the address. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

function timeOf(text: string | null): number | null {
  if (text === null || !/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return null;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
