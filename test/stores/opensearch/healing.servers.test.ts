// What heals is waited for, what does not is told: a store whose way to the real OpenSearch is troubled.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Document } from '../../../src/documents/document.ts';
import type { WriteEvent } from '../../../src/stores/opensearch/bulkSender.ts';
import { type OpenSearchStore, openDocumentStore } from '../../../src/stores/opensearch/store.ts';
import { ensureTemplates } from '../../../src/stores/opensearch/templateSetup.ts';
import { eventually } from '../../support/eventually.ts';
import { type FaultyProxy, startFaultyProxy, status, type Trouble } from './faultyProxy.ts';
import { CALM, describeOnServer, serverForTests } from './realServer.ts';
import { anId, rollup, verdict } from './someDocuments.ts';

describeOnServer('a store that OpenSearch cannot serve at once', () => {
  const server = serverForTests();
  const { settings } = server;
  let proxy: FaultyProxy;
  let store: OpenSearchStore;
  let events: WriteEvent[] = [];

  beforeAll(async () => {
    proxy = await startFaultyProxy(settings.urls[0] ?? '');
  });
  afterAll(() => proxy.close());
  beforeEach(() => {
    events = [];
    store = openStore();
  });
  afterEach(() => store.close());

  function openStore(change: Partial<typeof settings> = {}): OpenSearchStore {
    return openDocumentStore(
      { ...settings, urls: [proxy.url], requestTimeoutMs: 2_000, ...change },
      () => {},
      {
        random: () => 0.01,
        observe: (event) => events.push(event),
      },
    );
  }

  test.each<[string, Trouble]>([
    ['it is busy', status(429, 'rejected_execution_exception', 'queue is full')],
    ['a proxy has lost it', status(502)],
    [
      'it has no master',
      status(503, 'cluster_block_exception', 'blocked by: [SERVICE_UNAVAILABLE/2/no master]'),
    ],
    ['a proxy waited too long for it', status(504)],
    ['something is wrong inside', status(500, 'null_pointer_exception', 'x is null')],
    ['it hangs up', { kind: 'reset' }],
    ['its answer is cut off', { kind: 'swallow' }],
    ['it says nothing in time', { kind: 'silence' }],
  ])('writes all the same when %s', async (_, trouble) => {
    const printed = vi.spyOn(console, 'log');
    proxy.trouble('/_bulk', trouble, trouble);
    expect(await store.write([rollup(1, 9), rollup(2, 9)], CALM)).toEqual({
      acknowledged: 2,
      superseded: 0,
      refused: [],
    });
    expect(store.trouble()).toBe(null);
    expect(printed).not.toHaveBeenCalled();
  });

  test('sends only what can heal again, and counts each document once', async () => {
    const documents = [1, 2, 3].map((id) => ({ ...rollup(id, 1), _index: `netpol-rollups-2025.0${id}` }));
    await store.write(documents, CALM);
    await server.ask('PUT', `/${settings.indexPrefix}rollups-2025.02/_settings`, {
      'index.blocks.write': true,
    });
    events = [];
    const writing = store.write([...documents, verdict(9, 1, { 'not.ours': 1 })], CALM);
    await eventually(() => events.filter(({ kind }) => kind === 'retry').length >= 3, { withinMs: 20_000 });
    await server.ask('PUT', `/${settings.indexPrefix}rollups-2025.02/_settings`, {
      'index.blocks.write': null,
    });
    expect(await writing).toMatchObject({ acknowledged: 3, superseded: 0, refused: [{ status: 400 }] });
    const sent = events.flatMap((event) => (event.kind === 'bulk' ? [event.documents] : []));
    expect([sent[0], ...new Set(sent.slice(1))]).toEqual([4, 1]);
  });

  test('sends fewer bulks at a time while OpenSearch is busy, and more again afterwards', async () => {
    const limits = () => events.flatMap((event) => (event.kind === 'concurrency' ? [event.limit] : []));
    const busy = status(429, 'rejected_execution_exception');
    proxy.trouble('/_bulk', busy, busy, busy);
    await store.write([rollup(1, 9)], CALM);
    expect(limits()).toEqual([2, 1, 1, 2]);
    for (let round = 0; round < 8; round += 1) await store.write([rollup(1, 9)], CALM);
    expect(limits().at(-1)).toBe(settings.concurrency);
  });

  test('splits what is too large for one request, and refuses only the document that is too large alone', async () => {
    const tooLarge = status(413);
    proxy.trouble('/_bulk', tooLarge, tooLarge, tooLarge);
    const documents = [11, 12, 13, 14].map((id) => rollup(id, 1));
    const written = await store.write(documents, CALM);
    expect(written).toMatchObject({ acknowledged: 3, refused: [{ document: documents[0], status: 413 }] });
  });

  test('splits a large bulk that loses its connection again and again', async () => {
    const documents = [1, 2, 3, 4].map((id) => rollup(id, 9, { samples: ['x'.repeat(400_000)] }));
    proxy.trouble('/_bulk', ...Array.from({ length: 3 }, () => ({ kind: 'reset' }) as const));
    expect(await store.write(documents, CALM)).toMatchObject({ acknowledged: 4 });
    const sizes = events.flatMap((event) => (event.kind === 'bulk' ? [event.documents] : []));
    expect(sizes).toEqual([4, 4, 4, 2, 2]);
  });

  test('never sends a document beyond the limit, and goes on with the others', async () => {
    const giant = rollup(21, 1, { samples: Array.from({ length: 100 }, () => 'x'.repeat(100_000)) });
    const written = await store.write([rollup(20, 1), giant, rollup(22, 1)], CALM);
    expect(written).toMatchObject({ acknowledged: 2, refused: [{ document: giant, status: 413 }] });
  });

  test('holds no more than its bulks in memory, however much is given to it', async () => {
    const many: Document[] = Array.from({ length: 400 }, (_, id) => rollup(100 + id, 1));
    const small = openStore({ bulkBytes: 4_096, concurrency: 2 });
    expect(await small.write(many, CALM)).toMatchObject({ acknowledged: 400 });
    await small.close();
    const bulks = events.flatMap((event) => (event.kind === 'bulk' ? [event.bytes] : []));
    expect(bulks.length).toBeGreaterThan(20);
    expect(Math.max(...bulks)).toBeLessThanOrEqual(4_096);
  });

  test('stops for a wrong password instead of turning every document away', async () => {
    proxy.trouble('/_bulk', status(401, 'security_exception', 'no credentials'));
    await expect(store.write([rollup(1, 9)], CALM)).rejects.toMatchObject({
      code: 'opensearch-refused',
      message: expect.stringContaining('OPENSEARCH_PASSWORD'),
    });
  });

  test('stops for an answer that does not tell of every document', async () => {
    proxy.trouble('/_bulk', { kind: 'shorten' });
    await expect(store.write([rollup(1, 9), rollup(2, 9)], CALM)).rejects.toMatchObject({
      code: 'opensearch-refused',
      message: expect.stringContaining('speaks of 1 documents, 2 were sent'),
    });
  });

  test('ends with the reason of the signal while it waits for OpenSearch', async () => {
    const nowhere = openDocumentStore({ ...settings, urls: ['http://127.0.0.1:1'] }, () => {});
    const stopping = new AbortController();
    const writing = nowhere.write([rollup(1, 9)], stopping.signal);
    await eventually(() => nowhere.trouble() !== null, { withinMs: 10_000 });
    expect(nowhere.trouble()).toMatch(/^unreachable .*ECONNREFUSED/);
    stopping.abort(new Error('the worker stops'));
    await expect(writing).rejects.toThrow('the worker stops');
    await nowhere.close();
  });

  test('goes on reading after the server has forgotten where it was, and passes nothing over', async () => {
    const cluster = 'forgetful';
    const written = Array.from({ length: 4_500 }, (_, id) => {
      const minute = `2026-11-03T0${Math.floor(id / 600)}:${String(Math.floor(id / 10) % 60).padStart(2, '0')}:00.000000Z`;
      return rollup(10_000 + id, 1, {
        '@timestamp': minute,
        'window.start': minute,
        'orchestrator.cluster.name': cluster,
      });
    });
    await store.write(written, CALM);
    proxy.trouble(
      '/_search/scroll',
      status(404, 'search_context_missing_exception', 'No search context found'),
    );
    const ids: string[] = [];
    for await (const page of store.rollupsIn({ cluster, from: 0, until: Number.MAX_SAFE_INTEGER }, CALM))
      ids.push(...page.map(({ _id }) => _id));
    expect(new Set(ids)).toEqual(new Set(written.map(({ _id }) => _id)));
    expect(ids.length).toBeLessThan(written.length + 20);
    expect(proxy.count('/_search/scroll')).toBeGreaterThan(1);
  });

  test('tells statuses although the first answer was lost', async () => {
    await store.write([verdict(61, 1)], CALM);
    proxy.trouble('/_mget', { kind: 'reset' }, status(503, 'no_shard_available_action_exception'));
    const wanted = [{ id: anId(61), index: 'netpol-verdicts-2026.11.02' }];
    expect(await store.verdictStatuses(wanted, CALM)).toEqual(new Map([[anId(61), 'final']]));
  });

  test('looks for the templates again when OpenSearch was lost, which may have come back empty', async () => {
    await store.write([rollup(1, 9)], CALM);
    await server.ask('DELETE', `/_index_template/${settings.indexPrefix}rollups`);
    proxy.trouble('/_bulk', { kind: 'reset' });
    const late = { ...rollup(1, 9), _index: 'netpol-rollups-2024.01' };
    await expect(store.write([late], CALM)).rejects.toMatchObject({
      code: 'opensearch-refused',
      message: expect.stringContaining(
        `lacks the index template ${settings.indexPrefix}rollups, or has an older one; run netpol-drift setup`,
      ),
    });
    expect(await server.ask('GET', `/${settings.indexPrefix}rollups-2024.01`)).toBe(null);
    await ensureTemplates(server.setup);
    expect(await store.write([late], CALM)).toMatchObject({ acknowledged: 1 });
  });

  test('writes, and warns, when it may not look at the templates', async () => {
    const warnings: string[] = [];
    const careful = openDocumentStore({ ...settings, urls: [proxy.url] }, (level, message) => {
      if (level === 'warn') warnings.push(message);
    });
    proxy.trouble('/_index_template', status(403, 'security_exception', 'no permissions'));
    expect(await careful.write([rollup(1, 9)], CALM)).toMatchObject({ acknowledged: 1 });
    expect(warnings).toEqual([expect.stringContaining('Index templates cannot be looked at')]);
    await careful.close();
  });

  test('reads nothing into an answer that is not that of OpenSearch', async () => {
    proxy.trouble('/_search', status(404));
    await expect(store.rollupsOfBlock('netpol.events/0', 7, CALM)).rejects.toMatchObject({
      code: 'opensearch-refused',
      message: expect.stringContaining('OPENSEARCH_URL'),
    });
  });
});
