// The role `repair` in this process, with a policy log of its own that goes on at its own pace: figures, checks.
import { withFields } from '../../../runtime/log.ts';
import { JOINING } from '../../../runtime/metrics/joining.ts';
import { startRepair } from '../../../workers/repair/worker.ts';
import { countingChanges, repairFigures } from '../figures/repairFigures.ts';
import type { Foundations } from '../foundations.ts';
import type { Letters } from '../letters.ts';
import type { RunningRole } from './runningRole.ts';

const ROLE = { role: 'repair' } as const;

/** @param stop gives up a start that waits for OpenSearch */
export async function runRepair(
  foundations: Foundations,
  letters: Letters,
  stop: AbortSignal,
): Promise<RunningRole> {
  const { log, codec, policyRecords, store, settings, nowMs, logger, metrics } = foundations;
  const repair = await startRepair({
    log,
    codec,
    policyRecords,
    store: countingChanges(store, metrics, nowMs),
    settings: settings.repair,
    nowMs,
    logger: withFields(logger, ROLE),
    metrics: repairFigures(metrics),
    letterOf: letters.ofDocument,
    signal: stop,
  });
  const shift = () => {
    const { shift: now } = repair.status();
    return now === null ? [] : [now];
  };
  metrics
    .gauge(JOINING.policyLogRead)
    .from(() => shift().map(({ readOffset }) => [ROLE, readOffset] as const));
  metrics
    .gauge(JOINING.policyLogApplied)
    .from(() => shift().map(({ policyOffset }) => [ROLE, policyOffset] as const));
  return {
    name: ROLE.role,
    failure: repair.failure,
    stop: () => repair.stop(),
    checks() {
      const { isMember, shift: now } = repair.status();
      const working = now === null ? 'stands by' : `repaired up to offset ${now.policyOffset}`;
      return new Map([['assigned', { ok: isMember, because: isMember ? working : 'waits for its group' }]]);
    },
  };
}
