// Raw partitions that come and go. A new one begins where the worker before it had everything acknowledged, counting
// its open chunk again; one that was kept goes on as it is, with what is in hand.
import type { Assigned, Batch, GroupHandlers } from '../../kafka/log.ts';
import { createLane, holdBack, type Lane, leaveLane } from './lane.ts';
import { createRawPartition } from './rawPartition.ts';
import { createRawReader } from './rawRecord.ts';
import { beginningAt } from './resumption.ts';
import { laneName, type NormaliserState } from './state.ts';
import { createAuditMarks } from './watermarks.ts';
import { work } from './work.ts';

export function groupHandlers(state: NormaliserState, fail: (cause: unknown) => void): GroupHandlers {
  const { lanes, parts } = state;
  return {
    async assigned(partitions, epoch) {
      // Whatever a worker before this one had acknowledged in the policy log, watermarks of ours must wait for.
      await state.sending.learnPolicyOffset();
      for (const assigned of partitions) begin(state, assigned, epoch);
      state.isAssigned = true;
      parts.logger('info', 'partitions assigned', { partitions: partitions.map(laneName), epoch });
    },
    revoked(partitions) {
      for (const at of partitions) {
        const lane = lanes.get(laneName(at));
        if (lane !== undefined) leaveLane(lane);
        lanes.delete(laneName(at));
      }
    },
    batch(batch) {
      const lane = lanes.get(laneName(batch));
      if (lane !== undefined && !state.isStopping) receive(state, lane, batch, fail);
    },
    failed: fail,
  };
}

function begin(state: NormaliserState, assigned: Assigned, epoch: number): void {
  const { topic, partition } = assigned;
  const name = laneName(assigned);
  const known = state.lanes.get(name);
  if (known !== undefined && assigned.kept) {
    known.epoch = epoch;
    if (known.isPaused) state.group?.pause([assigned]);
    return;
  }
  if (known !== undefined) leaveLane(known);
  const { settings, logger, nowMs } = state.parts;
  const rawTopic = settings.rawTopics.find((one) => one.topic === topic);
  if (rawTopic === undefined) return;
  const beginning = beginningAt(assigned);
  if (beginning.missed > 0)
    logger('error', 'records left the topic before they were read: its retention is too short', {
      topic,
      partition,
      records: beginning.missed,
    });
  const reader = createRawReader(rawTopic, partition, settings);
  const { feed } = rawTopic;
  const at = { topic, partition };
  const fixed = {
    at,
    topic: rawTopic,
    partition: createRawPartition(at, beginning, { ...state.partitionParts, feed, reader }),
    marks: feed === 'audit' ? createAuditMarks(at, settings.auditDisorderMs) : null,
  };
  state.lanes.set(name, createLane(fixed, { epoch, end: assigned.end, lastBatchAtMs: nowMs() }));
}

/** Hands off and returns: the lane does the work. */
function receive(state: NormaliserState, lane: Lane, batch: Batch, fail: (cause: unknown) => void): void {
  const { bytes } = batch;
  const pace = (): void => {
    const share = state.parts.settings.inHandBytes / Math.max(1, state.lanes.size);
    if (state.group !== null && !lane.isGone && !state.isStopping) holdBack(lane, share, state.group);
  };
  lane.end = batch.end;
  lane.lastBatchAtMs = state.parts.nowMs();
  lane.inHandBytes += bytes;
  pace();
  void lane.work.add(async () => {
    try {
      await work(state, lane, batch);
      // Not after a failure: some of it may still wait to be sent.
      batch.release();
    } catch (cause) {
      fail(cause);
    } finally {
      lane.inHandBytes -= bytes;
      pace();
    }
  });
}
