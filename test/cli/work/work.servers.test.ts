// `netpol-drift work` on a real Kafka and a real OpenSearch: how it starts, becomes ready, fails and stops. What it
// writes is the matter of test/integration.
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { field } from '../../../src/model/json.ts';
import { eventually } from '../../support/eventually.ts';
import { kafkaAddress, openSearchAddress } from '../../support/servers/addresses.ts';
import { install, type Installation } from '../../support/stream/installation.ts';
import type { WorkerProcess } from '../../support/stream/workerProcess.ts';

const kafka = kafkaAddress();
const openSearch = openSearchAddress();
const SOON = { withinMs: 60_000 };

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const bound = server.address();
      server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : 0));
    });
  });
}

async function ended(worker: WorkerProcess): Promise<number | null> {
  await eventually(() => !worker.isRunning(), SOON);
  return worker.kill('SIGKILL');
}

describe.skipIf(kafka === null || openSearch === null)('work on real servers', () => {
  let installation: Installation;

  async function serving(role: string, more = {}): Promise<{ worker: WorkerProcess; url: string }> {
    const port = await freePort();
    const own = { HTTP_PORT: String(port), HTTP_ADDRESS: '127.0.0.1', ...more };
    return { worker: installation.work(role, own), url: `http://127.0.0.1:${port}` };
  }

  beforeAll(async () => {
    installation = install({ kafka: kafka ?? '', openSearch: openSearch ?? '' });
    await installation.setup(2, 2);
  });
  afterAll(async () => {
    await installation.remove();
  });

  it('ends with 3 and the command that mends it where topics are missing', async () => {
    const worker = installation.work('join', { TOPIC_PREFIX: 'nobody.has.made.these.' });
    expect(await ended(worker)).toBe(3);
    expect(worker.output()).toMatch(
      /Kafka has no topic nobody\.has\.made\.these\.events, .*: run netpol-drift setup/,
    );
  });

  it('with all roles becomes ready, counts what it reads, and stops with 0', async () => {
    const { worker, url } = await serving('all');
    await installation.produce('flows', ['this is no flow']);
    await eventually(async () => (await fetch(`${url}/readyz`)).status === 200, SOON);
    await eventually(async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(metrics).toContain(
        'netpol_drift_records_total{feed="flows",outcome="rejected",reason="not-json"} 1',
      );
      expect(metrics).toContain('netpol_drift_dead_letters_total{stage="parse",reason="not-json"} 1');
    }, SOON);
    expect(await worker.kill('SIGTERM')).toBe(0);
    expect(worker.output()).toContain('"msg":"stopped in order"');
  });

  it('goes on normalising while OpenSearch is away, and is not ready', async () => {
    const { worker, url } = await serving('all', { OPENSEARCH_URL: `http://127.0.0.1:${await freePort()}` });
    const checks = await eventually(async () => {
      const found = field(await (await fetch(`${url}/readyz`)).json(), 'checks');
      expect(found).toMatchObject({
        started: { ok: false, because: 'waits for OpenSearch' },
        'normalise.assigned': { ok: true },
      });
      return found;
    }, SOON);
    expect(field(checks, 'opensearch')).toMatchObject({ ok: false });
    expect(await worker.kill('SIGTERM')).toBe(0);
  });

  it('ends with 3 when a role fails, and names the role in its last line', async () => {
    const { worker } = await serving('normalise', { MAX_REJECT_SHARE: '0.1' });
    await installation.produce(
      'flows',
      Array.from({ length: 3_000 }, (_, index) => `garbage ${index}`),
    );
    expect(await ended(worker)).toBe(3);
    expect(worker.output().trimEnd().split('\n').at(-1)).toMatch(/^netpol-drift: normalise: /);
  });
});
