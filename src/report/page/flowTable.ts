// The flows, where every figure of the page leads.

import type { Chosen } from './choose.ts';
import { type Child, fill, make } from './dom.ts';
import { type Scene, sorter } from './scene.ts';
import { badnessOf } from './sums.ts';
import { type Column, sortableTable } from './table.ts';
import { counted, figure, timeText } from './wording.ts';

export function drawFlows(scene: Scene): void {
  const { flows, view } = scene;
  const total = flows.reduce((sum, { count }) => sum + count, 0);
  const table = {
    name: 'flows',
    noun: 'row',
    caption: `${counted(total, 'verdict')} in `,
    columns: columnsOf(scene),
    rows: flows,
    sort: sorter(scene),
  };
  fill('flows-body', sortableTable(table, view));
}

function columnsOf({ data }: Scene): readonly Column<Chosen>[] {
  const { day, rules, manyClusters } = data;
  const text = (key: string, title: string, value: (row: Chosen) => string): Column<Chosen> => ({
    key,
    title,
    kind: 'text',
    cell: value,
    value,
  });
  const cluster = text('cluster', 'cluster', ({ flow }) => flow.cluster);
  return [
    ...(manyClusters ? [cluster] : []),
    { ...text('talk', 'who → whom', ({ flow }) => flow.talk), kind: 'wide', cell: talkCell },
    text('service', 'service', ({ flow }) => flow.service),
    {
      key: 'count',
      title: 'verdicts',
      kind: 'number',
      cell: ({ count }) => figure(count),
      value: ({ count }) => count,
    },
    {
      key: 'observed',
      title: 'observed',
      kind: 'text',
      cell: ({ flow }) => make('span', { class: `tag bad-${badnessOf(flow)}` }, flow.observed),
      value: ({ flow }) => flow.observed,
    },
    text('declared', 'the policies say', ({ flow }) => declaredText(flow.declared, flow.reason)),
    {
      key: 'decided',
      title: 'decided by',
      kind: 'wide',
      cell: ({ flow }) => ruleTexts(flow.rules, rules),
      value: ({ flow }) => ruleTexts(flow.rules, rules),
    },
    {
      key: 'drift',
      title: 'drift',
      kind: 'text',
      cell: ({ flow }) =>
        flow.drift.map((name) => make('span', { class: `tag bad-${badnessOf(flow)}` }, name)),
      value: ({ flow }) => flow.drift.join(' '),
    },
    time('first', 'first', ({ flow }) => flow.firstMs, day),
    time('last', 'last', ({ flow }) => flow.lastMs, day),
  ];
}

export function time<T>(key: string, title: string, value: (row: T) => number, day: string): Column<T> {
  return { key, title, kind: 'time', cell: (row) => timeText(value(row), day), value };
}

function talkCell({ flow }: Chosen): Child {
  if (flow.why === '') return flow.talk;
  return make('details', {}, make('summary', {}, flow.talk), make('code', {}, flow.why));
}

function declaredText(declared: string, reason: string): string {
  return reason === '' ? declared : `${declared}: ${reason}`;
}

function ruleTexts(places: readonly number[], rules: Scene['data']['rules']): string {
  return places
    .map((place) => rules[place])
    .map((rule) =>
      rule === undefined ? '' : rule.rule === 'default deny' ? rule.name : `${rule.name} ${rule.rule}`,
    )
    .join(', ');
}
