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

export interface DocumentStore {
  /** In any number and size; split into bulks here. @throws Fault `opensearch-refused`, or the signal's reason */
  write(documents: readonly Document[], signal: AbortSignal): Promise<Written>;
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
  /** Rollups of a cluster whose window meets [from, until), with `_version`, after a refresh; page by page. */
  rollupsIn(
    span: { readonly cluster: string; readonly from: Micros; readonly until: Micros },
    signal: AbortSignal,
  ): AsyncIterable<readonly Document[]>;
  /** Provisional verdict documents of a cluster up to a time, oldest first, after a refresh; page by page. */
  provisionalUpTo(cluster: string, until: Micros, signal: AbortSignal): AsyncIterable<readonly Document[]>;
  /** The highest policy offset in any stored document's version or field; -1 when there is none. */
  highestPolicyOffset(signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}
