// The repairer on a real Kafka and a real OpenSearch: changes that come late, and a repairer that is cut off half-way.
import { randomBytes } from 'node:crypto';
import kafkajs from 'kafkajs';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Document } from '../../../src/documents/document.ts';
import { connectKafka } from '../../../src/kafka/client/connect.ts';
import type { Log } from '../../../src/kafka/log.ts';
import { at, field, isObject, number, text } from '../../../src/model/json.ts';
import type { DocumentStore } from '../../../src/stores/opensearch/documentStore.ts';
import { openDocumentStore } from '../../../src/stores/opensearch/store.ts';
import { startRepair } from '../../../src/workers/repair/worker.ts';
import { groupsOf, topicsOf } from '../../../src/workers/topics.ts';
import { type Server, serverForTests } from '../../stores/opensearch/realServer.ts';
import { eventually } from '../../support/eventually.ts';
import { kafkaAddress, openSearchAddress } from '../../support/servers/addresses.ts';
import type { Place } from './place.ts';
import { lateChanges, sceneAt } from './scene.ts';
import { wrongs } from './truth.ts';

const address = kafkaAddress();
const brokers = (address ?? '').split(',');

describe.skipIf(address === null || openSearchAddress() === null)('on real servers', () => {
  const server = serverForTests();
  const prefix = `repair-${randomBytes(4).toString('hex')}`;
  const logs: Log[] = [];
  const stores: DocumentStore[] = [];
  let runs = 0;
  let place: Place;

  function connected(): Log {
    const log = connectKafka({ brokers, clientId: prefix }, () => {});
    logs.push(log);
    return log;
  }

  beforeEach(async () => {
    runs += 1;
    await server.ask('DELETE', `/${server.settings.indexPrefix}*`);
    const store = openDocumentStore(server.settings, () => {});
    stores.push(store);
    const name = `${prefix}-${runs}.`;
    place = {
      log: connected(),
      store,
      topics: topicsOf(name),
      groups: groupsOf(name),
      tuning: { sessionTimeoutMs: 6_000, bulkTimeoutMs: 1, pollMs: 100, settleMs: 500 },
      soon: { withinMs: 60_000 },
      stored: () => documentsIn(server),
    };
  });

  afterAll(async () => {
    await Promise.all(logs.map((log) => log.close()));
    await Promise.all(stores.map((store) => store.close()));
    await removeFromKafka(prefix);
  });

  test('a change that comes after its blocks were closed leaves the documents of an on-time arrival', async () => {
    const scene = await sceneAt(place, 1);
    const last = await lateChanges(scene);
    expect(await wrongs(scene)).not.toEqual([]);
    const repair = await startRepair(scene.parts({ log: connected() }));
    await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
    await eventually(async () => (await wrongs(scene)).length === 0, scene.soon);
    await repair.stop();
    expect(scene.mended.map(({ outcome }) => outcome)).not.toContain('unrepairable');
  });

  test('what one repairer left half-done, the one that stood by does again', async () => {
    const scene = await sceneAt(place, 1);
    const last = await lateChanges(scene);
    let writes = 4;
    const store: DocumentStore = {
      ...place.store,
      async write(documents, signal) {
        writes -= 1;
        if (writes < 0) throw new Error('cut off');
        return place.store.write(documents, signal);
      },
    };
    const log = connected();
    const first = await startRepair(scene.parts({ log, store }));
    const second = await startRepair(scene.parts({ log: connected() }));
    await expect(first.failure).rejects.toThrow('cut off');
    expect(await scene.repairedUpTo()).toBeLessThan(last);
    await log.close();
    await eventually(async () => (await scene.repairedUpTo()) === last, scene.soon);
    await eventually(async () => (await wrongs(scene)).length === 0, scene.soon);
    await second.stop();
  });
});

/** Of blocks, as they can be searched after a refresh. */
async function documentsIn(server: Server): Promise<readonly Document[]> {
  const { indexPrefix } = server.settings;
  const indices = `${indexPrefix}verdicts-*,${indexPrefix}rollups-*`;
  await server.ask('POST', `/${indices}/_refresh`);
  const answer = await server.ask('POST', `/${indices}/_search`, { size: 10_000, version: true });
  const hits = at(answer, 'hits', 'hits');
  return (Array.isArray(hits) ? hits : []).map((hit: unknown): Document => {
    const source = field(hit, '_source');
    return {
      _id: text(field(hit, '_id')),
      _index: text(field(hit, '_index')).replace(indexPrefix, 'netpol-'),
      _version: number(field(hit, '_version')) ?? 0,
      fields: isObject(source)
        ? Object.fromEntries(
            Object.entries(source).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
          )
        : {},
    };
  });
}

async function removeFromKafka(prefix: string): Promise<void> {
  const client = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
  await admin.deleteTopics({ topics });
  const groups = (await admin.listGroups()).groups.map(({ groupId }) => groupId);
  await admin.deleteGroups(groups.filter((groupId) => groupId.startsWith(prefix)));
  await admin.disconnect();
}
