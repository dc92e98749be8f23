// How parts of saved queries are asked of OpenSearch: in one search where that is enough, else page by page.
import { expect, test } from 'vitest';
import type { Document } from '../../../src/documents/document.ts';
import type { Tally } from '../../../src/queries/catalogue/part.ts';
import { answerFromOpenSearch } from '../../../src/stores/opensearch/answers.ts';
import type { Connection } from '../../../src/stores/opensearch/connection.ts';
import { openDocumentStore } from '../../../src/stores/opensearch/store.ts';
import { CALM, describeOnServer, serverForTests } from './realServer.ts';

const BY_POLICY: Tally = {
  kind: 'tally',
  from: 'rollups',
  where: [],
  by: {
    cluster: { field: 'orchestrator.cluster.name' },
    policy: { field: 'policy.responsible', each: true },
    hour: { field: '@timestamp', stepMs: 3_600_000 },
  },
  measures: { verdicts: { kind: 'sum', field: 'count' } },
};
const BY_PORT: Tally = { ...BY_POLICY, by: { port: { field: 'destination.port' } } };

const HOUR = Date.parse('2026-11-02T08:00:00Z');

const DOCUMENTS: readonly Document[] = [
  rollup('1', { 'orchestrator.cluster.name': 'east', 'policy.responsible': ['a', 'b'], count: 2 }),
  rollup('2', { 'orchestrator.cluster.name': 'east', count: 3, 'destination.port': 80 }),
];

describeOnServer('a tally', () => {
  const server = serverForTests();
  const { indexPrefix } = server.settings;

  function reading(exchange: Connection['exchange']) {
    return { ...server, indexPrefix, connection: { ...server.connection, exchange } };
  }

  test('of few groups is answered by one search, of others by pages; a search that fails is asked in pages', async () => {
    const store = openDocumentStore(server.settings, server.logger);
    await store.write(DOCUMENTS, CALM);
    await server.ask('POST', `/${indexPrefix}*/_refresh`);
    await store.close();

    const sent: string[] = [];
    const counted = reading((request, signal) => {
      sent.push(request.body ?? '');
      return server.connection.exchange(request, signal);
    });
    const { rows } = await answerFromOpenSearch(counted, BY_POLICY, CALM);
    expect(rows).toEqual([
      { cluster: 'east', policy: null, hour: HOUR, verdicts: 3 },
      { cluster: 'east', policy: 'a', hour: HOUR, verdicts: 2 },
      { cluster: 'east', policy: 'b', hour: HOUR, verdicts: 2 },
    ]);
    expect(sent).toEqual([expect.not.stringContaining('composite')]);

    await answerFromOpenSearch(counted, BY_PORT, CALM);
    expect(sent.slice(1)).toEqual([expect.stringContaining('composite')]);

    const failing = reading((request, signal) =>
      request.body?.includes('composite') === true
        ? server.connection.exchange(request, signal)
        : Promise.resolve({ kind: 'answer', status: 503, type: 'too_many_buckets_exception', reason: '' }),
    );
    expect(await answerFromOpenSearch(failing, BY_POLICY, CALM)).toEqual({ rows, cut: false });
  });
});

function rollup(id: string, fields: Document['fields']): Document {
  const time = { '@timestamp': new Date(HOUR + 60_000).toISOString() };
  return { _id: id, _index: 'netpol-rollups-2026.11', _version: 1, fields: { ...time, ...fields } };
}
