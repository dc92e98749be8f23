// `netpol-drift work`: the Kafka workers. One process takes on one role or all of them; it ends when it is told to,
// or when one of its roles fails: whatever supervises it starts it anew, and it goes on at its last commit.
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../../config.ts';
import { EXIT } from '../../model/fault.ts';
import { type CheckResult, type HealthServer, startHealthServer } from '../../runtime/health.ts';
import { createLogger } from '../../runtime/log.ts';
import { createMetrics } from '../../runtime/metrics/metrics.ts';
import { WRITING } from '../../runtime/metrics/writing.ts';
import { runUntilStopped, STOP_LIMIT_MS } from '../../runtime/shutdown.ts';
import { closeFoundations, type Foundations, layFoundations } from './foundations.ts';
import { type RawWorkOptions, rolesOf } from './options.ts';
import { checksOf, newProgress, type Progress } from './progress.ts';
import { runRoles } from './runRoles.ts';
import { settingsOf } from './settingsOf.ts';

/** A connection that does not close must not keep a worker that has ended. */
const CLOSE_MS = 3_000;

/** @returns the exit code: `fine` after a stop that was asked for. @throws what ended a role, or its start */
export async function runWork(raw: RawWorkOptions, version: string, config: Config): Promise<number> {
  const roles = rolesOf(raw);
  const settings = settingsOf(config);
  const logger = createLogger(settings.serving.logLevel, { version }, process.stderr);
  const metrics = createMetrics();
  metrics.gauge(WRITING.build).from(() => [[{ version, node: process.version }, 1]]);
  const foundations = layFoundations(settings, logger, metrics);
  const progress = newProgress();
  const health = await serveHealth(foundations, progress);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(`health and metrics: http://${settings.serving.httpAddress}:${health.port}`);
  try {
    return await runUntilStopped(
      async (stop) => {
        await runRoles({ foundations, roles, progress, say }, stop);
        logger('info', 'stopped in order');
        return EXIT.fine;
      },
      {
        limitMs: STOP_LIMIT_MS,
        say: (message) => logger('info', message),
        exit: (code) => process.exit(code),
      },
    );
  } finally {
    await Promise.race([closeFoundations(foundations), pause(CLOSE_MS, undefined, { ref: false })]);
    await health.close();
    // Fires only when something still holds the process.
    setTimeout(() => process.exit(), CLOSE_MS).unref();
  }
}

function serveHealth({ settings, metrics, store }: Foundations, progress: Progress): Promise<HealthServer> {
  const checks = (): ReadonlyMap<string, CheckResult> => checksOf(progress, store.trouble());
  metrics
    .gauge(WRITING.ready)
    .from(() => [...checks()].map(([check, { ok }]) => [{ check }, ok ? 1 : 0] as const));
  return startHealthServer({
    address: settings.serving.httpAddress,
    port: settings.serving.httpPort,
    fatal: () => progress.fatal,
    checks,
    exposition: metrics.exposition,
    contentType: metrics.contentType,
  });
}
