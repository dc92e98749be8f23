// `netpol-drift why` on OpenSearch: the same answers as a store file gives that holds the same documents.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bothEngines } from '../contract/bothEngines.ts';
import { analysedDocuments } from '../queries/catalogue/analysedDocuments.ts';
import { describeOnServer } from '../stores/opensearch/realServer.ts';
import { SAMPLES } from '../support/cluster.ts';
import { makeFolder, removeFolder, run } from '../support/command.ts';

const cluster = fileURLToPath(new URL('cluster/', SAMPLES));

describeOnServer('why on OpenSearch', () => {
  const engines = bothEngines();
  let folder = '';
  beforeAll(async () => {
    folder = makeFolder();
    const files = ['--flows', 'flows.ndjson', '--audit', 'audit.ndjson', '--policies', 'snapshot.json'];
    const args = files.map((word) => (word.startsWith('--') ? word : join(cluster, word)));
    await run(['analyze', ...args, '--store', 'drift.duckdb'], folder);
    await engines.load(await analysedDocuments(cluster, 'snapshot.json'));
  });
  afterAll(() => removeFolder(folder));

  const why = (question: string, ...options: readonly string[]) =>
    run(['why', ...question.split(' '), ...options], folder, '', engines.environment);
  const url = (): string => engines.environment['OPENSEARCH_URL'] ?? '';

  test.each([
    'edge/gateway shop/web 8080',
    'shop/checkout shop/cart 8080',
    'team-01/omega team-02/beta 6379',
    'stream/producer stream/ingest 9092',
    'shop/web legacy/worker 9100',
    'world media/cdn 8000',
    'team-02/gamma team-02/delta icmp',
    'shop/web stream/ingest 9092',
    'payments/ledger 203.0.113.70 443',
    'vault/* vault/vault 8200',
  ])('%s: as the store file says', async (question) => {
    const stored = await why(question, '--store', 'drift.duckdb');
    const asked = await why(question, '--opensearch', url());
    expect(asked).toEqual(stored);
    expect(asked.code).toBe(0);
  });

  test('as of a time', async () => {
    const at = ['--at', '2026-11-02T09:10:00Z'];
    const asked = await why('shop/checkout shop/cart 8080', '--opensearch', url(), ...at);
    expect(asked).toEqual(await why('shop/checkout shop/cart 8080', '--store', 'drift.duckdb', ...at));
  });

  test('a name that nobody has', async () => {
    const asked = await why('shop/nobody shop/cart 8080', '--opensearch', url());
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('shop/nobody: no verdict of')]);
  });

  test('files or OpenSearch, not both', async () => {
    const asked = await why('shop/web shop/cart 8080', '--opensearch', url(), '--store', 'drift.duckdb');
    expect([asked.code, asked.stderr]).toEqual([
      2,
      expect.stringContaining('one of them is asked, not both'),
    ]);
  });
});

describeOnServer('why on OpenSearch before any policy is stored', () => {
  const engines = bothEngines();

  test('says so, instead of missing a snapshot that was published, and names no policy without a name', async () => {
    const documents = await analysedDocuments(cluster, 'snapshot.json');
    await engines.load(documents.filter(({ _index }) => !/^netpol-(?:changes|policies)/.test(_index)));
    const folder = makeFolder();
    const { code, stdout } = await run(
      [
        'why',
        'shop/checkout',
        'shop/cart',
        '8080',
        '--opensearch',
        engines.environment['OPENSEARCH_URL'] ?? '',
      ],
      folder,
      '',
      engines.environment,
    );
    removeFolder(folder);
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(code).toBe(0);
    expect(text).toContain('OpenSearch holds no policies yet');
    expect(text).toContain('role repair');
    expect(text).not.toContain('snapshot → publish');
    expect(text).not.toMatch(/of {1,2}allows/);
  });
});
