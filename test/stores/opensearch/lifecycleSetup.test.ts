// Lifecycle policies against a stand-in for the plugin of index state management, which the server of the tests
// does not have: it keeps policies under sequence numbers and refuses a write that names an old one, as documented.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openConnection, type Connection } from '../../../src/stores/opensearch/connection.ts';
import { ensureLifecycle } from '../../../src/stores/opensearch/lifecycleSetup.ts';
import { OPENSEARCH_DEFAULTS } from '../../../src/stores/opensearch/settings.ts';
import type { Setup } from '../../../src/stores/opensearch/templateSetup.ts';

let server: Server;
let connection: Connection;
let policies: Map<string, { readonly sequence: number; readonly policy: unknown }>;
/** All that was asked to change, as `POST /…/add/netpol-verdicts-* {…}`. */
let writes: string[];

beforeEach(async () => {
  policies = new Map();
  writes = [];
  server = createServer((request, response) => {
    void answerTo(request).then(([status, body]) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  connection = openConnection({ ...OPENSEARCH_DEFAULTS, urls: [`http://127.0.0.1:${port}`] });
});

afterEach(async () => {
  await connection.close();
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

function setup(verdicts: number, dryRun = false): Setup {
  const retentionDays = { verdicts, rollups: 180, changes: 0, feeds: 180 };
  const settings = { ...OPENSEARCH_DEFAULTS, retentionDays };
  return {
    connection,
    logger: () => {},
    random: () => 0,
    settings,
    dryRun,
    signal: new AbortController().signal,
  };
}

const steps = async (with_: Setup) =>
  (await ensureLifecycle(with_))?.map(({ what, change, details }) =>
    [`${change} ${what}`, ...details].join(': '),
  );

test('policies are made once, and the indices that are there are put under them', async () => {
  expect(await steps(setup(30))).toEqual([
    'create lifecycle policy netpol-verdicts-retention: deletes at the age of 31d',
    'create lifecycle policy netpol-rollups-retention: deletes at the age of 211d',
    'create lifecycle policy netpol-feeds-retention: deletes at the age of 211d',
  ]);
  expect(writes.filter((write) => write.startsWith('POST'))).toEqual(
    ['verdicts', 'rollups', 'feeds'].map(
      (table) => `POST /_plugins/_ism/add/netpol-${table}-* {"policy_id":"netpol-${table}-retention"}`,
    ),
  );
  writes = [];
  expect((await steps(setup(30)))?.every((step) => step.startsWith('none '))).toBe(true);
  expect(writes).toEqual([]);
});

test('a policy follows the retention that is set, also for the indices under the old one', async () => {
  await steps(setup(30));
  writes = [];
  expect((await steps(setup(7)))?.[0]).toBe(
    'update lifecycle policy netpol-verdicts-retention: deletes at the age of 8d, not 31d',
  );
  expect(writes.map((write) => write.split(' ').slice(0, 2).join(' '))).toEqual([
    'PUT /_plugins/_ism/policies/netpol-verdicts-retention?if_seq_no=1&if_primary_term=1',
    'POST /_plugins/_ism/change_policy/netpol-verdicts-*',
  ]);
});

test('the policy of a table that is now kept for ever is taken away', async () => {
  await steps(setup(30));
  writes = [];
  expect((await steps(setup(0)))?.[0]).toBe(
    'delete lifecycle policy netpol-verdicts-retention: verdicts are kept for ever',
  );
  expect(writes).toEqual([
    'POST /_plugins/_ism/remove/netpol-verdicts-* ',
    'DELETE /_plugins/_ism/policies/netpol-verdicts-retention ',
  ]);
});

test('a dry run changes nothing', async () => {
  expect((await steps(setup(30, true)))?.length).toBe(3);
  await steps(setup(30));
  writes = [];
  await steps(setup(0, true));
  await steps(setup(7, true));
  expect(writes).toEqual([]);
});

async function answerTo(request: IncomingMessage): Promise<readonly [number, unknown]> {
  const { method = '', url = '' } = request;
  let body = '';
  for await (const piece of request) body += String(piece);
  if (method !== 'GET') writes.push(`${method} ${decodeURIComponent(url)} ${body}`);
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const name = /\/_ism\/policies\/(.+)$/.exec(pathname)?.[1];
  if (name === undefined)
    return [200, method === 'GET' ? { policies: [] } : { updated_indices: 0, failures: false }];
  const stored = policies.get(name);
  if (method === 'DELETE') return [policies.delete(name) ? 200 : 404, {}];
  if (method === 'PUT') {
    if (stored !== undefined && searchParams.get('if_seq_no') !== String(stored.sequence)) return [409, {}];
    const { policy }: { policy?: unknown } = JSON.parse(body);
    policies.set(name, { sequence: policies.size + 1, policy });
    return [201, {}];
  }
  if (stored === undefined) return [404, { error: { type: 'status_exception', reason: 'Policy not found' } }];
  return [200, { _id: name, _seq_no: stored.sequence, _primary_term: 1, policy: stored.policy }];
}
