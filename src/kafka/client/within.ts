// Waiting for a request, but not longer than its answer is worth.
import { setTimeout as pauseFor } from 'node:timers/promises';

/** @throws LateAnswer; what the request comes to after that is nobody's concern */
export async function within<T>(limitMs: number, request: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = pauseFor(limitMs, undefined, { signal: timer.signal }).then(() => {
    throw new LateAnswer(limitMs);
  });
  late.catch(() => undefined);
  request.catch(() => undefined);
  try {
    return await Promise.race([request, late]);
  } finally {
    timer.abort();
  }
}

/** Has the name of kafkajs's own, so that the connection counts as broken: see failure.ts. */
class LateAnswer extends Error {
  constructor(limitMs: number) {
    super(`no answer within ${Math.round(limitMs)} ms`);
    this.name = 'KafkaJSRequestTimeoutError';
  }
}
