// Partitions that come and go. A new one begins at its last commit, once the policy log is known as far as the
// owner before knew it; one that was kept goes on with all that is open in memory.
import type { Assigned, Batch, GroupHandlers, TopicPartition } from '../../kafka/log.ts';
import { Fault } from '../../model/fault.ts';
import { beginningOf, type Owned } from './owned.ts';
import { createInbox } from './inbox.ts';
import { createOwnedPartition, partitionName } from './ownedPartition.ts';
import type { JoinState } from './parts.ts';

export function groupHandlers(
  state: JoinState,
  takeIn: (owned: Owned) => void,
  failed: (cause: unknown) => void,
): GroupHandlers {
  return {
    async assigned(partitions, epoch) {
      await state.parts.policyLog.caughtUp;
      for (const assigned of partitions) await begin(state, assigned, epoch);
      state.assigned = true;
      const names = partitions.map(partitionName);
      state.parts.logger('info', `assigned ${names.length} partitions`, { partitions: names, epoch });
    },
    revoked(partitions) {
      for (const at of partitions) end(state, at);
    },
    batch(batch) {
      const owned = state.owned.get(partitionName(batch));
      if (owned === undefined || state.failed) return;
      receive(state, owned, batch);
      takeIn(owned);
    },
    failed,
  };
}

async function begin(state: JoinState, assigned: Assigned, epoch: number): Promise<void> {
  const { policyLog, settings, nowMs, logger } = state.parts;
  const name = partitionName(assigned);
  const known = state.owned.get(name);
  if (known !== undefined && assigned.kept) {
    known.epoch = epoch;
    if (known.paused) state.group?.pause([assigned]);
    return;
  }
  known?.partition.abandon();
  const { point, needsPolicyOffset, warning } = beginningOf(assigned, settings.blockOffsets);
  if (warning !== '') logger('warn', `${name}: ${warning}`);
  await checkPolicyLog(state, needsPolicyOffset);
  await policyLog.reached(needsPolicyOffset);
  state.advance();
  const { topic, partition } = assigned;
  state.owned.set(name, {
    partition: createOwnedPartition(
      { topic, partition },
      { ...point, policyOffset: policyLog.policyOffset() },
      {
        settings: { ...settings, lingerMs: settings.sessionTimeoutMs + settings.bulkTimeoutMs },
        join: (event) => policyLog.joiner(event.cluster).join(event),
        takenOverAtMs: nowMs(),
      },
    ),
    inbox: createInbox(),
    from: point.position,
    epoch,
    unplaced: null,
    paused: false,
    queued: false,
  });
}

/** @throws Fault `policy-log-lost` instead of waiting for ever for what is not there any more */
async function checkPolicyLog({ parts: { log, settings } }: JoinState, offset: number): Promise<void> {
  const { policyChanges } = settings.topics;
  const [log0] = await log.admin.offsets(policyChanges);
  if (log0 !== undefined && log0.end <= offset)
    throw new Fault(
      'policy-log-lost',
      `${policyChanges} ends at ${log0.end}, and a worker has read up to ${offset}: it was made anew. Restore it, or begin again with other prefixes for topics, groups and indices`,
    );
}

function end(state: JoinState, at: TopicPartition): void {
  const name = partitionName(at);
  state.owned.get(name)?.partition.abandon();
  state.owned.delete(name);
}

function receive(state: JoinState, owned: Owned, batch: Batch): void {
  owned.inbox.add(batch);
  owned.partition.noteEnd(batch.end, state.parts.nowMs());
}
