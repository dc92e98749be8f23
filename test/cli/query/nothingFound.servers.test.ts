// `query` on a real OpenSearch that has nothing to answer with: none is said only where something was asked.
import { expect, test } from 'vitest';
import { join } from 'node:path';
import type { QueryParameters } from '../../../src/queries/catalogue/savedQuery.ts';
import { nothingFound, onlyOlder } from '../../../src/cli/query/nothingFound.ts';
import { STILL_DENIED } from '../../../src/queries/catalogue/stillDenied.ts';
import { checkAnyIndex } from '../../../src/stores/opensearch/anyIndex.ts';
import { bothEngines } from '../../contract/bothEngines.ts';
import { HANDMADE } from '../../queries/catalogue/handmade.ts';
import { CALM, describeOnServer, someSettings, serverForTests } from '../../stores/opensearch/realServer.ts';
import { run } from '../../support/command.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

describeOnServer('a store without an index', () => {
  const server = serverForTests();

  test('ends with 3 and names the prefix', async () => {
    const { urls, indexPrefix } = someSettings();
    const environment = { OPENSEARCH_URL: urls.join(','), INDEX_PREFIX: indexPrefix };
    const { code, stdout, stderr } = await run(['query', 'changes'], ROOT, '', environment);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain(`no index whose name begins with ${indexPrefix}`);
  });

  test('is one with an index as soon as there is any', async () => {
    const { indexPrefix } = server.settings;
    const reading = { ...server, indexPrefix };
    await expect(checkAnyIndex(reading, CALM)).rejects.toThrow('no index');
    await server.ask('PUT', `/${indexPrefix}feeds-2026.11`);
    await expect(checkAnyIndex(reading, CALM)).resolves.toBeUndefined();
  });
});

describeOnServer('a name that no document has', () => {
  const engines = bothEngines();
  const asked = (given: Partial<QueryParameters>): QueryParameters => ({
    sinceMs: null,
    untilMs: null,
    asOfMs: 0,
    cluster: '',
    namespace: '',
    own: {},
    ...given,
  });

  test('is told from one that some document has, in both engines', async () => {
    await engines.load(HANDMADE);
    for (const engine of [engines.duckdb, engines.openSearch]) {
      expect(await nothingFound(asked({ namespace: 'nowhere' }), engine)).toHaveLength(1);
      expect(await nothingFound(asked({ namespace: 'shop' }), engine)).toEqual([]);
      await expect(nothingFound(asked({ cluster: 'elsewhere' }), engine)).rejects.toThrow(
        'nothing is stored',
      );
    }
  });

  test('is no reason to look further back, data that end before are, in both engines', async () => {
    await engines.load(HANDMADE);
    const [sinceMs, asOfMs] = [Date.parse('2026-12-01T00:00:00Z'), Date.parse('2026-12-02T00:00:00Z')];
    for (const engine of [engines.duckdb, engines.openSearch]) {
      const told = (given: Partial<QueryParameters>) =>
        onlyOlder(STILL_DENIED, asked({ sinceMs, asOfMs, ...given }), engine);
      expect(await told({})).toEqual([
        expect.stringMatching(/^There is data until 2026-.* only: --since \d+d/),
      ]);
      expect(await told({ namespace: 'nowhere' })).toEqual([]);
      expect(await told({ sinceMs: null })).toEqual([]);
      expect(await told({ sinceMs: 0 })).toEqual([]);
    }
  });
});
