// How far a worker has come, for /livez and /readyz: what it waits for, the roles that run, what has ended it.
import type { CheckResult } from '../../runtime/health.ts';
import type { RunningRole } from './roles/runningRole.ts';

export interface Progress {
  readonly running: RunningRole[];
  /** '' when everything was started. */
  waitsFor: string;
  /** What has ended the work for good; '' while nothing has. */
  fatal: string;
}

export function newProgress(): Progress {
  return { running: [], waitsFor: 'Kafka', fatal: '' };
}

/** @param trouble why the last request to OpenSearch had no good answer; null when it had one or none was made */
export function checksOf(
  { running, waitsFor }: Progress,
  trouble: string | null,
): ReadonlyMap<string, CheckResult> {
  const isStarted = waitsFor === '';
  const checks = new Map<string, CheckResult>([
    ['started', { ok: isStarted, because: isStarted ? 'every role runs' : `waits for ${waitsFor}` }],
    ['opensearch', { ok: trouble === null, because: trouble ?? 'no trouble' }],
  ]);
  for (const { name, checks: checksOfRole } of running)
    for (const [check, result] of checksOfRole()) checks.set(`${name}.${check}`, result);
  return checks;
}
