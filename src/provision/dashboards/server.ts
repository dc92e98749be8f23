// The HTTP of OpenSearch Dashboards: one request goes out, an answer or a failure comes back as data. Nothing is tried
// twice here, and nothing decided. Its API wants a header against forged requests, which no browser sends by itself.
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { field, text } from '../../model/json.ts';
import type { OpenSearchSettings } from '../../stores/opensearch/settings.ts';

/** The user and the certificates of OpenSearch are those of its Dashboards, too. */
type Access = Pick<
  OpenSearchSettings,
  'username' | 'password' | 'ca' | 'rejectUnauthorized' | 'requestTimeoutMs'
>;

export interface DashboardsRequest {
  /** Below the address of Dashboards, from `/` on. */
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

export type DashboardsAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly text: string }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Larger answers are none of an API. */
const MOST_CHARS = 32 * 1024 * 1024;

/** POSTs. @param url of Dashboards, with its base path @throws the signal's reason */
export async function askDashboards(
  url: string,
  access: Access,
  { path, contentType, body }: DashboardsRequest,
  signal: AbortSignal,
): Promise<DashboardsAnswer> {
  signal.throwIfAborted();
  const { username, password, ca, rejectUnauthorized, requestTimeoutMs } = access;
  const target = new URL(url.replace(/\/+$/, '') + path);
  const isSecure = target.protocol === 'https:';
  const options = {
    method: 'POST',
    headers: {
      'osd-xsrf': 'netpol-drift',
      'content-type': contentType,
      'content-length': Buffer.byteLength(body),
      ...(username === '' ? {} : { authorization: `Basic ${base64(`${username}:${password}`)}` }),
    },
    ...(isSecure ? { rejectUnauthorized, ...(ca === '' ? {} : { ca }) } : {}),
    // The whole exchange, answer included.
    signal: AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]),
  };
  try {
    return await new Promise<DashboardsAnswer>((resolve, reject) => {
      const sent = (isSecure ? requestHttps : requestHttp)(target, options, (response) => {
        readAll(response).then(
          (text) => resolve({ kind: 'answered', status: response.statusCode ?? 0, text }),
          reject,
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });
  } catch (cause) {
    signal.throwIfAborted();
    return { kind: 'unreachable', reason: reasonOf(cause) };
  }
}

/** A name with several addresses fails with several errors, and a message of its own that is empty. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.message === '' ? text(field(cause, 'code')) : cause.message;
}

async function readAll(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of response.setEncoding('utf8')) {
    text += String(piece);
    if (text.length > MOST_CHARS) throw new Error('its answer does not end');
  }
  return text;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
