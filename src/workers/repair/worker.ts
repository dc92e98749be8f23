// The role `repair`: what the policy log says late goes into the documents of blocks that no owner holds any more,
// and the change and policy documents follow from it. A consumer group on the policy log's one partition, so that
// one member works and the others stand by; a member that takes over begins at the last commit with a policy log of
// its own, read anew, since timelines never go back.
import type { Assigned, Group, GroupHandlers, TopicPartition } from '../../kafka/log.ts';
import { Fault } from '../../model/fault.ts';
import { createEventReader } from '../join/eventRecord.ts';
import { followPolicyLog } from '../policyLog/followPolicyLog.ts';
import { serve } from './duty.ts';
import { whileHeard } from '../whileHeard.ts';
import type { RepairParts } from './parts.ts';
import type { Shift } from './shift.ts';

export interface RunningRepair {
  /** Ends what is under way at once: whoever goes on does it again. Leaves the group. */
  stop(): Promise<void>;
  /** Never resolves; rejects with what ended the worker. */
  readonly failure: Promise<never>;
  status(): RepairStatus;
}

export interface RepairStatus {
  /** Assigned or standing by; false: the group has not said yet. */
  readonly isMember: boolean;
  /** null: standing by. */
  readonly shift: { readonly readOffset: number; readonly policyOffset: number } | null;
}

/** The policy log is read by followPolicyLog; the group only says who works, and its fetches are paused at once. */
const FETCH_MAX_BYTES = 64 * 1024;

interface Running {
  readonly shift: Shift;
  readonly end: AbortController;
  readonly ended: Promise<void>;
  epoch: number;
}

interface RepairState {
  readonly parts: RepairParts;
  /** The partition whose owner is the one that repairs. */
  readonly at: TopicPartition;
  readonly joined: Promise<Group>;
  group: Group | null;
  readonly fail: (cause: unknown) => void;
  running: Running | null;
  isMember: boolean;
}

/** @throws Fault `policy-log-lost` when documents know more of the policy log than it holds */
export async function startRepair(parts: RepairParts): Promise<RunningRepair> {
  const { log, settings } = parts;
  await checkPolicyLog(parts);
  const { promise: failure, reject: fail } = Promise.withResolvers<never>();
  failure.catch(() => {});
  const { promise: joined, resolve: join } = Promise.withResolvers<Group>();
  const at = { topic: settings.policyLog.topics.policyChanges, partition: 0 };
  const state: RepairState = { parts, at, joined, group: null, fail, running: null, isMember: false };
  const group = await log.join(
    {
      groupId: settings.groups.repair,
      topics: [at.topic],
      sessionTimeoutMs: settings.sessionTimeoutMs,
      fetchMaxBytes: FETCH_MAX_BYTES,
    },
    groupHandlers(state),
  );
  state.group = group;
  join(group);
  return {
    failure,
    status: () => ({
      isMember: state.isMember,
      shift: state.running === null ? null : offsetsOf(state.running),
    }),
    async stop() {
      await endShift(state);
      await group.leave();
    },
  };
}

function groupHandlers(state: RepairState): GroupHandlers {
  const { parts, at, joined, fail } = state;
  return {
    async assigned([mine], epoch) {
      state.isMember = true;
      parts.logger('info', mine === undefined ? 'standing by' : 'this worker repairs', { epoch });
      if (mine?.kept === true && state.running !== null) {
        state.running.epoch = epoch;
        return;
      }
      await endShift(state);
      state.running = mine === undefined ? null : beginShift(state, mine, epoch);
    },
    revoked(lost) {
      if (lost.length > 0) state.running?.end.abort(new Error('another worker repairs now'));
    },
    batch() {
      void joined.then((group) => group.pause([at]));
    },
    failed: fail,
  };
}

function beginShift(state: RepairState, { committed }: Assigned, epoch: number): Running {
  const { at, joined, fail } = state;
  const end = new AbortController();
  const shift = openShift(state, end.signal);
  const running: Running = { shift, end, epoch, ended: work() };
  return running;

  async function work(): Promise<void> {
    try {
      await serve(shift, committed, async (progress) => {
        const group = await joined;
        return group.commit(at, progress, running.epoch);
      });
    } catch (cause) {
      if (!end.signal.aborted) fail(cause);
    } finally {
      await shift.policyLog.stop();
    }
  }
}

/** Resolves when nothing of it is under way any more. */
async function endShift({ running }: RepairState): Promise<void> {
  running?.end.abort(new Error('this worker does not repair any more'));
  await running?.ended;
}

function openShift(state: RepairState, signal: AbortSignal): Shift {
  const { parts, fail } = state;
  const { log, codec, nowMs, logger, settings, policyRecords: records } = parts;
  return {
    parts,
    policyLog: followPolicyLog({
      log,
      codec,
      ...(records === undefined ? {} : { records }),
      nowMs,
      logger,
      settings: settings.policyLog,
      failed: fail,
    }),
    readEvent: createEventReader(codec),
    signal,
    permit: whileHeard(() => state.group),
    pictures: new Map(),
    done: new Set(),
  };
}

function offsetsOf({ shift: { policyLog, signal } }: Running): RepairStatus['shift'] {
  if (signal.aborted) return null;
  return { readOffset: policyLog.readOffset(), policyOffset: policyLog.policyOffset() };
}

/** A policy log that was made anew begins at 0 again: its lower offsets would lose every repair to stored versions. */
async function checkPolicyLog({ log, store, settings, signal }: RepairParts): Promise<void> {
  const topic = settings.policyLog.topics.policyChanges;
  // The store first: while it is asked, which may take long, the log goes on and others write as of its new records.
  const highest = await store.highestPolicyOffset(signal);
  const [offsets] = await log.admin.offsets(topic);
  const end = offsets?.end ?? 0;
  if (highest >= end)
    throw new Fault(
      'policy-log-lost',
      `documents were made as of record ${highest} of ${topic}, which ends at ${end}: it was made anew. Restore it, or begin again with other prefixes for topics, groups and indices`,
    );
}
