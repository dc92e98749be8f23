// The saved queries as docs/queries.md lists them: all of them, as the code has them.
import { expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/queries/catalogue/catalogue.ts';
import { type SavedQuery, TOPICS } from '../../../src/queries/catalogue/savedQuery.ts';
import { markdownTable, withGenerated } from '../../support/generatedDocs.ts';

function section({
  name,
  title,
  about,
  takes,
  needs = [],
  parameters = [],
  columns,
  caveats,
}: SavedQuery): string {
  const options = takes.map((one) => `\`--${one}\`${needs.includes(one) ? ' (must be given)' : ''}`);
  const own = parameters.map((one) => `\`--${one.name}\` (${String(one.fallback)}): ${one.meaning}`);
  return [
    `### ${name}`,
    `**${title}** ${about}`,
    `Asked with ${options.join(', ') || 'nothing more'}.${own.map((line) => `\n- ${line}`).join('')}`,
    markdownTable(
      ['column', 'type', 'meaning'],
      columns.map(({ name: column, type, meaning }) => [`\`${column}\``, type, meaning]),
    ),
    caveats.map((caveat) => `- ${caveat}`).join('\n'),
  ].join('\n\n');
}

test('docs/queries.md lists every query as it is (UPDATE_DOCS=1 writes it anew)', () => {
  const parts = TOPICS.map((topic) => {
    const queries = CATALOGUE.filter((query) => query.topic === topic);
    return [`## ${topic[0]?.toUpperCase()}${topic.slice(1)}`, ...queries.map(section)].join('\n\n');
  });
  const { is, wanted } = withGenerated('docs/queries.md', 'queries', parts.join('\n\n'));
  expect(is).toBe(wanted);
});
