// A role that runs in this process, as the command sees it.
import type { CheckResult } from '../../../runtime/health.ts';
import type { Role } from '../options.ts';

export interface RunningRole {
  readonly name: Role;
  /** Never resolves; rejects with what ended the role. */
  readonly failure: Promise<never>;
  /** For /readyz, by a short name each. */
  readonly checks: () => ReadonlyMap<string, CheckResult>;
  /** Finishes what is in hand and leaves. */
  readonly stop: () => Promise<void>;
}

export function assignment(isAssigned: boolean, partitions: number): CheckResult {
  return {
    ok: isAssigned,
    because: isAssigned ? `${partitions} partitions assigned` : 'waits for its group to assign partitions',
  };
}
