// What /readyz is made of.
import { describe, expect, it } from 'vitest';
import { checksOf, newProgress } from '../../../src/cli/work/progress.ts';
import type { RunningRole } from '../../../src/cli/work/roles/runningRole.ts';

const never = new Promise<never>(() => {});

function role(ok: boolean): RunningRole {
  return {
    name: 'join',
    failure: never,
    checks: () => new Map([['assigned', { ok, because: 'as the test says' }]]),
    stop: () => Promise.resolve(),
  };
}

function failing(checks: ReturnType<typeof checksOf>): readonly string[] {
  return [...checks].filter(([, { ok }]) => !ok).map(([name]) => name);
}

describe('a worker', () => {
  it('is not ready while it waits for something, and says for what', () => {
    const checks = checksOf(newProgress(), null);
    expect(failing(checks)).toEqual(['started']);
    expect(checks.get('started')?.because).toBe('waits for Kafka');
  });

  it('is ready when every role runs and OpenSearch answers', () => {
    expect(failing(checksOf({ running: [role(true)], waitsFor: '', fatal: '' }, null))).toEqual([]);
  });

  it('names the check of the role that fails', () => {
    expect(failing(checksOf({ running: [role(false)], waitsFor: '', fatal: '' }, null))).toEqual([
      'join.assigned',
    ]);
  });

  it('is not ready while OpenSearch has no good answer, and says what it said', () => {
    const checks = checksOf({ running: [role(true)], waitsFor: '', fatal: '' }, 'unreachable ECONNREFUSED');
    expect(checks.get('opensearch')).toEqual({ ok: false, because: 'unreachable ECONNREFUSED' });
  });
});
