// The role `normalise` in this process: its figures, its checks.
import { withFields } from '../../../runtime/log.ts';
import { INTAKE } from '../../../runtime/metrics/intake.ts';
import { startNormaliser } from '../../../workers/normalise/worker.ts';
import { normaliseFigures } from '../figures/normaliseFigures.ts';
import type { Foundations } from '../foundations.ts';
import { assignment, type RunningRole } from './runningRole.ts';

const ROLE = { role: 'normalise' } as const;

export async function runNormalise(foundations: Foundations): Promise<RunningRole> {
  const { log, codec, settings, nowMs, logger, metrics } = foundations;
  const normaliser = await startNormaliser({
    log,
    codec,
    settings: settings.normalise,
    nowMs,
    logger: withFields(logger, ROLE),
    metrics: normaliseFigures(metrics),
  });
  metrics
    .gauge(INTAKE.lag)
    .from(() =>
      normaliser
        .status()
        .partitions.map(
          ({ topic, partition, lag }) => [{ ...ROLE, topic, partition: String(partition) }, lag] as const,
        ),
    );
  metrics
    .gauge(INTAKE.inHandBytes)
    .from(() => normaliser.status().partitions.map(({ inHandBytes }) => [ROLE, inHandBytes] as const));
  metrics
    .gauge(INTAKE.partitions)
    .from(() =>
      normaliser
        .status()
        .partitions.map(({ isPaused }) => [{ ...ROLE, state: isPaused ? 'paused' : 'reading' }, 1] as const),
    );
  return {
    name: ROLE.role,
    failure: normaliser.failure,
    stop: () => normaliser.stop(),
    checks() {
      const { isAssigned, partitions } = normaliser.status();
      return new Map([['assigned', assignment(isAssigned, partitions.length)]]);
    },
  };
}
