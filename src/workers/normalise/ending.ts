// A graceful stop: what is in hand is ended in order, and nothing is waited for longer than allowed. What is left
// undone is the next owner's: it was not committed.
import { setTimeout as pause } from 'node:timers/promises';
import { STATUS_INDEX } from './chunk.ts';
import type { Lane } from './lane.ts';
import type { NormaliserState } from './state.ts';
import { commit } from './work.ts';

/** Batches that nobody has begun are dropped; the step under way, figures, coverage and commits are done. */
export async function finish(state: NormaliserState, lanes: readonly Lane[]): Promise<void> {
  await Promise.all(
    lanes.map(async (lane) => {
      lane.work.clear();
      await lane.work.add(() => commit(state, lane));
    }),
  );
  const last = lanes.find(({ marks }) => marks !== null);
  if (last === undefined) return;
  const { topic: source, partition } = last.at;
  const offset = last.partition.position() - 1;
  await state.sending.cover(state.coverage.rest({ source, partition, offset, index: STATUS_INDEX }));
}

/** @returns whether it ended in time. @throws what it throws in that time */
export async function within(limitMs: number, work: Promise<unknown> | undefined): Promise<boolean> {
  const limit = new AbortController();
  const late = pause(limitMs, false, { signal: limit.signal }).catch(() => false);
  const done = (async () => {
    await work;
    return true;
  })();
  try {
    return await Promise.race([done, late]);
  } finally {
    limit.abort();
    done.catch(() => {});
  }
}
