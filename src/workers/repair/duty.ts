// What a repairer does while it is the one: catch up, outwait what its predecessor may still be writing, then
// record by record:
//
//   read the log ─▶ every owner has promised k? ─▶ commit the goal k ─▶ documents of k ─▶ acknowledged ─▶ commit k + 1
//                          │ not yet: ask again
//                          └ meanwhile, provisional documents whose time has come
//
// A crash anywhere goes to the same goal again, and that writes the same documents again (progress.ts).
import { setTimeout as pause } from 'node:timers/promises';
import type { CommitResult, Committed } from '../../kafka/log.ts';
import { Fault } from '../../model/fault.ts';
import { repairUpTo } from './lateChange.ts';
import { type Owners, readOwners } from './owners.ts';
import { committedOf, type Progress, progressOf } from './progress.ts';
import { settleProvisional } from './provisional.ts';
import type { Shift } from './shift.ts';
import { trustTimelines } from './writeTimelines.ts';

/** Looking for provisional documents in vain is repeated at most so many times less often. */
const MAX_BACKOFF = 12;
/** Being held back by owners is said so often. */
const COMPLAIN_MS = 60_000;

export type Commit = (committed: Committed) => Promise<CommitResult>;

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
  const begun = committed === null ? -1 : takeUp(shift, committed);
  // Who never committed where it was going has written nothing that must be outwaited.
  if (committed !== null) await outwait(shift, begunAtMs + sessionTimeoutMs + bulkTimeoutMs);
  const settling = createSettling(shift);
  let complainAtMs = parts.nowMs() + COMPLAIN_MS;
  for (;;) {
    signal.throwIfAborted();
    parts.metrics.position(policyLog.readOffset(), policyLog.policyOffset());
    const owners = await readOwners(ownersSource(shift));
    if (await repairNext(shift, owners, { begun, commit })) {
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

/** Until no request of who repaired before can be under way any more. */
async function outwait({ parts, signal }: Shift, untilMs: number): Promise<void> {
  const leftMs = (): number => untilMs - parts.nowMs();
  if (leftMs() > 0)
    parts.logger('info', 'repair begins when nothing of the last repairer can be under way any more', {
      inSeconds: Math.ceil(leftMs() / 1_000),
    });
  while (leftMs() > 0) await pause(Math.min(parts.settings.pollMs, leftMs()), null, { signal });
}

/** @returns the last record that documents may know already */
function takeUp(shift: Shift, committed: Committed): number {
  const { parts, policyLog } = shift;
  const { repaired, goal } = progressOf(committed);
  if (goal > policyLog.readOffset())
    throw new Fault(
      'policy-log-lost',
      `${parts.settings.policyLog.topics.policyChanges} ends at ${policyLog.readOffset() + 1}, and ${parts.settings.groups.repair} has repaired up to ${goal + 1}: it was made anew. Restore it, or begin again with other prefixes for topics, groups and indices`,
    );
  policyLog.advance(repaired);
  trustTimelines(shift);
  return goal;
}

function isHeldBack({ policyLog }: Shift): boolean {
  return policyLog.readOffset() > policyLog.policyOffset();
}

interface Steps {
  /** Where who served before was going: what was begun is ended before anything else is begun. */
  readonly begun: number;
  readonly commit: Commit;
}

/** @returns false: nothing is to be done yet */
async function repairNext(shift: Shift, owners: Owners, { begun, commit }: Steps): Promise<boolean> {
  const { policyLog } = shift;
  const repaired = policyLog.policyOffset();
  const goal = begun > repaired ? begun : Math.min(policyLog.readOffset(), owners.policyOffset);
  if (goal <= repaired || goal > owners.policyOffset) return false;
  if (!(await isCommitted(shift, commit, { repaired, goal }))) return false;
  await repairUpTo(shift, goal, owners);
  await isCommitted(shift, commit, { repaired: goal, goal });
  return true;
}

async function isCommitted({ parts }: Shift, commit: Commit, progress: Progress): Promise<boolean> {
  if ((await commit(committedOf(progress))) === 'committed') return true;
  parts.logger('info', 'another repairer goes on');
  return false;
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
