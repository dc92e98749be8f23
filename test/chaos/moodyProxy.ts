// Stands between the workers and OpenSearch and has moods: lets through, answers 429, or cuts connections. Real
// sockets and real answers; nothing is imitated but the refusal.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Mood = 'kind' | 'busy' | 'cutting';

export interface MoodyProxy {
  readonly url: string;
  turn(mood: Mood): void;
  stop(): Promise<void>;
}

const BUSY = JSON.stringify({
  error: { type: 'rejected_execution_exception', reason: 'too many requests' },
  status: 429,
});

export async function startMoodyProxy(target: string): Promise<MoodyProxy> {
  const { hostname, port } = new URL(target);
  let mood: Mood = 'kind';

  function answer(incoming: IncomingMessage, outgoing: ServerResponse): void {
    if (mood === 'cutting') {
      incoming.socket.destroy();
      return;
    }
    if (mood === 'busy') {
      incoming.resume();
      outgoing.writeHead(429, { 'content-type': 'application/json' }).end(BUSY);
      return;
    }
    const { method, url: path, headers } = incoming;
    const forwarded = request({ hostname, port, method, path, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
      response.on('error', () => outgoing.destroy());
    });
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  }

  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    turn(next) {
      mood = next;
      if (next === 'cutting') server.closeAllConnections();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
