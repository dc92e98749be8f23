// The writing of all partitions: a few at a time, one piece of work per partition. Whatever fails ends the worker,
// but for the work of a partition that was lost meanwhile.
import PQueue from 'p-queue';
import { Fault } from '../../model/fault.ts';
import { encodeCommit } from '../../rollup/commitMetadata.ts';
import { whileHeard } from '../whileHeard.ts';
import type { Owned } from './owned.ts';
import { partitionName } from './ownedPartition.ts';
import type { JoinState } from './parts.ts';
import { doWork, type WriteParts } from './writeOut.ts';

/** Partitions that write at the same time. */
const WRITERS = 4;

export interface Writing {
  start(owned: Owned): void;
  /** Writes what altered of every partition, and commits. Rejects when something fails. */
  finish(): Promise<void>;
}

export function createWriting(state: JoinState, fail: (cause: unknown) => void): Writing {
  const { parts } = state;
  const queue = new PQueue({ concurrency: WRITERS });
  const writing = writeParts(state);

  async function run(owned: Owned, flushNow: boolean): Promise<boolean> {
    const { partition } = owned;
    const work = partition.nextWork(parts.nowMs(), flushNow);
    if (work === null) return false;
    try {
      await doWork(writing, partition, work);
      if (work.kind === 'close') parts.metrics.closed(work.content);
      return true;
    } catch (cause) {
      if (!partition.signal.aborted) fail(cause);
      return false;
    }
  }

  return {
    start(owned) {
      if (owned.queued || state.stopping) return;
      owned.queued = true;
      void queue.add(async () => {
        while (await run(owned, false));
        owned.queued = false;
      });
    },
    async finish() {
      await queue.onIdle();
      await Promise.all(
        [...state.owned.values()].map(async (owned) => {
          // A block that can close comes first, and what is open beside it is to be written, too.
          while (await run(owned, true));
          if (!owned.partition.signal.aborted) await writing.commit(owned.partition, owned.partition.point());
        }),
      );
    },
  };
}

function writeParts(state: JoinState): WriteParts {
  const { limits, parts } = state;
  const { log, store, settings, nowMs, letters, metrics } = parts;
  const deadLetters = { topic: settings.topics.deadLetters, partition: 0 };
  return {
    store,
    permit: whileHeard(() => state.group),
    nowMs,
    letterOf: letters.ofDocument,
    noteWritten: metrics.written,
    checkWritten: limits.wrote,
    async sendLetters(messages) {
      await log.sender.send(deadLetters, messages);
    },
    async commit(partition, { position, origins, policyOffset }) {
      const metadata = encodeCommit({ origins, policyOffset });
      if (metadata === null)
        throw new Fault('settings', `${partitionName(partition.at)}: the origins do not fit into a commit`);
      const epoch = state.owned.get(partitionName(partition.at))?.epoch ?? -1;
      const result =
        (await state.group?.commit(partition.at, { offset: position, metadata }, epoch)) ?? 'superseded';
      metrics.committed(result);
      return result;
    },
  };
}
