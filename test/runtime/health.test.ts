// The health server over real sockets.
import { afterEach, describe, expect, it } from 'vitest';
import {
  type CheckResult,
  type HealthParts,
  type HealthServer,
  startHealthServer,
} from '../../src/runtime/health.ts';

let server: HealthServer | null = null;

afterEach(async () => {
  await server?.close();
  server = null;
});

async function serve(parts: Partial<HealthParts> = {}): Promise<string> {
  server = await startHealthServer({
    address: '127.0.0.1',
    port: 0,
    fatal: () => '',
    checks: () => new Map(),
    exposition: () => Promise.resolve('up 1\n'),
    contentType: 'text/plain; version=0.0.4',
    ...parts,
  });
  return `http://127.0.0.1:${server.port}`;
}

describe('/livez', () => {
  it('is fine while nothing has ended the work, and says what has', async () => {
    let fatal = '';
    const url = await serve({ fatal: () => fatal });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    fatal = 'join: the policy log was made anew';
    const answer = await fetch(`${url}/livez`);
    expect([answer.status, await answer.text()]).toEqual([503, `${fatal}\n`]);
  });
});

describe('/readyz', () => {
  it('is not ready before anything is known', async () => {
    const url = await serve();
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
  });

  it('is ready when every check passes, and gives the reason of each', async () => {
    const checks = new Map<string, CheckResult>([
      ['join.policy-log', { ok: true, because: 'read up to offset 41' }],
      ['opensearch', { ok: false, because: 'unreachable connect ECONNREFUSED' }],
    ]);
    const url = await serve({ checks: () => checks });
    const answer = await fetch(`${url}/readyz`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ ready: false, checks: Object.fromEntries(checks) });
    checks.set('opensearch', { ok: true, because: 'answers' });
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });
});

describe('the health server', () => {
  it('gives the metrics in their own format', async () => {
    const url = await serve();
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4');
    expect(await answer.text()).toBe('up 1\n');
  });

  it('answers 500 when the metrics cannot be made, and goes on', async () => {
    const url = await serve({ exposition: () => Promise.reject(new Error('broken')) });
    expect((await fetch(`${url}/metrics`)).status).toBe(500);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  it.each([
    ['GET', '/', 404],
    ['GET', '/livez/', 404],
    ['POST', '/livez', 405],
    ['HEAD', '/livez?verbose', 200],
  ])('answers %s %s with %i', async (method, path, status) => {
    const url = await serve();
    expect((await fetch(url + path, { method })).status).toBe(status);
  });

  it('says which setting to change when the port is taken', async () => {
    await serve();
    const again = startHealthServer({
      address: '127.0.0.1',
      port: server?.port ?? 0,
      fatal: () => '',
      checks: () => new Map(),
      exposition: () => Promise.resolve(''),
      contentType: '',
    });
    await expect(again).rejects.toMatchObject({
      code: 'settings',
      message: expect.stringMatching(/is in use already.*HTTP_PORT/),
    });
  });
});
