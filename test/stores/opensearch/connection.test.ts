// One request and what comes of it, on real sockets, with a server that does what it should not.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Connection, openConnection } from '../../../src/stores/opensearch/connection.ts';
import { OPENSEARCH_DEFAULTS, type OpenSearchSettings } from '../../../src/stores/opensearch/settings.ts';

const CALM = new AbortController().signal;
const JSON_TYPE = { 'content-type': 'application/json' };

let server: Server;
let connections: Connection[];
let serve: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  connections = [];
  server = createServer((request, response) => serve(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});

afterEach(async () => {
  server.closeAllConnections();
  await Promise.all(connections.map((connection) => connection.close()));
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

function open(change: Partial<OpenSearchSettings> = {}): Connection {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const connection = openConnection({
    ...OPENSEARCH_DEFAULTS,
    urls: [`http://127.0.0.1:${port}`],
    ...change,
  });
  connections.push(connection);
  return connection;
}

const QUESTION = { method: 'GET', path: '/' } as const;

test('a request says who asks', async () => {
  let said: string | undefined;
  serve = (request, response) => {
    said = request.headers.authorization;
    response.writeHead(200, JSON_TYPE).end('{}');
  };
  await open({ username: 'drift', password: 'pa:ss' }).exchange(QUESTION, CALM);
  expect(said).toBe(`Basic ${Buffer.from('drift:pa:ss').toString('base64')}`);
  await open().exchange(QUESTION, CALM);
  expect(said).toBe(undefined);
});

test('an answer that begins and never ends is a request that timed out', async () => {
  serve = (_, response) => {
    response.writeHead(200, JSON_TYPE);
    response.write('{"items":[');
  };
  expect(await open({ requestTimeoutMs: 100 }).exchange(QUESTION, CALM)).toMatchObject({ kind: 'timeout' });
});

test('a request ends with the reason of the signal', async () => {
  const stopping = new AbortController();
  serve = () => stopping.abort(new Error('enough'));
  await expect(open().exchange(QUESTION, stopping.signal)).rejects.toThrow('enough');
  await expect(open().exchange(QUESTION, stopping.signal)).rejects.toThrow('enough');
});

test('what is no JSON though it says so is no answer', async () => {
  serve = (_, response) => void response.writeHead(200, JSON_TYPE).end('{"items":');
  expect(await open().exchange(QUESTION, CALM)).toMatchObject({ kind: 'garbled' });
});

test('a key __proto__ in an answer is a key like any other', async () => {
  serve = (_, response) => void response.writeHead(200, JSON_TYPE).end('{"__proto__":{"a":1},"b":2}');
  const answer = await open().exchange(QUESTION, CALM);
  expect(JSON.stringify(answer)).toContain('"body":{"__proto__":{"a":1},"b":2}');
});

test.each([
  ['{"error":{"type":"x_exception","reason":"a\\n  b"},"status":400}', 'x_exception', 'a b'],
  ['{"error":"no handler found for uri"}', '', 'no handler found for uri'],
  ['{}', '', ''],
  [
    '{"error":{"type":"search_phase_execution_exception","reason":"","caused_by":{"type":"too_many_buckets_exception"}}}',
    'too_many_buckets_exception',
    '',
  ],
])('a refusal tells its reason in one line: %s', async (body, type, reason) => {
  serve = (_, response) => void response.writeHead(400, JSON_TYPE).end(body);
  expect(await open().exchange(QUESTION, CALM)).toEqual({ kind: 'answer', status: 400, type, reason });
});

test('nodes are asked in turn, and one that is gone costs no more than its requests', async () => {
  serve = (_, response) => void response.writeHead(200, JSON_TYPE).end('{}');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const connection = open({ urls: ['http://127.0.0.1:1', `http://127.0.0.1:${port}`] });
  const kinds: string[] = [];
  for (let request = 0; request < 6; request += 1)
    kinds.push((await connection.exchange(QUESTION, CALM)).kind);
  expect(kinds.filter((kind) => kind === 'unreachable').length).toBeLessThanOrEqual(1);
  expect(kinds.at(-1)).toBe('answered');
});
