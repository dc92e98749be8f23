// What a repairer does while it is the one: catch up, outwait what its predecessor may still be writing, then
// record by record:
//
//   read the log ─▶ every owner has promised k? ─▶ documents of k ─▶ acknowledged ─▶ commit k + 1
//                          │ not yet: ask again
//                          └ meanwhile, provisional documents whose time has come
//
// A crash anywhere before the commit does the record again, and that writes the same documents again.
import { setTimeout as pause } from 'node:timers/promises';
import type { CommitResult, Committed } from '../../kafka/log.ts';
import { Fault } from '../../model/fault.ts';
import { repairUpTo } from './lateChange.ts';
import { type Owners, readOwners } from './owners.ts';
import { settleProvisional } from './provisional.ts';
import type { Shift } from './shift.ts';
import { trustTimelines } from './writeTimelines.ts';

/** Looking for provisional documents in vain is repeated at most so many times less often. */
const MAX_BACKOFF = 12;
/** Being held back by owners is said so often. */
const COMPLAIN_MS = 60_000;

/** The commit of the policy log's next record. */
export type Commit = (offset: number) => Promise<CommitResult>;

/**
 * Ends when the signal is raised.
 * @param committed where the last repairer stood; null: nobody ever has
 * @throws Fault `policy-log-lost`; what Kafka or the store threw
 */
export async function serve(shift: Shift, committed: Committed | null, commit: Commit): Promise<void> {
  const { parts, policyLog, signal } = shift;
  const { sessionTimeoutMs, bulkTimeoutMs, pollMs } = parts.settings;
  const begunAtMs = parts.nowMs();
  await policyLog.caughtUp;
  if (committed !== null) takeUp(shift, committed);
  const untilMs = begunAtMs + sessionTimeoutMs + bulkTimeoutMs;
  while (parts.nowMs() < untilMs) await pause(Math.min(pollMs, untilMs - parts.nowMs()), null, { signal });
  const settling = createSettling(shift);
  let complainAtMs = parts.nowMs() + COMPLAIN_MS;
  for (;;) {
    signal.throwIfAborted();
    parts.metrics.position(policyLog.readOffset(), policyLog.policyOffset());
    const owners = await readOwners(ownersSource(shift));
    if (await repairNext(shift, owners, commit)) {
      complainAtMs = parts.nowMs() + COMPLAIN_MS;
      continue;
    }
    if (isHeldBack(shift) && parts.nowMs() >= complainAtMs) {
      complainAtMs = parts.nowMs() + COMPLAIN_MS;
      complain(shift, owners);
    }
    if (await settling.runIfDue(owners)) continue;
    await pause(pollMs, null, { signal });
  }
}

function takeUp(shift: Shift, { offset }: Committed): void {
  const { parts, policyLog } = shift;
  if (offset > policyLog.readOffset() + 1)
    throw new Fault(
      'policy-log-lost',
      `${parts.settings.policyLog.topics.policyChanges} ends at ${policyLog.readOffset() + 1}, and ${parts.settings.groups.repair} has repaired up to ${offset}: it was made anew. Restore it, or begin again with other prefixes for topics, groups and indices`,
    );
  policyLog.advance(offset - 1);
  trustTimelines(shift);
}

function isHeldBack({ policyLog }: Shift): boolean {
  return policyLog.readOffset() > policyLog.policyOffset();
}

/** @returns false: nothing is to be done yet */
async function repairNext(shift: Shift, owners: Owners, commit: Commit): Promise<boolean> {
  const { policyLog, parts } = shift;
  const until = Math.min(policyLog.readOffset(), owners.policyOffset);
  if (until <= policyLog.policyOffset()) return false;
  await repairUpTo(shift, until, owners);
  if ((await commit(policyLog.policyOffset() + 1)) === 'superseded')
    parts.logger('info', 'another repairer goes on');
  return true;
}

function complain({ parts, policyLog }: Shift, { behind, policyOffset }: Owners): void {
  parts.logger('warn', 'repair waits until the owners of these partitions know the policy log so far', {
    partitions: behind,
    theyKnow: policyOffset,
    wanted: policyLog.policyOffset() + 1,
  });
}

function createSettling(shift: Shift) {
  const { nowMs, settings } = shift.parts;
  let dueAtMs = nowMs();
  let backoff = 1;
  return {
    /** @returns whether anything was written */
    async runIfDue(owners: Owners): Promise<boolean> {
      if (nowMs() < dueAtMs) return false;
      const written = await settleProvisional(shift, owners);
      backoff = written > 0 ? 1 : Math.min(MAX_BACKOFF, 2 * backoff);
      dueAtMs = nowMs() + backoff * settings.settleMs;
      return written > 0;
    },
  };
}

function ownersSource({ parts: { log, settings } }: Shift) {
  const { policyLog, groups, blockOffsets } = settings;
  return { log, topic: policyLog.topics.events, groupId: groups.join, blockOffsets };
}
