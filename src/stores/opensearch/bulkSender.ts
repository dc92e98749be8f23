// One bulk request at a time out of many: takes a place in flight, sends, reads the answer, and adapts the
// number of places to how busy OpenSearch says it is. Sends nothing twice.
import type { Clock } from '../../runtime/clock.ts';
import { BULK_ANSWER_PATHS, type ItemOutcome, itemOutcomes } from './bulkResponse.ts';
import { type BulkLine, bulkBody } from './bulkRequest.ts';
import { afterRequest, fullConcurrency } from './concurrency.ts';
import type { Connection } from './connection.ts';
import type { WritePermit } from './documentStore.ts';
import { type Failure, isBusy } from './retryDecision.ts';
import type { OpenSearchSettings } from './settings.ts';
import { createSlots } from './slots.ts';

/** What happened, for metrics. */
export type WriteEvent =
  | {
      readonly kind: 'bulk';
      readonly durationMs: number;
      readonly documents: number;
      readonly bytes: number;
      /** HTTP status of the whole; 0 = no answer. */
      readonly status: number;
    }
  /** Documents that will be sent again; `why` is OpenSearch's name of the trouble, or `unreachable`, `timeout`. */
  | { readonly kind: 'retry'; readonly documents: number; readonly why: string }
  /** How many bulk requests may be in flight from now on. */
  | { readonly kind: 'concurrency'; readonly limit: number };

export interface SenderParts {
  readonly connection: Connection;
  readonly settings: OpenSearchSettings;
  readonly clock: Clock;
  readonly observe: (event: WriteEvent) => void;
  /** Awaited before each request. @throws what then is thrown instead of sending */
  readonly ready: (signal: AbortSignal) => Promise<void>;
}

/** One outcome for each line. */
export interface Outcomes {
  readonly kind: 'outcomes';
  readonly items: readonly ItemOutcome[];
}

/** @throws Fault `opensearch-refused` for an answer that is none, and the signal's reason */
export type SendBulk = (
  lines: readonly BulkLine[],
  signal: AbortSignal,
  permit: WritePermit,
) => Promise<Outcomes | Failure>;

export function createBulkSender({ connection, settings, clock, observe, ready }: SenderParts): SendBulk {
  let concurrency = fullConcurrency(settings.concurrency);
  const places = createSlots(settings.concurrency);

  return async (lines, signal, permit) => {
    const giveBack = await places.take(signal);
    try {
      await ready(signal);
      await permit(signal);
      const { halvings } = concurrency;
      const startedMs = clock.monotonicMs();
      const query = { filter_path: BULK_ANSWER_PATHS };
      const answer = await connection.exchange(
        { method: 'POST', path: '/_bulk', query, body: bulkBody(lines), isBulk: true },
        signal,
      );
      const result = answer.kind === 'answered' ? outcomesOf(answer.body, lines.length) : answer;
      concurrency = afterRequest(concurrency, isTooMuch(result), halvings);
      places.setLimit(concurrency.limit);
      const bytes = bytesOf(lines);
      const durationMs = clock.monotonicMs() - startedMs;
      observe({ kind: 'bulk', durationMs, documents: lines.length, bytes, status: answer.status });
      observe({ kind: 'concurrency', limit: Math.floor(concurrency.limit) });
      return result;
    } finally {
      giveBack();
    }
  };
}

export function bytesOf(lines: readonly BulkLine[]): number {
  return lines.reduce((sum, { bytes }) => sum + bytes, 0);
}

function outcomesOf(body: unknown, count: number): Outcomes {
  return { kind: 'outcomes', items: itemOutcomes(body, count) };
}

/** An answer that did not come in time may have come from a server with too much to do. */
function isTooMuch(result: Outcomes | Failure): boolean {
  if (result.kind === 'outcomes') return result.items.some(isBusy);
  return result.kind === 'timeout' || isBusy(result);
}
