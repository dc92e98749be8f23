// The id of a judged change: content-derived, so that the same write read twice, in another order or on
// another machine gives the same document.

import { hashHex } from '../model/hash.ts';
import type { ChangeEvent } from '../model/event.ts';
import type { PolicyRef } from '../model/refs.ts';
import type { ChangeOutcome } from './reader.ts';

/** What an id is made of. */
export interface Identity {
  readonly cluster: string;
  readonly ref: PolicyRef;
  readonly uid: string;
  readonly outcome: ChangeOutcome;
  readonly resourceVersion: string;
  readonly restoreEpoch: number;
  readonly event: ChangeEvent | null;
}

/** Outcomes that several requests can have at one resourceVersion. */
const ATTEMPTS: ReadonlySet<ChangeOutcome> = new Set(['failure', 'dry-run', 'no-op']);

/**
 * 160 bits as hex. A resourceVersion names a write; attempts and writes without one are named by their
 * request: auditID, verb, requestURI and requestReceivedTimestamp together, since clients can repeat
 * auditIDs.
 */
export function changeId(identity: Identity): string {
  const { cluster, ref, uid, outcome, resourceVersion, restoreEpoch, event } = identity;
  const body = event?.body;
  const byRequest = body !== undefined && (ATTEMPTS.has(outcome) || resourceVersion === '');
  const name = byRequest
    ? [body.auditId, body.verb, body.requestUri, String(body.requestReceivedAt ?? '')]
    : [resourceVersion];
  return hashHex(160, [cluster, ref, uid, outcome, String(restoreEpoch), ...name]);
}
