// `netpol-drift work` before any server answers.
import { createServer } from 'node:net';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, removeFolder, run, start } from '../../support/command.ts';
import { eventually } from '../../support/eventually.ts';

let folder = '';
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => removeFolder(folder));

/** Free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const bound = server.address();
      server.close(() => resolve(typeof bound === 'object' && bound !== null ? bound.port : 0));
    });
  });
}

describe('work', () => {
  it('refuses a role that it does not know', async () => {
    const { code, stderr } = await run(['work', '--role', 'joiner'], folder);
    expect([code, stderr]).toEqual([
      2,
      'netpol-drift: --role joiner: unknown; one of normalise, join, repair, all\n',
    ]);
  });

  it('tells all settings that are wrong, before it does anything', async () => {
    const wrong = { FLUSH_MS: '5s', KAFKA_TLS: 'yes', OPENSEARCH_PASSWORD_FILE: '/nowhere' };
    const { code, stderr, stdout } = await run(['work'], folder, '', wrong);
    expect([code, stdout]).toEqual([2, '']);
    for (const name of Object.keys(wrong)) expect(stderr).toContain(`  ${name}=`);
  });

  it('takes a password out of a file', async () => {
    const file = join(folder, 'password');
    writeFileSync(file, 'hunter2\n');
    const both = { OPENSEARCH_PASSWORD_FILE: file, OPENSEARCH_USERNAME: 'u', FLUSH_MS: 'x' };
    const { stderr } = await run(['work'], folder, '', both);
    expect(stderr).toBe(
      'netpol-drift: FLUSH_MS=x: expected a whole number of milliseconds, 100 to 600,000\n',
    );
  });

  it('waits for a Kafka that is away, says so, and stops at once when told to', async () => {
    const port = await freePort();
    const kafka = `127.0.0.1:${await freePort()}`;
    const settings = { KAFKA_BROKERS: kafka, HTTP_PORT: String(port), HTTP_ADDRESS: '127.0.0.1' };
    const worker = start(['work'], folder, settings);
    const ready = await eventually(() => fetch(`http://127.0.0.1:${port}/readyz`), { withinMs: 30_000 });
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      ready: false,
      checks: { started: { ok: false, because: 'waits for Kafka' } },
    });
    expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
    worker.signal('SIGTERM');
    const { code, stdout } = await worker.ended;
    expect(code).toBe(0);
    expect(stdout).toBe(`health and metrics: http://127.0.0.1:${port}\n`);
  });
});
