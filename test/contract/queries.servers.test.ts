// Every saved query gives the same rows on DuckDB and on OpenSearch, from the same documents: rows there are for each
// (queries.test.ts).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/queries/catalogue/catalogue.ts';
import { judgeStored } from '../../src/cli/query/judgeStored.ts';
import { type AnswerPart, type Asked, runQuery } from '../../src/queries/catalogue/runQuery.ts';
import { parametersOf, someParameters } from '../queries/catalogue/someParameters.ts';
import { makeFolder, removeFolder, run } from '../support/command.ts';
import { describeOnServer } from '../stores/opensearch/realServer.ts';
import { bothEngines } from './bothEngines.ts';
import { DOCUMENT_SETS } from './documentSets.ts';

const ROOT = join(import.meta.dirname, '..', '..');

describeOnServer('the saved queries', () => {
  const engines = bothEngines();

  describe.each(DOCUMENT_SETS)('of %s', (_, makeDocuments) => {
    beforeAll(async () => {
      await engines.load(await makeDocuments());
    });

    test.each(
      CATALOGUE.map((query) => [query.name, query] as const),
    )('%s: both engines give the same rows', async (_name, query) => {
      for (const parameters of someParameters(query)) {
        const [one, other] = [
          await runQuery(query, parameters, asked(engines.duckdb)),
          await runQuery(query, parameters, asked(engines.openSearch)),
        ];
        expect(other).toEqual(one);
      }
    });

    test('the command asks OpenSearch, as far back as it is told', async () => {
      const command = (...args: readonly string[]) =>
        run(['query', 'changes', '--format', 'json', ...args], ROOT, '', engines.environment);
      const changes = CATALOGUE.find(({ name }) => name === 'changes');
      if (changes === undefined) throw new Error('no query changes');
      const { rows } = await runQuery(changes, parametersOf(changes), asked(engines.duckdb));
      const told = await command('--since', '2020-01-01', '--until', '2030-01-01');
      const ids = told.stdout
        .split('\n')
        .flatMap((line) => (line === '' ? [] : [JSON.parse(line)['change.id']]));
      expect([told.stderr, ids]).toEqual(['', rows.map((row) => row['change.id'])]);
      expect(await command('--until', '2000-01-01')).toMatchObject({ code: 0, stdout: '' });
    });

    test('the command makes a page of what OpenSearch answers', async () => {
      const folder = makeFolder();
      try {
        const span = ['--since', '2020-01-01', '--until', '2030-01-01'];
        const args = ['query', 'changes', ...span, '--report', 'page.html'];
        const { code, stdout } = await run(args, folder, '', engines.environment);
        const page = readFileSync(join(folder, 'page.html'), 'utf8');
        const changes = CATALOGUE.find(({ name }) => name === 'changes');
        if (changes === undefined) throw new Error('no query changes');
        const { rows } = await runQuery(changes, parametersOf(changes), asked(engines.duckdb));
        expect([code, page.match(/<tbody>/g)?.length ?? 0]).toEqual([0, rows.length]);
        expect(stdout).toMatch(/^changes: .*, report: page\.html\n$/);
        expect(page).toContain('OpenSearch at http');
      } finally {
        removeFolder(folder);
      }
    });
  });
});

function asked(answerPart: AnswerPart): Asked {
  return { answerPart, judge: judgeStored };
}
