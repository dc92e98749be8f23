// The store on a real OpenSearch: what is OpenSearch's own. What every store keeps to is in test/contract.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rollupVersion } from '../../../src/documents/versions.ts';
import { at } from '../../../src/model/json.ts';
import type { DocumentStore, Written } from '../../../src/stores/opensearch/documentStore.ts';
import { openDocumentStore } from '../../../src/stores/opensearch/store.ts';
import type { Document } from '../../../src/documents/document.ts';
import { CALM, describeOnServer, serverForTests } from './realServer.ts';
import { anId, rollup, verdict } from './someDocuments.ts';

describeOnServer('a store on OpenSearch', () => {
  const server = serverForTests();
  const { indexPrefix } = server.settings;
  let store: DocumentStore;
  beforeAll(() => {
    store = openDocumentStore(server.settings, () => {});
  });
  afterAll(() => store.close());

  const write = (...documents: readonly Document[]): Promise<Written> => store.write(documents, CALM);
  const stored = async (index: string, id: number): Promise<unknown> =>
    server.ask('GET', `/${indexPrefix}${index}/_doc/${anId(id)}`);

  test('replaces by an equal or higher version and refuses a lower one as superseded', async () => {
    expect(await write(rollup(1, 5, { count: 1 }))).toMatchObject({ acknowledged: 1, superseded: 0 });
    expect(await write(rollup(1, 5, { count: 2 }))).toMatchObject({ acknowledged: 1, superseded: 0 });
    expect(await write(rollup(1, 4, { count: 3 }))).toMatchObject({ acknowledged: 0, superseded: 1 });
    expect(await stored('rollups-2026.11', 1)).toMatchObject({ _version: 5, _source: { count: 2 } });
  });

  test('refuses a document with a field that the catalogue lacks, says why, and takes its neighbours', async () => {
    const bad = rollup(4, 1, { 'not.ours': 'x' });
    const written = await write(rollup(3, 1), bad, rollup(5, 1));
    expect(written).toMatchObject({ acknowledged: 2, superseded: 0 });
    expect(written.refused.map(({ document, status }) => [document, status])).toEqual([[bad, 400]]);
    expect(written.refused[0]?.reason).toMatch(/strict_dynamic_mapping_exception.*\[not\]/);
  });

  test('refuses a document for a closed index', async () => {
    await write(verdict(6, 1, {}));
    const old = { ...verdict(7, 1), _index: 'netpol-verdicts-2026.10.01' };
    await write(old);
    await server.ask('POST', `/${indexPrefix}verdicts-2026.10.01/_close`);
    const { refused } = await write({ ...old, _version: 2 });
    expect(refused.map(({ status, reason }) => [status, /index_closed_exception/.test(reason)])).toEqual([
      [400, true],
    ]);
    const wanted = [old, verdict(6, 1)].map(({ _id, _index }) => ({ id: _id, index: _index }));
    expect(await store.verdictStatuses(wanted, CALM)).toEqual(new Map([[anId(6), 'final']]));
  });

  test('makes a deleted index again, as the template says', async () => {
    const late = { ...verdict(8, 1), _index: 'netpol-verdicts-2026.09.01' };
    await write(late);
    await server.ask('DELETE', `/${indexPrefix}verdicts-2026.09.01`);
    expect(await write(late)).toMatchObject({ acknowledged: 1 });
    const mapping = await server.ask('GET', `/${indexPrefix}verdicts-2026.09.01/_mapping`);
    expect(at(mapping, `${indexPrefix}verdicts-2026.09.01`, 'mappings', 'dynamic')).toBe('strict');
  });
});

describeOnServer('the highest policy offset', () => {
  const server = serverForTests();
  const store = openDocumentStore(server.settings, () => {});
  afterAll(() => store.close());

  const change = (id: number, version: number): Document => ({
    ...rollup(id, version),
    _index: 'netpol-changes-2026',
    fields: { '@timestamp': '2026-11-02T09:00:00.000000Z' },
  });

  test('is that of changes, too, which say it in their versions alone', async () => {
    expect(
      await store.write([rollup(2, rollupVersion(1, 4)), change(4, 13), change(5, 12)], CALM),
    ).toMatchObject({
      acknowledged: 3,
    });
    expect(await store.highestPolicyOffset(CALM)).toBe(12);
  });
});
