// What the chosen flows add up to, by the policies: which deny together, and what each rule did.

import { together } from './choose.ts';
import { fill, make } from './dom.ts';
import { time } from './flowTable.ts';
import { flowsAnchor } from './link.ts';
import type { RuleText } from './pageData.ts';
import { type Scene, sorter } from './scene.ts';
import { type DenialSum, denialSums, type RuleSum, ruleSums } from './sums.ts';
import { type Column, sortableTable } from './table.ts';
import { counted, figure } from './wording.ts';

export function drawDenials(scene: Scene): void {
  const { data, flows, view } = scene;
  const summed = flows.filter(({ flow }) => flow.groups > 1).reduce((sum, { count }) => sum + count, 0);
  const rows = denialSums(flows, data.rules)
    .filter(({ rules }) => rules.length > 0)
    .toSorted((a, b) => b.dropped + b.audited - a.dropped - a.audited);
  const table = {
    name: 'denials',
    noun: 'set',
    caption: notTold(summed),
    columns: denialColumns(scene),
    rows,
    sort: sorter(scene),
  };
  fill('denials-body', sortableTable(table, view));
}

/** Of flows that are summed up nobody knows the policies any more. */
function notTold(summed: number): string {
  return summed === 0 ? '' : `without ${counted(summed, 'verdict')} that are summed up; `;
}

function denialColumns({ view }: Scene): readonly Column<DenialSum>[] {
  const count = (key: 'dropped' | 'audited'): Column<DenialSum> => ({
    key,
    title: key,
    kind: 'number',
    cell: (row) =>
      countLink(row[key], () =>
        flowsAnchor(
          view,
          { together: [together(row.rules)], observed: [key], declared: ['denied'] },
          figure(row[key]),
        ),
      ),
    value: (row) => row[key],
  });
  return [
    {
      key: 'policies',
      title: 'policies',
      kind: 'wide',
      cell: ({ rules }) => rules.map((rule) => make('div', {}, nameOf(rule))),
      value: ({ rules }) => rules.map(nameOf).join(', '),
    },
    { key: 'reason', title: 'by', kind: 'text', cell: ({ reason }) => reason, value: ({ reason }) => reason },
    count('dropped'),
    count('audited'),
    {
      key: 'talks',
      title: 'conversations',
      kind: 'number',
      cell: ({ talks, rules }) =>
        flowsAnchor(view, { together: [together(rules)], declared: ['denied'] }, figure(talks)),
      value: ({ talks }) => talks,
    },
    {
      key: 'ends',
      title: 'isolated',
      kind: 'wide',
      cell: ({ ends }) => [
        ends.slice(0, 3).join(', '),
        ends.length > 3 ? ` and ${ends.length - 3} more` : '',
      ],
      value: ({ ends }) => ends.join(' '),
    },
  ];
}

function nameOf({ name, rule }: RuleText): string {
  return rule === 'default deny' ? name : `${name} ${rule}`;
}

function countLink(count: number, link: () => HTMLElement): HTMLElement | string {
  return count === 0 ? '0' : link();
}

export function drawPolicies(scene: Scene): void {
  const { data, flows, view } = scene;
  const rows = ruleSums(flows, data.rules).toSorted(
    (a, b) => b.denied + b.audited - a.denied - a.audited || b.allowed - a.allowed,
  );
  const summed = flows.filter(({ flow }) => flow.groups > 1).reduce((sum, { count }) => sum + count, 0);
  const table = {
    name: 'policies',
    noun: 'rule',
    caption: notTold(summed),
    columns: policyColumns(scene),
    rows,
    sort: sorter(scene),
  };
  fill('policies-body', sortableTable(table, view));
}

const OBSERVED_AS = {
  allowed: ['forwarded', 'redirected'],
  denied: ['dropped'],
  audited: ['audited'],
} as const;

function policyColumns({ data, view }: Scene): readonly Column<RuleSum>[] {
  const count = (use: 'allowed' | 'denied' | 'audited'): Column<RuleSum> => ({
    key: use,
    title: use,
    kind: 'number',
    cell: (row) => {
      const declared = use === 'allowed' ? 'allowed' : 'denied';
      const filter = { rule: [row.rule.ref], observed: OBSERVED_AS[use], declared: [declared] };
      return countLink(row[use], () => flowsAnchor(view, filter, figure(row[use])));
    },
    value: (row) => row[use],
  });
  return [
    {
      key: 'policy',
      title: 'policy',
      kind: 'wide',
      cell: ({ rule }) => rule.name,
      value: ({ rule }) => rule.name,
    },
    {
      key: 'rule',
      title: 'rule',
      kind: 'text',
      cell: ({ rule }) => rule.rule,
      value: ({ rule }) => rule.rule,
    },
    count('allowed'),
    count('denied'),
    count('audited'),
    time('last', 'last', ({ lastMs }) => lastMs, data.day),
  ];
}
