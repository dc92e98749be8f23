// The role `join` in this process, with a policy log of its own: its figures, its checks.
import { withFields } from '../../../runtime/log.ts';
import { INTAKE } from '../../../runtime/metrics/intake.ts';
import { JOINING } from '../../../runtime/metrics/joining.ts';
import type { Metrics } from '../../../runtime/metrics/metrics.ts';
import { type RunningJoiner, startJoiner } from '../../../workers/join/worker.ts';
import { followPolicyLog } from '../../../workers/policyLog/followPolicyLog.ts';
import { joinFigures } from '../figures/joinFigures.ts';
import { showPolicyLog, showWatermarks } from '../figures/policyLogFigures.ts';
import type { Foundations } from '../foundations.ts';
import type { Letters } from '../letters.ts';
import { assignment, type RunningRole } from './runningRole.ts';

const ROLE = { role: 'join' } as const;

export async function runJoin(foundations: Foundations, letters: Letters): Promise<RunningRole> {
  const { log, codec, policyRecords: records, store, settings, nowMs, metrics } = foundations;
  const logger = withFields(foundations.logger, ROLE);
  const { promise: lost, reject: failed } = Promise.withResolvers<never>();
  lost.catch(() => {});
  const policyLog = followPolicyLog({
    log,
    codec,
    records,
    settings: settings.policyLog,
    nowMs,
    logger,
    failed,
  });
  let caughtUp = false;
  policyLog.caughtUp.then(
    () => {
      caughtUp = true;
      logger('info', 'the policy log is read', { offset: policyLog.readOffset() });
    },
    () => {},
  );
  const figures = joinFigures(metrics, nowMs);
  const joiner = await startJoiner({
    log,
    codec,
    store,
    policyLog,
    settings: settings.join,
    nowMs,
    logger,
    letters,
    metrics: figures,
  });
  showJoiner(metrics, joiner);
  const clusters = () => [...new Set([...policyLog.clusters(), ...figures.clusters])];
  showPolicyLog(metrics, policyLog, clusters);
  showWatermarks(metrics, () =>
    clusters().map((cluster) => ({ cluster, ...policyLog.watermarks.of(cluster, nowMs()) })),
  );
  return {
    name: ROLE.role,
    failure: Promise.race([joiner.failure, lost]),
    checks() {
      const { isAssigned, partitions } = joiner.status();
      const because = `read up to offset ${policyLog.readOffset()}`;
      return new Map([
        ['policy-log', { ok: caughtUp, because: caughtUp ? because : `still reading: ${because}` }],
        ['assigned', assignment(isAssigned, partitions.length)],
      ]);
    },
    async stop() {
      await joiner.stop();
      await policyLog.stop();
    },
  };
}

function showJoiner(metrics: Metrics, joiner: RunningJoiner): void {
  metrics
    .gauge(INTAKE.lag)
    .from(() =>
      joiner
        .status()
        .partitions.map(({ partition, lag }) => [{ ...ROLE, ...placeOf(partition) }, lag] as const),
    );
  metrics
    .gauge(JOINING.openBlocks)
    .from(() => joiner.status().partitions.map(({ blocks }) => [{}, blocks] as const));
  metrics
    .gauge(JOINING.openRecords)
    .from(() => joiner.status().partitions.map(({ records }) => [{}, records] as const));
  metrics
    .gauge(JOINING.gateRecords)
    .from(() => joiner.status().waiting.map(({ cluster, records }) => [{ cluster }, records] as const));
  metrics
    .gauge(JOINING.gateBytes)
    .from(() => joiner.status().waiting.map(({ cluster, bytes }) => [{ cluster }, bytes] as const));
}

/** `topic/partition`, whose topic may hold no slash. */
function placeOf(name: string): { readonly topic: string; readonly partition: string } {
  const [topic = '', partition = ''] = name.split('/');
  return { topic, partition };
}
