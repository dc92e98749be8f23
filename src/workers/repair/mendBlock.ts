// Computes one closed block again as the policy log stands, and writes what comes of it. What is stored of the
// block is read first: rollups that are not produced again become zeros, verdict documents once written are
// written again, and one that was final stays so.
import { blockDocuments, type StoredBlock } from '../../documents/blockDocuments.ts';
import type { BlockName } from '../../documents/storedTrace.ts';
import { verdictIdOf, verdictIndexOf } from '../../documents/verdictDocument.ts';
import type { TopicPartition } from '../../kafka/log.ts';
import type { FlowEvent } from '../../model/event.ts';
import type { BlockContent } from '../../rollup/blockContent.ts';
import type { DocumentStore } from '../../stores/opensearch/documentStore.ts';
import type { StoredBlockName } from './blockSearch.ts';
import { deliver } from './delivery.ts';
import { type BlockRead, readBlock } from './readBlock.ts';
import { isSettledNow, type Shift } from './shift.ts';

/**
 *   final        written, and every verdict of it is settled
 *   provisional  written; some verdicts may still change
 *   lost         not written: Kafka does not hold any more what its owner had counted
 */
export type Mended =
  | { readonly outcome: 'final' | 'provisional' }
  | { readonly outcome: 'lost'; readonly detail: string };

export async function mendBlock(shift: Shift, block: StoredBlockName): Promise<Mended> {
  const { parts, policyLog, signal } = shift;
  const read = await readOf(shift, block);
  if (read.outcome !== 'whole') return { outcome: 'lost', detail: read.detail };
  const records = read.verdicts.map((event) => ({
    verdict: policyLog.joiner(event.cluster).join(event),
    status: isSettledNow(shift, event.cluster, event.observedAt)
      ? ('final' as const)
      : ('provisional' as const),
  }));
  const { partition, number } = block;
  const content: BlockContent = { partition, number, records, policyOffset: policyLog.policyOffset() };
  const stored = await storedOf(parts.store, block, read.verdicts, signal);
  const { rollups, verdicts, zeros } = blockDocuments(content, stored, parts.settings.rawPerKey);
  await deliver(shift, 'blocks', [...rollups, ...verdicts]);
  await deliver(shift, 'blocks', zeros);
  return { outcome: records.every(({ status }) => status === 'final') ? 'final' : 'provisional' };
}

async function readOf(shift: Shift, block: StoredBlockName): Promise<BlockRead> {
  const { parts, readEvent, signal } = shift;
  const { blockOffsets, policyLog } = parts.settings;
  const at = placeOf(block.partition);
  if (at.topic !== policyLog.topics.events)
    return { outcome: 'gone', detail: `it is of ${at.topic}, which is not the topic of the events now` };
  return readBlock({ log: parts.log, readEvent, blockOffsets, signal }, at, block.number, block.records);
}

/** The inverse of the partition's name in documents, `topic/partition`. */
function placeOf(partition: string): TopicPartition {
  const slash = partition.lastIndexOf('/');
  return { topic: partition.slice(0, slash), partition: Number(partition.slice(slash + 1)) };
}

async function storedOf(
  store: DocumentStore,
  { partition, number }: BlockName,
  events: readonly FlowEvent[],
  signal: AbortSignal,
): Promise<StoredBlock> {
  const wanted = new Map(events.map((event) => [verdictIdOf(event), verdictIndexOf(event)]));
  const [rollups, verdicts] = await Promise.all([
    store.rollupsOfBlock(partition, number, signal),
    store.verdictStatuses(
      [...wanted].map(([id, index]) => ({ id, index })),
      signal,
    ),
  ]);
  return { rollups, verdicts };
}
