// The answer of a saved query as one HTML file: the rows, what must not be concluded from them, and how exactly they
// were asked for, so that whoever is sent the page can ask again. It looks and behaves as the report of `analyze`.

import { MICROS_PER_MS } from '../../model/time.ts';
import type { Column, QueryParameters, SavedQuery, Table } from '../../queries/catalogue/savedQuery.ts';
import { frameOf, rowsText, scope, shownColumns } from '../query/scope.ts';
import { dateOf, timeOf } from '../terminal/times.ts';
import { visible } from '../terminal/visible.ts';
import { counted } from '../terminal/wording.ts';
import { type Content, element, type Markup } from './markup.ts';
import { queryTable } from './queryTable.ts';
import { redactedAnswer } from './queryRedaction.ts';
import type { PageAssets, PageOptions } from './reportPage.ts';
import { pageText } from './shell.ts';

export interface AnswerInput {
  readonly query: SavedQuery;
  readonly table: Table;
  readonly parameters: QueryParameters;
  /** Rows at most; 0 = all. */
  readonly limit: number;
  /** What was asked: the store file, or where OpenSearch is. */
  readonly store: string;
  /** The words of the command that made the page. */
  readonly command: readonly string[];
}

/** The text of the file. Equal arguments give equal texts. */
export function queryPage(given: AnswerInput, { scripts }: PageAssets, { redact }: PageOptions): string {
  const input = redact ? redactedAnswer(given) : given;
  const { query, table, parameters, limit } = input;
  const columns = shownColumns(table);
  const rows = limit === 0 ? table.rows : table.rows.slice(0, limit);
  return pageText({
    title: `${query.title} · netpol-drift`,
    heading: query.title,
    scope: [rowsText(table), ...scope(parameters, table)].join(' · '),
    redact,
    skip: { href: '#answer', text: 'Skip to the rows' },
    content: [
      element('p', { class: 'lead' }, proseMarkup(query.about)),
      notices(table, rows.length),
      element('div', { id: 'filters', class: 'filters', role: 'search', 'aria-label': 'Filter of the rows' }),
      element(
        'section',
        { id: 'answer', 'aria-label': 'The answer' },
        rows.length === 0
          ? element('p', { class: 'figure' }, 'none')
          : queryTable(columns, rows, frameOf(table)),
      ),
      caveats(table),
      columns.length === 0 ? [] : meanings(columns),
      asked(input),
    ],
    footer: footer(redact),
    data: [],
    scripts,
  });
}

/** What keeps the answer from being whole. */
function notices({ rows, cut }: Table, shown: number): Content {
  const left = rows.length - shown;
  const lines = [
    ...(cut
      ? [
          'CUT: there is more than is read at a time, so figures may be too small and rows missing; ask for less ' +
            '(--since, --namespace, --cluster)',
        ]
      : []),
    ...(left > 0 ? [`${counted(left, 'more row')} not on this page: --limit 0 puts all on it`] : []),
  ];
  if (lines.length === 0) return [];
  return element(
    'ul',
    { class: 'notices' },
    lines.map((line) => element('li', { class: 'tone-warn' }, `! ${line}`)),
  );
}

function caveats({ caveats }: Table): Content {
  if (caveats.length === 0) return [];
  return section('mind', 'What this does not say', [
    element(
      'ul',
      {},
      caveats.map((caveat) => element('li', {}, proseMarkup(visible(caveat)))),
    ),
  ]);
}

function meanings(columns: readonly Column[]): Markup {
  const lines = columns.map(({ title, name, meaning, unit }): readonly [string, Content] => [
    title,
    [proseMarkup(meaning), unit === undefined ? '' : ` (${unit})`, ' ', element('code', {}, name)],
  ]);
  return section('columns', 'What the columns mean', definitions(lines));
}

/** What stands between backticks is code. */
function proseMarkup(prose: string): Content {
  return prose.split('`').map((part, index) => (index % 2 === 0 ? part : element('code', {}, part)));
}

function asked({ query, parameters, store, command }: AnswerInput): Markup {
  const { sinceMs, untilMs, asOfMs, cluster, namespace, own } = parameters;
  const given = (value: string): string => (value === '' ? 'all' : visible(value));
  const isTaken = (name: (typeof query.takes)[number]): boolean => query.takes.includes(name);
  const lines: readonly (readonly [string, Content])[] = [
    ['query', query.name],
    ['asked of', visible(store)],
    ...(isTaken('since')
      ? [['from', sinceMs === null ? 'the beginning of what it holds' : instant(sinceMs)] as const]
      : []),
    [untilMs === null ? 'as of' : 'until', instant(asOfMs)],
    ...(isTaken('cluster') ? [['cluster', given(cluster)] as const] : []),
    ...(isTaken('namespace') ? [['namespace', given(namespace)] as const] : []),
    ...Object.entries(own).map(([name, value]) => [name, visible(String(value))] as const),
    ['made by', element('code', {}, command.map(visible).join(' '))],
  ];
  return section('asked', 'How this was asked', definitions(lines));
}

function definitions(lines: readonly (readonly [string, Content])[]): Markup {
  return element(
    'dl',
    {},
    lines.map(([term, meaning]) => [element('dt', {}, term), element('dd', {}, meaning)]),
  );
}

function section(id: string, title: string, content: Content): Markup {
  return element(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    element('h2', { id: `${id}-title` }, title),
    content,
  );
}

function footer(redact: boolean): Content {
  return [
    element('p', {}, 'Made by netpol-drift. All times are UTC.'),
    redact
      ? element(
          'p',
          {},
          'Users that a column of this answer names, and addresses outside the cluster, are replaced; names of ' +
            'clusters, namespaces, workloads, policies and DNS names are not.',
        )
      : [],
  ];
}

/** `2026-11-02 09:24:59 UTC`. */
function instant(ms: number): string {
  const micros = ms * MICROS_PER_MS;
  return `${dateOf(micros)} ${timeOf(micros)} UTC`;
}
