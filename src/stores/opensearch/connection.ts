// The one file that knows the OpenSearch client: one request goes out, an answer or a failure comes back as
// data. It tries nothing twice, since the client's own retries would send a whole bulk again, and it decides
// nothing.
import { Client, errors } from '@opensearch-project/opensearch';
import { at, text } from '../../model/json.ts';
import { checkPrefix } from './indexNames.ts';
import { QuietConnection } from './quietConnection.ts';
import type { Failure } from './retryDecision.ts';
import type { OpenSearchSettings } from './settings.ts';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** From `/` on; names in it are escaped already. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** JSON text; of a bulk, NDJSON. */
  readonly body?: string;
  readonly isBulk?: boolean;
  /** Statuses that are an answer, too: there is no such thing, or it may not be seen. None unless said. */
  readonly nullOn?: readonly number[];
}

export interface Answer {
  readonly kind: 'answered';
  /** Below 400. */
  readonly status: number;
  readonly body: unknown;
}

export interface Connection {
  /** @throws the signal's reason, and whatever is no matter of the network */
  exchange(request: Request, signal: AbortSignal): Promise<Answer | Failure>;
  close(): Promise<void>;
}

/** Nothing is sent yet. @throws Fault `settings` for a prefix that index names cannot have */
export function openConnection(settings: OpenSearchSettings): Connection {
  const { urls, username, password, ca, rejectUnauthorized, requestTimeoutMs, indexPrefix } = settings;
  checkPrefix(indexPrefix);
  const client = new Client({
    nodes: [...urls],
    ...(username === '' ? {} : { auth: { username, password } }),
    ssl: { rejectUnauthorized, ...(ca === '' ? {} : { ca }) },
    Connection: QuietConnection,
    maxRetries: 0,
    requestTimeout: requestTimeoutMs,
    // What is read is reached through own keys only (model/json.ts); a spec that holds `__proto__` is data.
    disablePrototypePoisoningProtection: true,
  });
  return {
    exchange: (request, signal) => exchange(client, request, { signal, timeoutMs: requestTimeoutMs }),
    close: () => client.close(),
  };
}

async function exchange(
  client: Client,
  { method, path, query = {}, body, isBulk = false }: Request,
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Answer | Failure> {
  signal.throwIfAborted();
  const content = body === undefined ? {} : isBulk ? { bulkBody: body } : { body };
  const call = client.transport.request({ method, path, querystring: query, ...content }, { maxRetries: 0 });
  let isOverdue = false;
  // Gives nothing back: it is a promise, and an event target would throw its rejection at the whole process.
  const abort = (): void => {
    call.abort();
  };
  signal.addEventListener('abort', abort, { once: true });
  // The client's own limit ends with the headers of an answer; a body may then never come to its end.
  const timer = setTimeout(() => {
    isOverdue = true;
    call.abort();
  }, timeoutMs);
  try {
    const { statusCode, body: answer } = await call;
    return { kind: 'answered', status: statusCode ?? 0, body: answer };
  } catch (cause) {
    signal.throwIfAborted();
    if (isOverdue) return failure('timeout', `no answer within ${timeoutMs} ms`);
    return failureOf(cause);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

function failureOf(cause: unknown): Failure {
  if (cause instanceof errors.ResponseError) {
    const { statusCode, body } = cause.meta;
    return {
      kind: 'answer',
      status: statusCode ?? 0,
      type: typeOf(body),
      reason: reasonOf(body),
    };
  }
  if (cause instanceof errors.TimeoutError) return failure('timeout', cause.message);
  if (
    cause instanceof errors.ConnectionError ||
    cause instanceof errors.NoLivingConnectionsError ||
    cause instanceof errors.RequestAbortedError
  )
    return failure('unreachable', cause.message);
  if (cause instanceof errors.DeserializationError) return failure('garbled', 'its answer is no JSON');
  throw cause;
}

function failure(kind: Failure['kind'], reason: string): Failure {
  return { kind, status: 0, type: '', reason };
}

/** Of a search that failed in a shard, what failed there. */
const WRAPPER = 'search_phase_execution_exception';

function typeOf(body: unknown): string {
  const type = text(at(body, 'error', 'type'));
  return (type === WRAPPER && text(at(body, 'error', 'caused_by', 'type'))) || type;
}

const REASON_CHARS = 1_000;

/** OpenSearch says why in JSON; what stands before it (a proxy) says it in a text of its own, or in HTML. */
function reasonOf(body: unknown): string {
  const said = text(at(body, 'error', 'reason')) || text(at(body, 'error')) || text(body);
  return said.replaceAll(/\s+/g, ' ').slice(0, REASON_CHARS);
}
