// The role `normalise`: raw logs in, events out, as often killed and taken over as may be.
//
//   hubble.flows ─┐                        ┌─▶ netpol.events          figures of the feeds, too
//                 ├─▶ lane ─▶ read ─▶ send ┼─▶ netpol.policy-changes  ─▶ netpol.watermarks
//   k8s.audit    ─┘    per partition       └─▶ netpol.dead-letters
//                                          ─▶ commit
//
// Nothing is committed before everything that came of it is acknowledged. A failure ends the worker: the process
// ends, another one takes over where the last commit stands and sends again what was not committed, and those who
// read know copies by their origins.
import { REJECTED, type RejectReason } from '../../model/outcome.ts';
import { createRejectShare, REJECT_WINDOW, type RejectWords } from '../rejectShare.ts';
import { createAuditCoverage } from './auditCoverage.ts';
import { finish, within } from './ending.ts';
import { leaveLane } from './lane.ts';
import { groupHandlers } from './membership.ts';
import type { NormaliserParts } from './parts.ts';
import { createRoutes } from './routes.ts';
import { createSending } from './sending.ts';
import type { NormaliserState } from './state.ts';
import { startTimers } from './ticking.ts';
import { topicFacts } from './topicLimits.ts';

export interface RunningNormaliser {
  /** Stops reading, finishes the step under way, sends figures, commits, leaves; at most `stopMs` and a little. */
  stop(): Promise<void>;
  /** Never resolves; rejects with what ended the worker. */
  readonly failure: Promise<never>;
  status(): NormaliserStatus;
}

export interface NormaliserStatus {
  readonly isAssigned: boolean;
  readonly partitions: readonly {
    readonly topic: string;
    readonly partition: number;
    /** Records between what was read and the end of the partition. */
    readonly lag: number;
    readonly inHandBytes: number;
    readonly isPaused: boolean;
  }[];
}

const UNUSABLE: RejectWords<RejectReason> = {
  verdict: 'records could not be used',
  reason: (reason, times) => `${REJECTED[reason]} (${reason}, ${times})`,
};

/** @throws Fault `topic-missing`, `topic-wrong`, `kafka-unavailable` */
export async function startNormaliser(parts: NormaliserParts): Promise<RunningNormaliser> {
  const { settings, log } = parts;
  const state = await stateOf(parts);
  const { promise: failure, reject } = Promise.withResolvers<never>();
  failure.catch(() => {});
  let hasFailed = false;
  const fail = (cause: unknown): void => {
    hasFailed = true;
    state.isStopping = true;
    for (const lane of state.lanes.values()) leaveLane(lane);
    reject(cause);
  };
  const { groupId, rawTopics, sessionTimeoutMs, fetchMaxBytes } = settings;
  const topics = rawTopics.map(({ topic }) => topic);
  const timers = startTimers(state, fail);
  state.group = await log.join(
    { groupId, topics, sessionTimeoutMs, fetchMaxBytes },
    groupHandlers(state, fail),
  );

  return {
    failure,
    status: () => statusOf(state),
    async stop() {
      state.isStopping = true;
      timers.stop();
      const lanes = [...state.lanes.values()];
      state.group?.pause(lanes.map(({ at }) => at));
      if (!hasFailed) await within(settings.stopMs, finish(state, lanes)).catch(reject);
      for (const lane of lanes) leaveLane(lane);
      await within(settings.stopMs, state.group?.leave());
    },
  };
}

async function stateOf(parts: NormaliserParts): Promise<NormaliserState> {
  const { log, settings, codec } = parts;
  const facts = await topicFacts(log.admin, settings.topics, settings.rawTopics);
  const limit = { maxShare: settings.maxRejectShare, ...REJECT_WINDOW };
  return {
    parts,
    sending: createSending(parts, facts),
    partitionParts: { codec, route: createRoutes(facts.eventPartitions), limits: facts.limits },
    coverage: createAuditCoverage(settings.coverageIntervalMs),
    rejectShares: new Map(settings.rawTopics.map(({ topic }) => [topic, createRejectShare(limit, UNUSABLE)])),
    lanes: new Map(),
    group: null,
    isAssigned: false,
    isStopping: false,
  };
}

function statusOf({ isAssigned, lanes }: NormaliserState): NormaliserStatus {
  return {
    isAssigned,
    partitions: [...lanes.values()].map(({ at, partition, end, inHandBytes, isPaused }) => ({
      ...at,
      lag: Math.max(0, end - partition.position()),
      inHandBytes,
      isPaused,
    })),
  };
}
