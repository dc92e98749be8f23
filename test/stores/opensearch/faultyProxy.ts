// Stands before the real OpenSearch on a socket of its own, and does to requests what networks, load balancers and
// busy servers do. Everything that is not told otherwise passes.
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 *   status    answers so itself, OpenSearch never sees the request
 *   swallow   OpenSearch does it, and the connection ends in the middle of its answer
 *   reset     hangs up without an answer, OpenSearch never sees the request
 *   silence   never answers
 *   shorten   OpenSearch does it, the answer tells of one item less
 */
export type Trouble =
  | { readonly kind: 'status'; readonly status: number; readonly body: string }
  | { readonly kind: 'swallow' | 'reset' | 'silence' | 'shorten' };

export interface FaultyProxy {
  readonly url: string;
  /** The next requests whose path holds this text get these, one each. */
  trouble(path: string, ...troubles: readonly Trouble[]): void;
  /** How many requests there were whose path holds this text. */
  count(path: string): number;
  close(): Promise<void>;
}

export function status(status: number, type = '', reason = ''): Trouble {
  const body = type === '' ? '<html>Bad Gateway</html>' : JSON.stringify({ error: { type, reason }, status });
  return { kind: 'status', status, body };
}

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const planned: { readonly path: string; readonly trouble: Trouble }[] = [];
  const seen: string[] = [];
  const server = createServer((incoming, answer) => {
    const path = incoming.url ?? '';
    seen.push(path);
    const index = planned.findIndex((plan) => path.includes(plan.path));
    const [plan] = index === -1 ? [] : planned.splice(index, 1);
    void serve(target, { incoming, answer, trouble: plan?.trouble ?? null });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = addressOf(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    trouble: (path, ...troubles) => planned.push(...troubles.map((trouble) => ({ path, trouble }))),
    count: (path) => seen.filter((one) => one.includes(path)).length,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

interface Exchange {
  readonly incoming: IncomingMessage;
  readonly answer: ServerResponse;
  readonly trouble: Trouble | null;
}

async function serve(target: string, { incoming, answer, trouble }: Exchange): Promise<void> {
  const body = await textOf(incoming);
  if (trouble?.kind === 'silence') return;
  if (trouble?.kind === 'reset') return void incoming.socket.resetAndDestroy();
  if (trouble?.kind === 'status') {
    const type = trouble.body.startsWith('{') ? 'application/json' : 'text/html';
    return void answer.writeHead(trouble.status, { 'content-type': type }).end(trouble.body);
  }
  const passed = request(new URL(incoming.url ?? '/', target), {
    method: incoming.method ?? 'GET',
    headers: { ...incoming.headers, host: new URL(target).host },
  });
  passed.on('response', (real) => {
    void textOf(real).then((text) => {
      const { 'content-length': _length, ...headers } = real.headers;
      if (trouble?.kind === 'swallow') {
        answer.writeHead(200, { ...headers, 'content-length': text.length });
        answer.write(text.slice(0, text.length / 2), () => incoming.socket.resetAndDestroy());
        return;
      }
      answer.writeHead(real.statusCode ?? 500, headers);
      answer.end(trouble?.kind === 'shorten' ? withoutOneItem(text) : text);
    });
  });
  passed.end(body);
}

function withoutOneItem(text: string): string {
  const answer: unknown = JSON.parse(text);
  const items = typeof answer === 'object' && answer !== null && 'items' in answer ? answer.items : [];
  return JSON.stringify({ items: Array.isArray(items) ? items.slice(1) : [] });
}

async function textOf(stream: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString();
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address;
}
