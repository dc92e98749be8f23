// Stands in for OpenSearch's alerting and notifications plugins, which are no part of the server of the tests: their
// API as far as setup uses it, with the answers that the plugins' sources give (opensearch-project/alerting,
// RestIndexMonitorAction, TransportIndexMonitorAction, RestSearchMonitorAction). It keeps what it is sent, and runs nothing.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { at, field, isObject, text } from '../../../src/model/json.ts';

export interface StoredMonitor {
  readonly id: string;
  readonly sequence: number;
  readonly monitor: Readonly<Record<string, unknown>>;
}

export interface AlertingPlugin {
  readonly url: string;
  readonly monitors: Map<string, StoredMonitor>;
  /** Clusters that OpenSearch itself holds rollups of. */
  readonly stored: string[];
  /** Ids of notification channels. */
  readonly channels: Set<string>;
  /** What was asked of it: `PUT /_plugins/…`, searches and reads left out. */
  readonly writes: string[];
  close(): Promise<void>;
}

const MONITORS = '/_plugins/_alerting/monitors';

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
}

type Answer = readonly [status: number, body: object];

export async function startAlertingPlugin(): Promise<AlertingPlugin> {
  const monitors = new Map<string, StoredMonitor>();
  const channels = new Set<string>();
  const stored: string[] = [];
  const writes: string[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      const asked = { method: request.method ?? '', url: new URL(request.url ?? '/', 'http://plugin'), body };
      const isSearch = asked.url.pathname.endsWith('/_search');
      if (asked.method !== 'GET' && !isSearch) writes.push(`${asked.method} ${asked.url.pathname}`);
      const isRollups = asked.url.pathname.endsWith('-rollups-*/_search');
      answer(response, isRollups ? rollups(stored) : answerTo(asked, monitors, channels));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    monitors,
    channels,
    stored,
    writes,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function answerTo(
  { method, url, body }: Asked,
  monitors: Map<string, StoredMonitor>,
  channels: ReadonlySet<string>,
): Answer {
  const { pathname } = url;
  if (pathname === '/_plugins/_alerting/stats') return [200, { cluster_name: 'stand-in' }];
  if (pathname.startsWith('/_plugins/_notifications/configs/'))
    return channels.has(pathname.split('/').at(-1) ?? '') ? [200, {}] : notFound('no such config');
  if (pathname === `${MONITORS}/_search`) return search(body, monitors);
  if (pathname === MONITORS && method === 'POST') return [201, put(monitors, `made-${monitors.size}`, body)];
  const id = pathname.slice(MONITORS.length + 1);
  const stored = monitors.get(id);
  if (!pathname.startsWith(`${MONITORS}/`)) return [400, { error: `no handler found for uri [${pathname}]` }];
  if (stored === undefined) return notFound(`Monitor with ${id} is not found`);
  if (method === 'DELETE') {
    monitors.delete(id);
    return [200, { _id: id }];
  }
  if (method === 'PUT') {
    const isCurrent = url.searchParams.get('if_seq_no') === String(stored.sequence);
    return isCurrent
      ? [200, put(monitors, id, body)]
      : [409, failure('version_conflict_engine_exception', id)];
  }
  return [200, shown(stored)];
}

/** Without a first rollup there is no index, and an answer without aggregations. */
function rollups(stored: readonly string[]): Answer {
  if (stored.length === 0) return [200, { hits: { hits: [] } }];
  return [200, { aggregations: { clusters: { buckets: stored.map((key) => ({ key, doc_count: 1 })) } } }];
}

/** Without a first monitor there is no index of them. */
function search(body: unknown, monitors: ReadonlyMap<string, StoredMonitor>): Answer {
  if (monitors.size === 0) return [404, failure('index_not_found_exception', 'no such index')];
  const should = at(body, 'query', 'bool', 'should');
  const prefixes = Array.isArray(should)
    ? should.map((one) => text(field(at(one, 'prefix'), 'monitor.name.keyword')))
    : [];
  const hits = [...monitors.values()]
    .filter(({ monitor }) => prefixes.some((prefix) => text(field(monitor, 'name')).startsWith(prefix)))
    .map(({ id, monitor }) => ({ _id: id, _source: monitor }));
  return [200, { hits: { hits } }];
}

function put(monitors: Map<string, StoredMonitor>, id: string, body: unknown): object {
  if (!isObject(body)) throw new Error('a monitor is an object');
  const stored = { id, sequence: (monitors.get(id)?.sequence ?? 0) + 1, monitor: body };
  monitors.set(id, stored);
  return shown(stored);
}

function shown({ id, sequence, monitor }: StoredMonitor): object {
  return { _id: id, _version: sequence, _seq_no: sequence, _primary_term: 1, monitor };
}

function failure(type: string, reason: string): object {
  return { error: { type, reason } };
}

function notFound(reason: string): Answer {
  return [404, failure('alerting_exception', reason)];
}

async function readAll(request: IncomingMessage): Promise<unknown> {
  let content = '';
  for await (const piece of request.setEncoding('utf8')) content += piece;
  return content === '' ? null : JSON.parse(content);
}

function answer(response: ServerResponse, [status, body]: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
