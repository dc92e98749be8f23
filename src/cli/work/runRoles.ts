// Starts roles, waits until one fails or they are to stop, and stops them. Whatever a role leaves behind, the next
// worker goes on at the last commit, so nothing here waits longer than it may.
import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../../model/fault.ts';
import type { Logger } from '../../runtime/log.ts';
import { announcement } from './announce.ts';
import type { Foundations } from './foundations.ts';
import { createLetters, type Letters } from './letters.ts';
import type { Role } from './options.ts';
import { showPolicyLogEnd } from './policyLogEnd.ts';
import type { Progress } from './progress.ts';
import { runJoin } from './roles/joinRole.ts';
import { runNormalise } from './roles/normaliseRole.ts';
import { runRepair } from './roles/repairRole.ts';
import type { RunningRole } from './roles/runningRole.ts';
import { awaitKafka, awaitOpenSearch } from './servers.ts';

/** When a role has failed, the others may finish for so long. */
const FAREWELL_MS = 5_000;

export interface Crew {
  readonly foundations: Foundations;
  readonly roles: readonly Role[];
  readonly progress: Progress;
  /** Takes a line for the person who started the worker. */
  readonly say: (line: string) => void;
}

/** Resolves when all roles have stopped, since they were told to. @throws what ended a role, or its start */
export async function runRoles(crew: Crew, stop: AbortSignal): Promise<void> {
  const { foundations, progress } = crew;
  const { logger } = foundations;
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  const told = raised(stop);
  try {
    await Promise.race([told, failed, startRoles(crew, stop, fail).then(() => told)]);
  } catch (cause) {
    if (!stop.aborted) {
      progress.fatal = cause instanceof Error ? cause.message : String(cause);
      logger('fatal', 'this worker ends', { cause });
      await Promise.race([stopRoles(progress, logger), pause(FAREWELL_MS, undefined, { ref: false })]);
      throw cause;
    }
  }
  await stopRoles(progress, logger);
}

async function startRoles(crew: Crew, stop: AbortSignal, fail: (cause: unknown) => void): Promise<void> {
  const { foundations, roles, progress, say } = crew;
  const { metrics, settings } = foundations;
  const { letterBytes } = await awaitKafka(foundations, stop);
  showPolicyLogEnd(foundations, stop);
  const letters = createLetters(metrics, letterBytes, settings.openSearch.indexPrefix);
  for (const role of roles) {
    progress.waitsFor = 'OpenSearch';
    if (role !== 'normalise') await awaitOpenSearch(foundations, stop);
    progress.waitsFor = `role ${role}`;
    const running = await startRole(role, foundations, letters, stop);
    progress.running.push(running);
    running.failure.catch((cause: unknown) => fail(named(running, cause)));
    stop.throwIfAborted();
    say(announcement(role, settings));
  }
  progress.waitsFor = '';
}

function startRole(
  role: Role,
  foundations: Foundations,
  letters: Letters,
  stop: AbortSignal,
): Promise<RunningRole> {
  switch (role) {
    case 'normalise':
      return runNormalise(foundations);
    case 'join':
      return runJoin(foundations, letters);
    case 'repair':
      return runRepair(foundations, letters, stop);
  }
}

/** The same fault, with the role before its message. */
function named({ name }: RunningRole, cause: unknown): unknown {
  if (!(cause instanceof Fault)) return cause;
  return new Fault(cause.code, `${name}: ${cause.message}`, { cause, retryable: cause.retryable });
}

/** All at once. One that fails now is told in the log alone: the worker ends anyway. */
async function stopRoles({ running }: Progress, logger: Logger): Promise<void> {
  await Promise.all(
    running.map(({ name, stop }) =>
      stop().catch((cause: unknown) =>
        logger('error', 'a role did not stop in order', { role: name, cause }),
      ),
    ),
  );
}

function raised(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
