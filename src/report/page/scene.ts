// What every part of the page is drawn from: the data, the reader's choice, what the choice leaves, and how to
// choose again.

import type { Chosen } from './choose.ts';
import type { ChangeRow, PageData } from './pageData.ts';
import type { View } from './view.ts';

export interface Scene {
  readonly data: PageData;
  readonly view: View;
  readonly flows: readonly Chosen[];
  readonly changes: readonly ChangeRow[];
  /** `replace`: typing and dragging leave no trail of addresses behind. */
  readonly choose: (view: View, trail: 'push' | 'replace') => void;
}

/** For {@link Table.sort}. */
export function sorter({
  view,
  choose,
}: Scene): (table: string, column: string, descending: boolean) => void {
  return (table, column, descending) =>
    choose({ ...view, sorts: new Map([...view.sorts, [table, { column, descending }]]), show: '' }, 'push');
}
