// Every answer fits the screen, wide or narrow.
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeQuery, listText } from '../../../src/cli/query/describe.ts';
import { tableText } from '../../../src/report/query/tableText.ts';
import { CATALOGUE } from '../../../src/queries/catalogue/catalogue.ts';
import { parametersOf } from '../../queries/catalogue/someParameters.ts';
import { type ClusterStore, storeOfCluster } from '../../queries/catalogue/storeOfCluster.ts';

let store: ClusterStore;
beforeAll(async () => {
  store = await storeOfCluster();
});
afterAll(() => store.discard());

describe.each([100, 60])('on a screen of %d columns', (columns) => {
  const screen = { columns, colour: false };
  const tooWide = (text: string): readonly string[] =>
    text.split('\n').filter((line) => stringWidth(line) > columns);

  test('each table fits, with all that it has to say', async () => {
    for (const query of CATALOGUE) {
      const table = await store.ask(query.name);
      const parameters = parametersOf(query);
      const text = tableText({ query, table, parameters, limit: 0 }, screen);
      expect([query.name, tooWide(text)]).toEqual([query.name, []]);
      const flat = text.replaceAll(/\s+/g, '');
      for (const caveat of query.caveats) expect(flat).toContain(caveat.replaceAll(/\s+/g, ''));
    }
  });

  test('each description fits, and the list', () => {
    for (const query of CATALOGUE) expect(tooWide(describeQuery(query, screen))).toEqual([]);
    expect(tooWide(listText(screen))).toEqual([]);
  });
});

test('a table that is not whole says so', async () => {
  const query = CATALOGUE[0];
  if (query === undefined) throw new Error('the catalogue is empty');
  const table = { ...(await store.ask(query.name)), cut: true };
  const text = tableText(
    { query, table, parameters: parametersOf(query), limit: 0 },
    { columns: 100, colour: false },
  );
  expect(text).toContain('! CUT');
});
