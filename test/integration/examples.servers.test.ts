// The examples through real Kafka and real OpenSearch, by three workers that share six partitions: the documents
// are those that `analyze` writes from the same files.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { kafkaAddress, openSearchAddress } from '../support/servers/addresses.ts';
import { install, type Installation } from '../support/stream/installation.ts';
import { analysed } from '../support/stream/reference.ts';
import { differences } from '../support/stream/sameDocuments.ts';

const SHOP = new URL('../../examples/shop/', import.meta.url);
const CLUSTER = 'prod-eu1';
const LIMIT_MS = 180_000;

const kafka = kafkaAddress();
const openSearch = openSearchAddress();

describe.skipIf(kafka === null || openSearch === null)('three workers on six partitions', () => {
  let installation: Installation;

  beforeAll(async () => {
    installation = install(
      { kafka: kafka ?? '', openSearch: openSearch ?? '' },
      { BLOCK_OFFSETS: '256', CLUSTER },
    );
    await installation.setup(3, 6);
  });
  afterAll(() => installation.remove());

  it('write the documents that analyze writes from the same files', { timeout: 2 * LIMIT_MS }, async () => {
    const reference = await analysed({
      flows: file('flows.ndjson'),
      audit: file('audit.ndjson'),
      policies: file('policies.json'),
      cluster: '',
    });
    await installation.snapshot(file('policies.json'), CLUSTER);
    const workers = [1, 2, 3].map(() => installation.work('all'));
    await installation.produce('audit', lines('audit.ndjson'));
    await installation.produce('flows', lines('flows.ndjson'));

    try {
      await eventually(
        async () => {
          for (const worker of workers) if (!worker.isRunning()) throw new Error(worker.output());
          expect(differences(reference, await installation.documents()).slice(0, 5)).toEqual([]);
        },
        { withinMs: LIMIT_MS, everyMs: 1_000 },
      );
    } catch (cause) {
      throw new Error(workers.map((worker) => worker.output().slice(-4_000)).join('\n---\n'), { cause });
    }
    const codes = await Promise.all(workers.map((worker) => worker.kill('SIGTERM')));
    expect(codes).toEqual([0, 0, 0]);
    expect(differences(reference, await installation.documents())).toEqual([]);
  });
});

function file(name: string): string {
  return fileURLToPath(new URL(name, SHOP));
}

function lines(name: string): readonly string[] {
  return readFileSync(new URL(name, SHOP), 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
