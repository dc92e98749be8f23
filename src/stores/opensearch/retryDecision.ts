// What becomes of a document, or of a whole request, after an answer. What can heal without us is tried again
// for ever; what never will is refused, so that one bad document holds up nobody; what would turn every
// document away (a password, a missing permission) stops the job, so that a mistake in the settings cannot
// send all of them to the dead letters.
import type { ItemOutcome } from './bulkResponse.ts';

/**
 *   stored      OpenSearch has it
 *   superseded  a higher version is there already
 *   retry       may go through later
 *   refuse      never will
 *   stop        nor will others: somebody has to mend something first
 */
export type ItemDecision = 'stored' | 'superseded' | 'retry' | 'refuse' | 'stop';

/** `split`: in halves, since it is the request that was refused, not (yet) a document. */
export type RequestDecision = 'retry' | 'split' | 'refuse' | 'stop';

/** A request without a good answer. */
export interface Failure {
  /** `answer`: OpenSearch, or something before it, said no. `garbled`: it said yes, but not in JSON. */
  readonly kind: 'unreachable' | 'timeout' | 'garbled' | 'answer';
  /** 0 without an answer. */
  readonly status: number;
  readonly type: string;
  readonly reason: string;
}

/**
 * How often "something is wrong inside" is taken for a trouble that passes (a shard that moves, a node that
 * goes down): some minutes of waiting. A document that breaks OpenSearch itself would never get in.
 */
const MAX_INTERNAL_ERRORS = 12;
/** The same for answers that are no JSON: one may have been cut off; a log-in page of a proxy comes each time. */
const MAX_GARBLED = 12;

/** From here on a connection that is lost while we send is no chance any more, where much was sent. */
const RESETS_IN_A_ROW = 3;
/** Nobody limits requests to less. */
const SURELY_TAKEN_BYTES = 512 * 1024;

/** @param internalErrors how often this document was answered so before ({@link isInternal}) */
export function decideItem(outcome: ItemOutcome, internalErrors: number): ItemDecision {
  const { status, type, reason } = outcome;
  if (status >= 200 && status < 300) return 'stored';
  if (status === 409) return 'superseded';
  if (isAnnouncedTrouble(status) || isBlocked(outcome) || isOutOfShards(outcome)) return 'retry';
  if (status === 401 || status === 403 || type === 'security_exception') return 'stop';
  if (status === 404 && reason.includes('action.auto_create_index')) return 'stop';
  if (isInternal(outcome)) return internalErrors < MAX_INTERNAL_ERRORS ? 'retry' : 'refuse';
  return 'refuse';
}

/** An error that names no cause which we know: of 404, an index deleted between two steps of OpenSearch. */
export function isInternal({ status }: Pick<ItemOutcome, 'status'>): boolean {
  return status >= 500 || status === 404;
}

/** What was sent: a request without documents asks something. */
export interface Sent {
  readonly documents: number;
  readonly bytes: number;
  /** How often in a row, this time included, the connection was lost. */
  readonly resets: number;
  /** How often in a row, this time included, the answer was no JSON. */
  readonly garbled: number;
}

export function decideRequest(
  failure: Failure,
  { documents, bytes, resets, garbled }: Sent,
): RequestDecision {
  const { kind, status } = failure;
  if (kind === 'garbled') return garbled < MAX_GARBLED ? 'retry' : 'stop';
  if (kind !== 'answer') {
    // A server that finds a request too large may hang up before it has read it, and its 413 is lost.
    const isSuspect = resets >= RESETS_IN_A_ROW && documents > 1 && bytes > SURELY_TAKEN_BYTES;
    return isSuspect ? 'split' : 'retry';
  }
  if (asksTooMuch(failure)) return 'stop';
  if (status >= 500 || status === 429 || status === 408 || isBlocked(failure)) return 'retry';
  if (documents > 0 && (status === 413 || status === 400)) return documents > 1 ? 'split' : 'refuse';
  return 'stop';
}

/** Whether the connection was lost while it was used, as against never made. */
export function isReset({ kind, reason }: Failure): boolean {
  return kind === 'unreachable' && /ECONNRESET|EPIPE|socket hang up/.test(reason);
}

/** A search whose answer would have more parts than `search.max_buckets` (503); it will have so many each time. */
function asksTooMuch({ type }: Failure): boolean {
  return type === 'too_many_buckets_exception';
}

/** Whether fewer requests at a time may help. */
export function isBusy({ status, type }: { readonly status: number; readonly type: string }): boolean {
  return status === 429 && type !== 'cluster_block_exception';
}

function isAnnouncedTrouble(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

/** `index.blocks.write`, `read_only`, …: an operator sets and lifts them (server: IndexMetadata, 403). */
function isBlocked({ type }: { readonly type: string }): boolean {
  return type === 'cluster_block_exception';
}

/** The cluster holds as many shards as it may: `validation_exception`, 400 (server: ShardLimitValidator). */
function isOutOfShards({ type, reason }: ItemOutcome): boolean {
  return type === 'validation_exception' && /this action would add \[\d+\] total .*shards/.test(reason);
}
