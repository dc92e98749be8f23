// What the workers ask of OpenSearch: write documents, and read back what is stored of a block. One
// implementation over the official client; nobody else knows that client.
//
// A write resolves only when every document has an outcome; what can heal is tried again until it does or the
// signal is raised. Documents are never deleted and never updated in part.
import type { Document } from '../../documents/document.ts';
import type { StoredRollup } from '../../documents/blockDocuments.ts';
import type { Micros } from '../../model/time.ts';
import type { JoinStatus } from '../../rollup/blockContent.ts';

export interface Refused {
  readonly document: Document;
  /** OpenSearch's for this document; of one that was never sent 413 (too long) or 410 (older than the retention). */
  readonly status: number;
  /** OpenSearch's words, cut. */
  readonly reason: string;
}

export interface Written {
  /** Stored with this version. */
  readonly acknowledged: number;
  /** A higher version was there already (409): fine. */
  readonly superseded: number;
  /** Will never be taken (mapping, size, closed or too old index): for the dead letters. */
  readonly refused: readonly Refused[];
}

/** Which rollups: those whose window meets [from, until), and those that `naming` adds. */
export interface RollupSpan {
  readonly cluster: string;
  readonly from: Micros;
  readonly until: Micros;
  /**
   * When given: rollups of any time, too, that have one of these refs in `policy.reported` or `unknown-policy` in
   * `drift`. An empty list adds the latter alone.
   */
  readonly naming?: readonly string[];
}

/** Resolves when a request may be sent, for whoever may lose the right to write. @throws the signal's reason */
export type WritePermit = (signal: AbortSignal) => Promise<void>;

export interface DocumentStore {
  /**
   * In any number and size; split into bulks here.
   * @param permit asked right before each request, so that nothing is sent after it was withdrawn
   * @throws Fault `opensearch-refused`, or the signal's reason
   */
  write(documents: readonly Document[], signal: AbortSignal, permit?: WritePermit): Promise<Written>;
  /** The rollups stored of one block, zeroed ones left out, after a refresh. */
  rollupsOfBlock(
    partition: string,
    number: number,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, StoredRollup>>;
  /** Which of these verdict documents are stored, and how; realtime, needs no refresh. */
  verdictStatuses(
    wanted: readonly { readonly id: string; readonly index: string }[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, JoinStatus>>;
  /**
   * Rollups of a cluster, after a refresh; page by page. With `_version`, and the fields that
   * documents/storedTrace.ts reads. One may come twice; none is passed over.
   */
  rollupsIn(span: RollupSpan, signal: AbortSignal): AsyncIterable<readonly Document[]>;
  /** Provisional verdict documents of a cluster up to a time, included, oldest first; in the same way. */
  provisionalUpTo(cluster: string, until: Micros, signal: AbortSignal): AsyncIterable<readonly Document[]>;
  /**
   * The highest policy offset in a stored document's version or field; -1 when there is none. Of rollups those
   * written last are asked, so it may fall short by as much as their writers are apart; it never exceeds.
   */
  highestPolicyOffset(signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}
