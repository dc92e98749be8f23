// The role `join`: events in, documents out, as often killed and taken over as may be.
//
//   netpol.events ─▶ inbox ─▶ take ─▶ gate ─▶ release ─▶ open blocks ─▶ flush, close ─▶ OpenSearch
//                    per partition           policy log ─▶ raise ──┘                └─▶ commit
//
// Everything that alters a block happens in `tick` or in a handler of the group, and none of them awaits half-way;
// only the writing is asynchronous, one piece of work per partition at a time. A failure ends the worker: the
// process ends, another one takes over where the last commit stands.
import { createGate } from '../../join/gate.ts';
import { Fault } from '../../model/fault.ts';
import { METADATA_BYTES, worstCommitBytes } from '../../rollup/commitMetadata.ts';
import { watchEnds } from './ends.ts';
import { groupHandlers } from './membership.ts';
import type { OwnedPartition } from './ownedPartition.ts';
import type { JoinerParts, JoinState } from './parts.ts';
import type { Held } from './reading.ts';
import { createRejectLimits } from './rejectLimits.ts';
import { advance, createTakeIn, createTick } from './ticking.ts';
import { createWriting } from './writing.ts';

export interface RunningJoiner {
  /** Stops reading, writes and commits what it has, leaves. Partitions go to the others at once. */
  stop(): Promise<void>;
  /** Never resolves; rejects with what ended the worker. */
  readonly failure: Promise<never>;
  status(): JoinerStatus;
}

export interface JoinerStatus {
  readonly isAssigned: boolean;
  readonly partitions: readonly {
    readonly partition: string;
    readonly blocks: number;
    readonly records: number;
    /** Records between what was read and the end of the partition. */
    readonly lag: number;
  }[];
  readonly waiting: readonly { readonly cluster: string; readonly records: number; readonly bytes: number }[];
}

const TICK_MS = 200;

/** @throws Fault `settings` when commits could not carry what they must */
export async function startJoiner(parts: JoinerParts): Promise<RunningJoiner> {
  await checkCommitSize(parts);
  const { settings, policyLog } = parts;
  const state: JoinState = {
    parts,
    gate: createGate<Held>(settings.gate, policyLog.watermarks),
    limits: createRejectLimits(settings),
    owned: new Map(),
    group: null,
    assigned: false,
    stopping: false,
    failed: false,
    advance: () => advance(state),
  };
  const { promise: failure, reject } = Promise.withResolvers<never>();
  failure.catch(() => {});
  const fail = (cause: unknown): void => {
    state.failed = true;
    for (const { partition } of state.owned.values()) partition.abandon();
    reject(cause);
  };
  const work = createWriting(state, fail);
  const takeIn = createTakeIn(state);
  const handlers = groupHandlers(state, takeIn, fail);
  const { sessionTimeoutMs, fetchMaxBytes, groups, topics } = settings;
  state.group = await parts.log.join(
    { groupId: groups.join, topics: [topics.events], sessionTimeoutMs, fetchMaxBytes },
    handlers,
  );
  const tick = createTick(state, takeIn, (owned) => work.start(owned));
  const timer = setInterval(() => {
    try {
      if (!state.failed) tick(parts.nowMs());
    } catch (cause) {
      fail(cause);
    }
  }, TICK_MS);
  const forgetEnds = watchEnds(state);

  return {
    failure,
    status: () => statusOf(state),
    async stop() {
      state.stopping = true;
      clearInterval(timer);
      forgetEnds();
      const partitions = [...state.owned.values()].map(({ partition }) => partition);
      // Nothing may be written any more, and whoever goes on does it all again.
      if (state.group?.isHeard() !== true) for (const partition of partitions) partition.abandon();
      state.group?.pause(partitions.map(({ at }) => at));
      if (!state.failed) tick(parts.nowMs());
      await work.finish();
      await state.group?.leave();
      for (const { partition } of state.owned.values()) partition.abandon();
    },
  };
}

async function checkCommitSize({ log, settings }: JoinerParts): Promise<void> {
  const raw = await Promise.all(
    settings.rawTopics.map(async (topic) => ({ topic, partitions: await log.admin.partitions(topic) })),
  );
  const bytes = worstCommitBytes(raw);
  if (bytes > METADATA_BYTES)
    throw new Fault(
      'settings',
      `the raw topics have so many partitions that a commit could need ${bytes} bytes, brokers take ${METADATA_BYTES}: use fewer partitions, or raise offset.metadata.max.bytes`,
    );
}

function statusOf({ assigned, owned, gate }: JoinState): JoinerStatus {
  return {
    isAssigned: assigned,
    waiting: gate.waiting(),
    partitions: [...owned].map(([partition, one]) => {
      const { blocks, records } = one.partition.load();
      const { inbox } = one;
      return { partition, blocks, records, lag: lagOf(one.partition, inbox.position(), inbox.end()) };
    }),
  };
}

function lagOf(partition: OwnedPartition, position: number | null, end: number | null): number {
  return end === null ? 0 : Math.max(0, end - (position ?? partition.point().position));
}
