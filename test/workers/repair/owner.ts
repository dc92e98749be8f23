// The owner of all events partitions of a scene, as far as the repairer can tell: it joins as of the policy offset that
// a test says, writes, closes what has ended, and commits. What a real one waits for, it does not wait for.
import { setTimeout as pause } from 'node:timers/promises';
import { blockDocuments } from '../../../src/documents/blockDocuments.ts';
import { verdictIdOf, verdictIndexOf } from '../../../src/documents/verdictDocument.ts';
import { JOIN_DEFAULTS } from '../../../src/join/enriched.ts';
import { type Trace, traceOf } from '../../../src/join/touched.ts';
import type { Group } from '../../../src/kafka/log.ts';
import type { FlowEvent } from '../../../src/model/event.ts';
import type { BlockContent, JoinStatus } from '../../../src/rollup/blockContent.ts';
import { encodeCommit } from '../../../src/rollup/commitMetadata.ts';
import { createOpenBlocks, type OpenBlocks } from '../../../src/rollup/openBlocks.ts';
import { NO_ORIGINS } from '../../../src/rollup/origins.ts';
import type { DocumentStore } from '../../../src/stores/opensearch/documentStore.ts';
import { createLogTimelines, type LogTimelines } from '../../../src/workers/policyLog/logTimelines.ts';
import { BLOCK_OFFSETS } from '../../properties/blocks/log.ts';
import { eventually } from '../../support/eventually.ts';
import { codec, type Place, RAW_PER_KEY } from './place.ts';

const none = new AbortController().signal;

export interface WorkOptions {
  readonly status?: JoinStatus;
  /** All unless given. */
  readonly partitions?: readonly number[];
  /** false: what altered in open blocks stays unwritten. */
  readonly writes?: boolean;
}

export interface Owner {
  /** Joins everything as of a policy offset, writes it, closes what has ended, commits. */
  work(knows: number, how?: WorkOptions): Promise<void>;
}

export async function takeOwnership(place: Place, partitions: number): Promise<Owner> {
  const { store, topics } = place;
  const timelines = createLogTimelines(JOIN_DEFAULTS);
  const blocks = Array.from({ length: partitions }, (_, partition) =>
    createOpenBlocks(
      { partition: `${topics.events}/${partition}`, blockOffsets: BLOCK_OFFSETS, lingerMs: 0 },
      { position: 0, origins: NO_ORIGINS, policyOffset: -1 },
      (event) => timelines.answers.joiner(event.cluster).join(event),
      0,
    ),
  );
  const positions = blocks.map(() => 0);
  /** What each partition has not heard of yet. */
  const touches = blocks.map((): ((trace: Trace) => boolean)[] => []);
  const membership = await joinGroup(place);

  async function workOn(
    partition: number,
    knows: number,
    isTouched: Touched,
    how: WorkOptions,
  ): Promise<void> {
    const own = blocks[partition];
    if (own === undefined) return;
    own.raise(knows, isTouched);
    const status = how.status ?? 'final';
    positions[partition] = await readAll(place, own, { partition, from: positions[partition] ?? 0, status });
    for (let content = own.closing(Date.now()); content !== null; content = own.closing(Date.now())) {
      await writeBlock(store, content);
      own.closed();
    }
    if (how.writes !== false) for (const content of own.flush()) await writeBlock(store, content);
    const { position, origins, policyOffset } = own.commit();
    const metadata = encodeCommit({ origins, policyOffset }) ?? '';
    const at = { topic: topics.events, partition };
    await membership.group.commit(at, { offset: position, metadata }, membership.epoch());
  }

  return {
    async work(knows, how = {}) {
      await readPolicies(place, timelines, knows);
      const { isTouched } = timelines.answers.advance(knows);
      for (const own of touches) own.push(isTouched);
      for (const partition of how.partitions ?? positions.keys()) {
        const news = touches[partition]?.splice(0) ?? [];
        await workOn(partition, knows, (verdict) => news.some((touched) => touched(traceOf(verdict))), how);
      }
    },
  };
}

type Touched = Parameters<OpenBlocks['raise']>[1];

async function readAll(
  { log, topics }: Place,
  blocks: OpenBlocks,
  {
    partition,
    from,
    status,
  }: { readonly partition: number; readonly from: number; readonly status: JoinStatus },
): Promise<number> {
  let position = from;
  const at = { topic: topics.events, partition };
  for await (const records of log.range(at, from, Number.MAX_SAFE_INTEGER))
    for (const { offset, appendedAtMs, value } of records) {
      position = offset + 1;
      const event = value === null ? null : usable(value);
      if (event === null) continue;
      if (blocks.read({ offset, appendedAtMs, event }) === 'waiting') blocks.release(offset, status);
    }
  return position;
}

/** Of the tests' records either a flow, or nothing that anybody can read. */
export function usable(value: Uint8Array): FlowEvent | null {
  try {
    const event = codec.decode(value);
    return event.body.kind === 'FlowVerdict' ? { ...event, body: event.body } : null;
  } catch {
    return null;
  }
}

export async function readPolicies(
  { log, topics }: Place,
  timelines: LogTimelines,
  until: number,
): Promise<void> {
  const from = timelines.answers.readOffset() + 1;
  for await (const records of log.range({ topic: topics.policyChanges, partition: 0 }, from, until + 1))
    for (const { offset, value } of records) if (value !== null) timelines.read(offset, codec.decode(value));
}

async function writeBlock(store: DocumentStore, content: BlockContent): Promise<void> {
  const events = content.records.map(({ verdict }) => verdict.event);
  const stored = {
    rollups: await store.rollupsOfBlock(content.partition, content.number, none),
    verdicts: await store.verdictStatuses(
      events.map((event) => ({ id: verdictIdOf(event), index: verdictIndexOf(event) })),
      none,
    ),
  };
  const { rollups, verdicts, zeros } = blockDocuments(content, stored, RAW_PER_KEY);
  await store.write([...rollups, ...verdicts], none);
  await store.write(zeros, none);
}

async function joinGroup({
  log,
  topics,
  groups,
  tuning,
  soon,
}: Place): Promise<{ readonly group: Group; readonly epoch: () => number }> {
  let epoch = 0;
  const group = await log.join(
    {
      groupId: groups.join,
      topics: [topics.events],
      sessionTimeoutMs: tuning.sessionTimeoutMs,
      fetchMaxBytes: 1_024,
    },
    {
      assigned(_, next) {
        epoch = next;
      },
      revoked() {},
      batch: () => pause(1),
      failed() {},
    },
  );
  await eventually(() => epoch > 0, soon);
  return { group, epoch: () => epoch };
}
