// What `setup` does to OpenSearch: templates, the indices that are there already, and what has expired.
import { afterAll, afterEach, expect, test } from 'vitest';
import { ensureLifecycle } from '../../../src/stores/opensearch/lifecycleSetup.ts';
import { prune } from '../../../src/stores/opensearch/prune.ts';
import { openDocumentStore } from '../../../src/stores/opensearch/store.ts';
import { ensureTemplates, type SetupStep } from '../../../src/stores/opensearch/templateSetup.ts';
import { CALM, describeOnServer, serverForTests, someSettings } from './realServer.ts';
import { rollup, verdict } from './someDocuments.ts';

const NAMES = ['verdicts', 'rollups', 'changes', 'policies', 'feeds'];

describeOnServer('index templates', () => {
  const server = serverForTests();
  const { indexPrefix } = server.settings;
  afterEach(() => server.ask('DELETE', `/_index_template/${indexPrefix}*`));

  const changes = (steps: readonly SetupStep[]) => steps.map(({ what, change }) => `${change} ${what}`);
  const all = (change: string) => NAMES.map((name) => `${change} index template ${indexPrefix}${name}`);

  test('are made once, and found as wanted from then on', async () => {
    await server.ask('DELETE', `/_index_template/${indexPrefix}*`);
    expect(changes(await ensureTemplates(server.setup))).toEqual(all('create'));
    expect(changes(await ensureTemplates(server.setup))).toEqual(all('none'));
  });

  test('are only told of on a dry run', async () => {
    const setup = { ...server.setup, dryRun: true };
    expect(changes(await ensureTemplates(setup))).toEqual(all('create'));
    expect(changes(await ensureTemplates(setup))).toEqual(all('create'));
  });

  test('that somebody changed are told of and put right', async () => {
    const settings = { ...server.settings, replicas: 2, shards: 3 };
    await ensureTemplates({ ...server.setup, settings });
    const steps = await ensureTemplates(server.setup);
    expect(changes(steps)).toEqual(all('update'));
    expect(steps[0]?.details).toEqual([
      'template.settings.index.auto_expand_replicas: (nothing) → 0-1',
      'template.settings.index.number_of_replicas: 2 → (nothing)',
      'template.settings.index.number_of_shards: 3 → 1',
    ]);
    expect(changes(await ensureTemplates(server.setup))).toEqual(all('none'));
  });

  test('of a newer version are left alone', async () => {
    const body = { index_patterns: [`${indexPrefix}verdicts-*`], _meta: { version: 1_000 } };
    await server.ask('PUT', `/_index_template/${indexPrefix}verdicts`, body);
    await expect(ensureTemplates(server.setup)).rejects.toMatchObject({
      code: 'opensearch-refused',
      message: expect.stringContaining('made by a newer netpol-drift (version 1000'),
    });
  });

  test('bring their new fields to indices that are there already', async () => {
    const index = `${indexPrefix}rollups-2026.11`;
    const mappings = {
      dynamic: 'strict',
      properties: { '@timestamp': { type: 'date' }, count: { type: 'long' } },
    };
    await server.ask('PUT', `/${index}`, { mappings });
    const steps = await ensureTemplates(server.setup);
    expect(changes(steps)).toContain(`update mappings of ${index}`);
    const store = openDocumentStore(server.settings, () => {});
    expect(await store.write([rollup(1, 1)], CALM)).toMatchObject({ acknowledged: 1, refused: [] });
    await store.close();
    expect(changes(await ensureTemplates(server.setup))).toEqual(all('none'));
  });
});

describeOnServer('indices that have expired', () => {
  const retentionDays = { verdicts: 30, rollups: 60, changes: 0, feeds: 60 };
  const server = serverForTests(someSettings({ retentionDays }));
  const { indexPrefix } = server.settings;
  const clock = { nowMs: () => Date.UTC(2026, 11, 1), monotonicMs: () => performance.now() };
  const store = openDocumentStore(server.settings, () => {}, { clock });
  afterAll(() => store.close());

  const names = async (): Promise<readonly string[]> => {
    const found = await server.ask('GET', `/${indexPrefix}*/_settings?expand_wildcards=all`);
    return Object.keys(found ?? {})
      .map((name) => name.slice(indexPrefix.length))
      .sort();
  };

  test('are deleted by the time in their names, closed ones too, and nothing else is', async () => {
    const expired = ['rollups-2026.09', 'verdicts-2026.10.31', 'verdicts-2025.01.01'];
    const kept = [
      'rollups-2026.10',
      'verdicts-2026.11.01',
      'changes-1999',
      'policies',
      'verdicts-2026.31.10',
      'verdicts-mine',
      'mine-2020',
    ];
    for (const name of [...expired, ...kept]) await server.ask('PUT', `/${indexPrefix}${name}`);
    await server.ask('POST', `/${indexPrefix}verdicts-2025.01.01/_close`);
    const stored = expired.toSorted().map((name) => indexPrefix + name);
    expect((await prune({ ...server.setup, dryRun: true }, clock)).toSorted()).toEqual(stored);
    expect(await names()).toEqual([...expired, ...kept].toSorted());
    expect((await prune(server.setup, clock)).toSorted()).toEqual(stored);
    expect(await names()).toEqual(kept.toSorted());
    expect(await prune(server.setup, clock)).toEqual([]);
  });

  test('are not called back by a late document, which is refused', async () => {
    const late = { ...verdict(1, 1), _index: 'netpol-verdicts-2026.10.31' };
    const old = { ...verdict(2, 1), _index: 'netpol-verdicts-2026.11.01' };
    const written = await store.write([late, old], CALM);
    expect(written).toMatchObject({ acknowledged: 1, refused: [{ document: late, status: 410 }] });
    expect(await names()).not.toContain('verdicts-2026.10.31');
  });

  test('are ours to delete where the server has no index state management, which it says', async () => {
    expect(await ensureLifecycle(server.setup)).toBe(null);
  });
});
