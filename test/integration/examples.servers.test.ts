// The examples through real Kafka and real OpenSearch, by three workers that share six partitions: the documents
// are those that `analyze` writes from the same files.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { kafkaAddress, openSearchAddress } from '../support/servers/addresses.ts';
import { install, type Installation } from '../support/stream/installation.ts';
import { analysed } from '../support/stream/reference.ts';
import { differences } from '../support/stream/sameDocuments.ts';
import { linesOf, SHOP_CLUSTER, SHOP_FILES } from './shop.ts';

const LIMIT_MS = 180_000;

const kafka = kafkaAddress();
const openSearch = openSearchAddress();

describe.skipIf(kafka === null || openSearch === null)('three workers on six partitions', () => {
  let installation: Installation;

  beforeAll(async () => {
    installation = install(
      { kafka: kafka ?? '', openSearch: openSearch ?? '' },
      { BLOCK_OFFSETS: '256', CLUSTER: SHOP_CLUSTER },
    );
    await installation.setup(3, 6);
  });
  afterAll(() => installation.remove());

  it('write the documents that analyze writes from the same files', { timeout: 2 * LIMIT_MS }, async () => {
    const reference = await analysed(SHOP_FILES);
    await installation.snapshot(SHOP_FILES.policies, SHOP_CLUSTER);
    const workers = [1, 2, 3].map(() => installation.work('all'));
    await installation.produce('audit', linesOf(SHOP_FILES.audit));
    await installation.produce('flows', linesOf(SHOP_FILES.flows));

    try {
      await eventually(
        async () => {
          for (const worker of workers) if (!worker.isRunning()) throw new Error(worker.output());
          expect(differences(reference, await installation.documents()).slice(0, 5)).toEqual([]);
        },
        { withinMs: LIMIT_MS, everyMs: 1_000 },
      );
    } catch (cause) {
      throw new Error(installation.outputs(), { cause });
    }
    const codes = await Promise.all(workers.map((worker) => worker.kill('SIGTERM')));
    expect(codes).toEqual([0, 0, 0]);
    expect(differences(reference, await installation.documents())).toEqual([]);
  });
});
