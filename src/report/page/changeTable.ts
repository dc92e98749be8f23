// The writes of policies: who, what, what it said before and after, what it did to whom.

import { type Child, fill, make } from './dom.ts';
import { time } from './flowTable.ts';
import { flowsAnchor } from './link.ts';
import type { ChangeRow, DiffLine } from './pageData.ts';
import { type Scene, sorter } from './scene.ts';
import { type Column, sortableTable } from './table.ts';
import { EVERYTHING } from './view.ts';
import { counted, figure } from './wording.ts';

/** More are behind a click. */
const SHORT_DIFF = 2;

export function drawChanges(scene: Scene): void {
  const { changes, data, view } = scene;
  const more = data.moreChanges;
  const table = {
    name: 'changes',
    noun: 'change',
    caption:
      more === 0 ? '' : `${counted(more, 'more change')} not on this page (netpol-drift query --list); `,
    columns: columnsOf(scene),
    rows: changes,
    sort: sorter(scene),
  };
  fill('changes-body', sortableTable(table, view));
}

function columnsOf({ data, view }: Scene): readonly Column<ChangeRow>[] {
  const text = (key: string, title: string, value: (row: ChangeRow) => string): Column<ChangeRow> => ({
    key,
    title,
    kind: 'text',
    cell: value,
    value,
  });
  const whole = { ...EVERYTHING, sorts: view.sorts };
  return [
    time('at', 'when', ({ atMs }) => atMs, data.day),
    ...(data.manyClusters ? [text('cluster', 'cluster', ({ cluster }) => cluster)] : []),
    { ...text('who', 'who', ({ who }) => who), cell: whoCell },
    {
      ...text('name', 'policy', ({ name }) => name),
      cell: (row) => [`${row.deed} `, flowsAnchor(whole, { policy: [row.policy] }, row.name)],
    },
    {
      key: 'effect',
      title: 'effect',
      kind: 'text',
      cell: ({ id, effects, took, result }) => {
        if (!took) return make('span', { class: 'tone-quiet' }, result);
        if (effects.length === 0) return make('span', { class: 'tone-quiet' }, 'none seen');
        return effects.map(({ word, count, state, by, tone, drift }) =>
          make(
            'div',
            {},
            flowsAnchor(whole, { cause: [id], drift }, `${word} ${figure(count)}`),
            ' ',
            make('span', { class: `tone-${tone}` }, state),
            by === '' ? '' : ` (${by})`,
          ),
        );
      },
      value: ({ effects }) =>
        effects.reduce((sum, { count, word }) => sum + (word === 'broke' ? count * 1e6 : count), 0),
    },
    {
      key: 'diff',
      title: 'what it said: before, after',
      kind: 'wide',
      cell: diffCell,
      value: ({ diff }) => diff.length,
    },
  ];
}

function whoCell({ who, kind, remarks, client }: ChangeRow): Child {
  return [
    make('span', { class: 'tone-strong' }, who),
    kind === '' || kind === 'human' ? '' : ` (${kind})`,
    remarks.map((remark) => make('div', { class: 'tone-quiet' }, remark)),
    client === ''
      ? ''
      : make('details', {}, make('summary', {}, 'client'), make('span', { class: 'mono' }, client)),
  ];
}

function diffCell({ diff, unsaid }: ChangeRow): Child {
  if (diff.length === 0) return make('span', { class: 'tone-quiet' }, unsaid);
  const lines = diff.map(diffLine);
  if (lines.length <= SHORT_DIFF) return lines;
  return [
    lines.slice(0, SHORT_DIFF),
    make(
      'details',
      {},
      make('summary', {}, counted(lines.length - SHORT_DIFF, 'more line')),
      lines.slice(SHORT_DIFF),
    ),
  ];
}

function diffLine({ path, before, after }: DiffLine): HTMLElement {
  return make(
    'div',
    { class: 'diffline mono' },
    make('span', {}, path),
    before === '' ? '' : make('del', { class: 'before' }, before),
    after === '' ? '' : make('ins', { class: 'after' }, after),
  );
}
