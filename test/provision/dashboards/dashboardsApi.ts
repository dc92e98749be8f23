// Stands in for OpenSearch Dashboards, which is no part of the servers of the tests: the two calls of its saved objects
// API that setup makes, with the answers that its sources give (OpenSearch-Dashboards: saved_objects/routes/import.ts,
// bulk_get.ts). It keeps what it is sent, and shows nothing.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { field, text } from '../../../src/model/json.ts';
import { parsed } from './readObjects.ts';

export interface DashboardsApi {
  readonly url: string;
  /** What it holds, by `type id`; as it keeps it. */
  readonly objects: Map<string, Record<string, unknown>>;
  /** `POST /api/…`, in order. */
  readonly asked: string[];
  /** Answered in place of the next calls. */
  readonly instead: Answer[];
  close(): Promise<void>;
}

export type Answer = readonly [status: number, body: object];

const FILE =
  /^--(\S+)\r\nContent-Disposition: form-data; name="file"; filename="([^"]+)"\r\n(?:[^\r]+\r\n)*\r\n([\s\S]*?)\r\n--\1--\r\n$/;

/** Below `/base`, as behind a proxy. @param user `name:password` that it wants; '' = anybody */
export async function startDashboards(user = ''): Promise<DashboardsApi> {
  const objects = new Map<string, Record<string, unknown>>();
  const asked: string[] = [];
  const instead: Answer[] = [];
  const server = createServer((request, response) => {
    void readAll(request).then((body) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
      const refused = instead.shift() ?? refusal(request, user);
      answer(response, refused ?? answerTo(request, body, objects));
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/base`,
    objects,
    asked,
    instead,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function refusal({ headers }: IncomingMessage, user: string): Answer | null {
  if (user !== '' && headers.authorization !== `Basic ${Buffer.from(user).toString('base64')}`)
    return [401, { statusCode: 401, error: 'Unauthorized', message: 'Authentication required' }];
  if (headers['osd-xsrf'] === undefined)
    return [
      400,
      { statusCode: 400, error: 'Bad Request', message: 'Request must contain a osd-xsrf header.' },
    ];
  return null;
}

function answerTo(
  { method, url, headers }: IncomingMessage,
  body: string,
  objects: Map<string, Record<string, unknown>>,
): Answer {
  if (method === 'POST' && url === '/base/api/saved_objects/_bulk_get') return bulkGet(body, objects);
  if (method !== 'POST' || url !== '/base/api/saved_objects/_import?overwrite=true')
    return [404, { statusCode: 404, error: 'Not Found', message: 'Not Found' }];
  const boundary = /boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1];
  const [, given, name = '', file = ''] = FILE.exec(body) ?? [];
  if (given === undefined || given !== boundary)
    return badRequest('"body.file": expected value of type [Stream]');
  if (!name.endsWith('.ndjson')) return badRequest(`Invalid file extension ${name}`);
  const lines = file.split('\n').filter((line) => line !== '');
  for (const line of lines) keep(objects, line);
  return [200, { success: true, successCount: lines.length }];
}

function bulkGet(body: string, objects: ReadonlyMap<string, Record<string, unknown>>): Answer {
  const wanted = parsed(body);
  const found = (Array.isArray(wanted) ? wanted : []).map((one: unknown) => {
    const [type, id] = [text(field(one, 'type')), text(field(one, 'id'))];
    return objects.get(`${type} ${id}`) ?? { id, type, error: { statusCode: 404, error: 'Not Found' } };
  });
  return [200, { saved_objects: found }];
}

function keep(objects: Map<string, Record<string, unknown>>, line: string): void {
  const object = parsed(line);
  const key = `${text(field(object, 'type'))} ${text(field(object, 'id'))}`;
  objects.set(key, { ...Object(object), version: 'WzEsMV0=', updated_at: '2026-11-02T08:00:00.000Z' });
}

function badRequest(message: string): Answer {
  return [400, { statusCode: 400, error: 'Bad Request', message }];
}

async function readAll(request: IncomingMessage): Promise<string> {
  let content = '';
  for await (const piece of request.setEncoding('utf8')) content += String(piece);
  return content;
}

function answer(response: ServerResponse, [status, body]: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
