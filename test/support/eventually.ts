// Waits for what must become true, and says what it still was when the time is up. For tests against real
// servers: nothing there happens at once, and no test sleeps and hopes.
import { setTimeout as pause } from 'node:timers/promises';

const STEP_MS = 50;

/**
 * Calls `check` until it neither throws nor answers false.
 * @returns its answer
 * @throws what `check` threw last, or an Error, when `withinMs` have passed
 */
export async function eventually<T>(
  check: () => Promise<T> | T,
  { withinMs, everyMs = STEP_MS }: { readonly withinMs: number; readonly everyMs?: number },
): Promise<T> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      const answer = await check();
      if (answer !== false) return answer;
      if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${check.toString()}`);
    } catch (failure) {
      if (performance.now() > deadline) throw failure;
    }
    await pause(everyMs);
  }
}
