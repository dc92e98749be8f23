// How long a command waits for OpenSearch, on real sockets: not at all long where nobody listens, and not in silence.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AwaitedConnection, awaited } from '../../../src/cli/query/awaited.ts';
import { openConnection } from '../../../src/stores/opensearch/connection.ts';
import { ask } from '../../../src/stores/opensearch/patience.ts';
import { OPENSEARCH_DEFAULTS } from '../../../src/stores/opensearch/settings.ts';
import { makeFolder, removeFolder, run } from '../../support/command.ts';

const CALM = new AbortController().signal;
const JSON_TYPE = { 'content-type': 'application/json' };
const NOWHERE = 'http://127.0.0.1:1';
const LONG_MS = 60_000;

let server: Server;
let serve: (request: IncomingMessage, response: ServerResponse) => void;
let connection: AwaitedConnection;

beforeEach(async () => {
  server = createServer((request, response) => serve(request, response));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});

afterEach(async () => {
  server.closeAllConnections();
  await connection.close();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

function open(urls: readonly string[], slowMs: number, say: (sentence: string) => void): void {
  const shown = 'OpenSearch at test';
  connection = awaited(openConnection({ ...OPENSEARCH_DEFAULTS, urls }), { shown, slowMs, say });
}

function address(): string {
  const bound = server.address();
  return `http://127.0.0.1:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
}

/** Tries again at once. */
function asked(): Promise<unknown> {
  const patience = { connection, logger: () => {}, random: () => 0 };
  return ask(patience, { method: 'GET', path: '/' }, 'a look', CALM);
}

test('a server that nobody listens for is given up, and the sentence names it and what came back', async () => {
  const said: string[] = [];
  open([NOWHERE], LONG_MS, (sentence) => said.push(sentence));
  await expect(asked()).rejects.toMatchObject({
    code: 'opensearch-unavailable',
    message: expect.stringMatching(
      /^OpenSearch at test cannot be reached \(.*ECONNREFUSED.*\).*OPENSEARCH_URL/,
    ),
  });
  expect(said).toEqual([]);
});

test('one node of several that is gone is no reason to give up', async () => {
  serve = (_, response) => void response.writeHead(200, JSON_TYPE).end('{"a":1}');
  open([NOWHERE, address()], LONG_MS, () => {});
  for (let request = 0; request < 8; request += 1) expect(await asked()).toEqual({ a: 1 });
});

test('a server that is slow gets its time, and a person one sentence', async () => {
  const said: string[] = [];
  let answer = (): void => {};
  serve = (_, response) => {
    answer = () => void response.writeHead(200, JSON_TYPE).end('{"a":1}');
  };
  open([address()], 50, (sentence) => {
    said.push(sentence);
    answer();
  });
  expect(await asked()).toEqual({ a: 1 });
  expect(said).toEqual(['OpenSearch at test has not answered for 0 s; still waiting']);
});

test('a server that is not ready is asked on, and the sentence says what it answers', async () => {
  const said: string[] = [];
  serve = (_, response) => {
    if (said.length > 0) response.writeHead(200, JSON_TYPE).end('{"a":1}');
    else response.writeHead(503, JSON_TYPE).end('{"error":{"type":"x","reason":"no primary shard"}}');
  };
  open([address()], 50, (sentence) => said.push(sentence));
  expect(await asked()).toEqual({ a: 1 });
  expect(said).toEqual([expect.stringContaining('(503: no primary shard)')]);
});

describe('on the command line', () => {
  test.each([
    [['query', 'changes']],
    [['why', 'shop/web', 'shop/cart', '8080']],
  ])('%j ends with 3 and one line where nobody listens', async (words) => {
    open([NOWHERE], LONG_MS, () => {});
    const folder = makeFolder();
    const { code, stdout, stderr } = await run([...words, '--opensearch', NOWHERE], folder);
    removeFolder(folder);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr.trimEnd().split('\n')).toEqual([expect.stringContaining(NOWHERE)]);
  });
});
