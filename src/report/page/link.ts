// Links that narrow the view: real addresses, so that they can be opened beside, copied and gone back from.

import { make, type Child } from './dom.ts';
import type { Filter, FilterKey } from './filter.ts';
import { formatView, type View } from './view.ts';

/** Shows the flows of a filter within what is chosen already. */
export function flowsHref(view: View, filter: Filter): string {
  return `#${formatView({ ...view, filter: { ...view.filter, ...filter }, show: 'flows' })}`;
}

export function flowsAnchor(view: View, filter: Filter, ...content: readonly Child[]): HTMLElement {
  return make('a', { href: flowsHref(view, filter) }, ...content);
}

/** The same view with one value more, or one less. */
export function toggled(view: View, key: FilterKey, value: string): View {
  const values = view.filter[key] ?? [];
  const left = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
  const { [key]: _, ...others } = view.filter;
  return { ...view, filter: left.length === 0 ? others : { ...others, [key]: left }, show: '' };
}
