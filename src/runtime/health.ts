// What a worker tells those who run it: whether it lives, whether it can work, and its metrics. It answers from
// what is known already: a request never reaches Kafka or OpenSearch, however often it comes.
//
//   GET /livez    200 while the event loop turns and nothing has ended the work for good; else 503: restart it
//   GET /readyz   200 when every check passes, else 503; each check with its reason, as JSON
//   GET /metrics  Prometheus' text format
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Fault } from '../model/fault.ts';

export interface CheckResult {
  readonly ok: boolean;
  /** One clause for a person, also when it is fine: `12 of 12 partitions read on`. */
  readonly because: string;
}

export interface HealthParts {
  /** Address to bind: 0.0.0.0, ::, 127.0.0.1. */
  readonly address: string;
  /** 0: any free one. */
  readonly port: number;
  /** What has ended the work for good; '' while nothing has. */
  readonly fatal: () => string;
  /** Asked anew for each request. [] means that nothing is known yet: not ready. */
  readonly checks: () => ReadonlyMap<string, CheckResult>;
  readonly exposition: () => Promise<string>;
  readonly contentType: string;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 5_000;
const JSON_TYPE = 'application/json; charset=utf-8';

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** @throws Fault `settings` when the address cannot be bound */
export async function startHealthServer(parts: HealthParts): Promise<HealthServer> {
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: 1 },
    (request, response) => {
      void answer(parts, request).then(
        (given) => send(response, given),
        () => send(response, text(500, 'the answer could not be made\n')),
      );
    },
  );
  await listen(server, parts);
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : parts.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { address, port }: HealthParts): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const why = 'code' in cause && cause.code === 'EADDRINUSE' ? 'is in use already' : cause.message;
      reject(
        new Fault(
          'settings',
          `${address}:${port} cannot serve health and metrics: ${why}. Set HTTP_PORT or HTTP_ADDRESS`,
          { cause },
        ),
      );
    });
    server.listen({ host: address, port }, resolve);
  });
}

async function answer(parts: HealthParts, { method, url = '' }: IncomingMessage): Promise<Answer> {
  if (method !== 'GET' && method !== 'HEAD') return text(405, 'GET only\n');
  switch (url.split('?', 1)[0]) {
    case '/livez':
      return parts.fatal() === '' ? text(200, 'ok\n') : text(503, `${parts.fatal()}\n`);
    case '/readyz':
      return readiness(parts.checks());
    case '/metrics':
      return { status: 200, type: parts.contentType, body: await parts.exposition() };
    default:
      return text(404, '/livez, /readyz, /metrics\n');
  }
}

function readiness(checks: ReadonlyMap<string, CheckResult>): Answer {
  const ready = checks.size > 0 && [...checks.values()].every(({ ok }) => ok);
  const body = `${JSON.stringify({ ready, checks: Object.fromEntries(checks) }, null, 2)}\n`;
  return { status: ready ? 200 : 503, type: JSON_TYPE, body };
}

function text(status: number, body: string): Answer {
  return { status, type: 'text/plain; charset=utf-8', body };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
