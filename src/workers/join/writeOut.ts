// Does the work of a partition: writes its documents, sends its dead letters, commits. The order is the
// protocol's: what is new before what is no longer produced, all of it before the commit that passes it.
// A failure leaves the partition's state as it is; since it ends the worker, nothing is lost by that.
import { type StoredBlock, verdictIds } from '../../documents/blockDocuments.ts';
import type { Document } from '../../documents/document.ts';
import { verdictIdOf, verdictIndexOf } from '../../documents/verdictDocument.ts';
import type { CommitResult, OutgoingMessage } from '../../kafka/log.ts';
import type { BlockContent } from '../../rollup/blockContent.ts';
import type { CommitPoint } from '../../rollup/openBlocks.ts';
import type { DocumentStore, Refused, WritePermit, Written } from '../../stores/opensearch/documentStore.ts';
import type { Aside, BlockWork, OwnedPartition, Work } from './ownedPartition.ts';

export interface WriteParts {
  readonly store: DocumentStore;
  readonly permit: WritePermit;
  readonly nowMs: () => number;
  /** Resolves when the dead letters are acknowledged. */
  readonly sendLetters: (letters: readonly OutgoingMessage[]) => Promise<void>;
  readonly letterOf: (refused: Refused) => OutgoingMessage;
  readonly commit: (partition: OwnedPartition, point: CommitPoint) => Promise<CommitResult>;
  /** Throws to stop the worker, before what was refused is set aside. */
  readonly checkWritten: (written: Written) => void;
  readonly noteWritten: (kind: 'flush' | 'close', written: WrittenCounts) => void;
}

export interface WrittenCounts {
  readonly documents: number;
  readonly acknowledged: number;
  readonly superseded: number;
  readonly refused: number;
}

/** @throws what the store or Kafka threw; the signal's reason when the partition was lost meanwhile */
export async function doWork(parts: WriteParts, partition: OwnedPartition, work: Work): Promise<void> {
  switch (work.kind) {
    case 'close':
      await close(parts, partition, work);
      break;
    case 'flush': {
      const begunMs = parts.nowMs();
      const packed = work.blocks.map(({ content, outbox }) => outbox.pack(content, { whole: false }));
      const packedMs = parts.nowMs() - begunMs;
      const documents = [
        [...work.aside.documents, ...packed.flatMap(({ first }) => first)],
        packed.flatMap(({ after }) => after),
      ];
      await writeAll(parts, partition, { kind: 'flush', documents, blocks: work.blocks });
      await sendAside(parts, work.aside);
      for (const { outbox } of work.blocks) outbox.delivered();
      partition.done(work, parts.nowMs(), packedMs);
      break;
    }
    case 'commit':
      await parts.commit(partition, partition.point());
      partition.done(work, parts.nowMs());
      break;
  }
}

async function close(
  parts: WriteParts,
  partition: OwnedPartition,
  work: Extract<Work, { kind: 'close' }>,
): Promise<void> {
  const { content, outbox, aside, fresh } = work;
  const found = fresh ? {} : { stored: await storedOf(parts.store, content, partition.signal) };
  const { first, after } = outbox.pack(content, { whole: true, ...found });
  const documents = [[...aside.documents, ...first], after];
  await writeAll(parts, partition, { kind: 'close', documents, blocks: [work] });
  await sendAside(parts, aside);
  partition.signal.throwIfAborted();
  partition.done(work, parts.nowMs());
  await parts.commit(partition, partition.point());
}

async function storedOf(
  store: DocumentStore,
  { partition, number, records }: BlockContent,
  signal: AbortSignal,
): Promise<StoredBlock> {
  const events = records.map(({ verdict }) => verdict.event);
  const ids = verdictIds(events);
  const wanted = new Map(events.map((event) => [verdictIdOf(event), verdictIndexOf(event)]));
  return {
    rollups: await store.rollupsOfBlock(partition, number, signal),
    verdicts: await store.verdictStatuses(
      [...ids].map((id) => ({ id, index: wanted.get(id) ?? '' })),
      signal,
    ),
  };
}

interface Delivery {
  readonly kind: 'flush' | 'close';
  /** Each group is acknowledged before the next is sent. */
  readonly documents: readonly (readonly Document[])[];
  /** Of which they are. */
  readonly blocks: readonly BlockWork[];
}

async function writeAll(
  parts: WriteParts,
  partition: OwnedPartition,
  { kind, documents: groups, blocks }: Delivery,
): Promise<void> {
  for (const documents of groups) {
    if (documents.length === 0) continue;
    const written = await parts.store.write(documents, partition.signal, parts.permit);
    const { acknowledged, superseded, refused } = written;
    parts.noteWritten(kind, {
      documents: documents.length,
      acknowledged,
      superseded,
      refused: refused.length,
    });
    parts.checkWritten(written);
    const news = refused.filter(({ document }) => blocks.every(({ outbox }) => outbox.isNews(document)));
    if (news.length > 0) await parts.sendLetters(news.map(parts.letterOf));
    for (const { outbox } of blocks) outbox.setAside(news.map(({ document }) => document));
  }
}

async function sendAside(parts: WriteParts, { letters }: Aside): Promise<void> {
  if (letters.length > 0) await parts.sendLetters(letters);
}
