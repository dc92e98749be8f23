// Asking OpenSearch until it answers: for reads and for setting up. What can heal is tried again for ever, or
// until the signal is raised; what cannot is a fault that says what to do, and so is an answer that stays garbled.
import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../../model/fault.ts';
import type { Logger } from '../../runtime/log.ts';
import { backoffMs } from './backoff.ts';
import type { Connection, Request } from './connection.ts';
import { decideRequest, type Failure, type Sent } from './retryDecision.ts';

/** From this attempt on a retry is worth a line that operators see; before it is everyday life. */
const LOUD_ATTEMPT = 4;

const QUESTION: Omit<Sent, 'garbled'> = { documents: 0, bytes: 0, resets: 0 };

export interface Patience {
  readonly connection: Connection;
  readonly logger: Logger;
  readonly random: () => number;
}

/**
 * @param doing for messages: `reading rollups`
 * @returns the body of the answer; null where its status is one of `nullOn`
 * @throws Fault `opensearch-refused`, or the signal's reason
 */
export async function ask(
  patience: Patience,
  request: Request,
  doing: string,
  signal: AbortSignal,
): Promise<unknown> {
  const { nullOn = [] } = request;
  let garbled = 0;
  for (let attempt = 1; ; attempt += 1) {
    const answer = await patience.connection.exchange(request, signal);
    if (answer.kind === 'answered') return answer.body;
    if (answer.kind === 'answer' && nullOn.includes(answer.status)) return null;
    garbled = answer.kind === 'garbled' ? garbled + 1 : 0;
    if (decideRequest(answer, { ...QUESTION, garbled }) !== 'retry') throw refused(doing, answer);
    await waitToRetry(patience, { doing, attempt, failure: answer }, signal);
  }
}

export interface Retry {
  readonly doing: string;
  /** Tries so far, from 1. */
  readonly attempt: number;
  readonly failure: Pick<Failure, 'status' | 'type' | 'reason'>;
}

/** @throws the signal's reason */
export async function waitToRetry(
  { logger, random }: Pick<Patience, 'logger' | 'random'>,
  { doing, attempt, failure: { status, type, reason } }: Retry,
  signal: AbortSignal,
): Promise<void> {
  const waitMs = Math.round(backoffMs(attempt, random));
  logger(attempt < LOUD_ATTEMPT ? 'debug' : 'warn', 'OpenSearch is asked again', {
    doing,
    attempt,
    status,
    type,
    reason,
    waitMs,
  });
  try {
    await pause(waitMs, undefined, { signal });
  } catch {
    signal.throwIfAborted();
  }
}

/** A request that will not go through however often it is sent. */
export function refused(
  doing: string,
  { status, type, reason }: Pick<Failure, 'status' | 'type' | 'reason'>,
): Fault {
  const said = [type, reason].filter(Boolean).join(': ').slice(0, 300);
  return new Fault(
    'opensearch-refused',
    `OpenSearch refused ${doing} (${status}${said === '' ? '' : `, ${said}`}); ${advice(status, reason)}`,
  );
}

function advice(status: number, reason: string): string {
  if (status === 0) return 'check that OPENSEARCH_URL is that of OpenSearch and not of a page before it';
  if (reason.includes('search.max_buckets')) return 'ask for less, or raise search.max_buckets';
  if (status === 401) return 'check OPENSEARCH_USERNAME and OPENSEARCH_PASSWORD';
  if (status === 403) return 'give that user the permissions of docs/set-up-kafka-and-opensearch.md';
  if (reason.includes('action.auto_create_index'))
    return 'let action.auto_create_index allow indices with our prefix';
  if (status === 404 || status === 405) return 'check that OPENSEARCH_URL is that of OpenSearch';
  return 'the log of OpenSearch says more';
}
