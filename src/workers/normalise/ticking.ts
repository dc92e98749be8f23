// What goes on by the clock: figures and commits, and the heartbeats of idle audit partitions.
import { isIdle, type Lane } from './lane.ts';
import type { NormaliserState } from './state.ts';
import { commit, heartbeat } from './work.ts';

export interface Timers {
  stop(): void;
}

export function startTimers(state: NormaliserState, fail: (cause: unknown) => void): Timers {
  const { commitMs, heartbeatMs } = state.parts.settings;
  const committing = setInterval(() => commitAll(state, fail), commitMs);
  let isBeating = false;
  const beating = setInterval(() => {
    if (isBeating || state.isStopping) return;
    isBeating = true;
    void beat(state, fail).finally(() => {
      isBeating = false;
    });
  }, heartbeatMs);
  return {
    stop() {
      clearInterval(committing);
      clearInterval(beating);
    },
  };
}

/** Behind what waits in each lane; where a commit waits already, it will do. */
function commitAll(state: NormaliserState, fail: (cause: unknown) => void): void {
  for (const lane of state.lanes.values()) {
    if (lane.isCommitDue) continue;
    lane.isCommitDue = true;
    void lane.work.add(async () => {
      lane.isCommitDue = false;
      await commit(state, lane).catch(fail);
    });
  }
}

/**
 * Learns where the partitions end, for the lag; a paused one brings no batch that would tell. Idle audit partitions
 * are told of: the time was noted before, so what is said was true then.
 */
async function beat(state: NormaliserState, fail: (cause: unknown) => void): Promise<void> {
  const { nowMs, logger, log, settings } = state.parts;
  const askedAtMs = nowMs();
  const isQuiet = (lane: Lane): boolean =>
    lane.marks !== null && isIdle(lane) && askedAtMs - lane.lastBatchAtMs >= settings.heartbeatMs;
  for (const [topic, lanes] of Map.groupBy(state.lanes.values(), ({ at }) => at.topic)) {
    const quiet = new Set(lanes.filter(isQuiet));
    const ends = await log.admin.offsets(topic).catch((cause: unknown) => {
      logger('warn', 'Kafka does not say where a topic ends: no heartbeats', { topic, cause });
      return [];
    });
    for (const lane of lanes) {
      const end = ends[lane.at.partition]?.end;
      if (end === undefined) continue;
      lane.end = end;
      if (quiet.has(lane)) void lane.work.add(() => heartbeat(state, lane, askedAtMs, end).catch(fail));
    }
  }
}
