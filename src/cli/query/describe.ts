// What queries there are, and what each of them is asked with and answers: `query --list`, `query NAME --help`.
import { CATALOGUE } from '../../queries/catalogue/catalogue.ts';
import {
  COMMON_PARAMETERS,
  type CommonParameter,
  type SavedQuery,
  TOPICS,
} from '../../queries/catalogue/savedQuery.ts';
import { createLayout, type Screen } from '../../report/terminal/layout.ts';
import { piece, type Row } from '../../report/terminal/section.ts';

export function listText(screen: Screen): string {
  const layout = createLayout(screen);
  const lines = TOPICS.flatMap((topic) => {
    const queries = CATALOGUE.filter((query) => query.topic === topic);
    if (queries.length === 0) return [];
    return [
      ...layout.heading(topic, piece('')),
      ...layout.rows(queries.map(({ name, title }) => rowOf(name, title))),
      '',
    ];
  });
  const usage =
    'netpol-drift query NAME --help says more; for example: netpol-drift query audited-denies --since 24h';
  return `${[...lines, ...layout.paragraph(piece(usage, 'quiet'))].join('\n')}\n`;
}

export function listJson(): string {
  return CATALOGUE.map(
    ({ name, topic, title, about, takes, needs = [], parameters = [], columns, caveats }) =>
      `${JSON.stringify({ name, topic, title, about, takes, needs, parameters, columns, caveats })}\n`,
  ).join('');
}

const COMMON: Readonly<Record<CommonParameter, string>> = {
  since: 'From then on: 24h, 7d, 2026-11-02, 2026-11-02T14:05:00Z.',
  until: 'Before then, likewise.',
  cluster: 'In this cluster.',
  namespace: 'In this namespace: of the workload whose policies were asked, of the policy.',
};

export function describeQuery(query: SavedQuery, screen: Screen): string {
  const layout = createLayout(screen);
  const { name, title, about, takes, needs = [], parameters = [], columns, caveats } = query;
  const taken = COMMON_PARAMETERS.filter((parameter) => takes.includes(parameter));
  const options = [
    ...taken.map((one) => rowOf(`--${one}`, `${COMMON[one]}${needs.includes(one) ? ' Must be given.' : ''}`)),
    ...parameters.map((one) =>
      rowOf(`--${one.name}`, `${one.meaning} (${String(one.fallback)} unless given)`),
    ),
  ];
  const lines = [
    ...layout.heading(title, piece('')),
    ...layout.paragraph(piece(about)),
    '',
    ...layout.paragraph(piece(`netpol-drift query ${name} --store drift.duckdb`)),
    ...layout.paragraph(piece(`netpol-drift query ${name} --opensearch http://localhost:9200 --format csv`)),
    '',
    ...layout.heading('Asked with', piece('')),
    ...layout.rows(options),
    '',
    ...layout.heading('Columns', piece('')),
    ...layout.rows(columns.map((column) => rowOf(column.name, `${column.meaning} (${column.type})`))),
    '',
    ...layout.heading('Mind', piece('')),
    ...caveats.flatMap((caveat) => layout.paragraph(piece(caveat), 2)),
  ];
  return `${lines.join('\n')}\n`;
}

function rowOf(first: string, second: string): Row {
  return { cells: [piece(first), piece(second)], notes: [] };
}
